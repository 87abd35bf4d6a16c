"""The problems of `npm run bench:step` in PyTorch, eagerly."""

import torch
import torch.nn.functional as F
from serve import problem, serve

threads, name, sizes, arrays = problem()
torch.set_num_threads(threads)
arrays = [torch.from_numpy(a.copy()) for a in arrays]


def network(p, z, r, t):
    w, b, table, *layers, out, out_b = p
    h = torch.cat([z, t, t - r], 1) @ w + b + table
    for w, b in zip(layers[::2], layers[1::2]):
        h = h + torch.addmm(b, F.silu(h), w)
    return torch.addmm(out_b, F.silu(h), out)


def mean_flow():
    *parameters, x, noise, r, t = arrays

    def loss(p, x, e, r, t):
        z, v = (1 - t) * x + t * e, e - x
        fn = lambda z, r, t: network(p, z, r, t)
        u, dudt = torch.func.jvp(fn, (z, r, t), (v, torch.zeros_like(r), torch.ones_like(t)))
        error = (u - (v - (t - r) * dudt).detach()).square().sum(1)
        return ((error.detach() + 1e-3) ** -0.5 * error).mean()

    def draw(x, *_):
        time = lambda: (torch.randn(len(x), 1) - 0.4).sigmoid()
        a, b = time(), time()
        t = torch.maximum(a, b)
        different = torch.randperm(len(x))[:, None] < round(len(x) / 4)
        return x, torch.randn_like(x), torch.where(different, torch.minimum(a, b), t), t

    return loss, parameters, (x, noise, r, t), draw, lambda p: torch.optim.Adam(p, 1e-3, fused=True)


def descent(loss):
    *parameters, x, y = arrays
    return loss, parameters, (x, y), lambda *data: data, lambda p: torch.optim.SGD(p, 0.1)


def softmax():
    return descent(lambda p, x, y: F.cross_entropy(torch.addmm(p[1], x, p[0]), y))


def rnn():
    def loss(p, xs, target):
        states = [torch.zeros_like(target)]
        for x in (xs @ p[0] + p[2]).unbind():
            states.append(torch.tanh(torch.addmm(x, states[-1], p[1])))
        return (states[-1] if sizes["last"] else torch.stack(states[1:])).sub(target).square().mean()

    return descent(loss)


def trained(loss, parameters, data, draw, optimizer):
    """The steps with the data as given, and with fresh draws, each from the same parameters."""

    def steps(draw):
        p = [parameter.clone().requires_grad_() for parameter in parameters]
        moments = optimizer(p)

        def step():
            moments.zero_grad()
            value = loss(p, *draw(*data))
            value.backward()
            moments.step()
            return value

        return step

    return steps(lambda *data: data), steps(draw)


def sampler():
    *parameters, noise = arrays
    dt = 1 / sizes["steps"]

    @torch.no_grad()
    def step():
        x = noise
        for i in range(sizes["steps"]):
            t = torch.full((len(x), 1), i * dt)
            x = x + dt * network(parameters, x, t, t)
        return x

    return step, step


problems = {"meanFlow": mean_flow, "softmax": softmax, "rnn": rnn}
check, step = sampler() if name == "sampler" else trained(*problems[name]())


def run(count):
    for _ in range(count):
        result = step()
    result.mean().item()


serve([check().square().mean().item() for _ in range(3)], run)
