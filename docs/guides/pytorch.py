# First: pip install torch safetensors
# It writes model.safetensors; with an argument, it reads the file of that name.
import sys
import torch
from safetensors.torch import load_file, save_file
from torch import nn

torch.manual_seed(0)
layers = [nn.Linear(3, 8), nn.Tanh(), nn.Dropout(0.1), nn.Linear(8, 2)]
model = nn.Sequential(*layers).eval()
if len(sys.argv) == 1:
    save_file(model.state_dict(), "model.safetensors")
else:
    model.load_state_dict(load_file(sys.argv[1]))
print(model(torch.tensor([[1.0, -2.0, 0.5], [0.0, 0.3, 3.0]])).tolist())
