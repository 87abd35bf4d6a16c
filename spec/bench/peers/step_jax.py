"""The problems of `npm run bench:step` in JAX, each step one jitted function."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from serve import problem, serve

_, name, sizes, arrays = problem()
arrays = [jnp.asarray(a) for a in arrays]


def network(p, z, r, t):
    w, b, table, *layers, out, out_b = p
    h = jnp.concatenate([z, t, t - r], 1) @ w + b + table
    for w, b in zip(layers[::2], layers[1::2]):
        h = h + (jax.nn.silu(h) @ w + b)
    return jax.nn.silu(h) @ out + out_b


def mean_flow():
    *parameters, x, noise, r, t = arrays

    def loss(p, x, e, r, t):
        z, v = (1 - t) * x + t * e, e - x
        fn = lambda z, r, t: network(p, z, r, t)
        u, dudt = jax.jvp(fn, (z, r, t), (v, jnp.zeros_like(r), jnp.ones_like(t)))
        error = jnp.square(u - jax.lax.stop_gradient(v - (t - r) * dudt)).sum(1)
        return (jax.lax.stop_gradient((error + 1e-3) ** -0.5) * error).mean()

    def update(state, data):
        p, m, v, n = state
        value, g = jax.value_and_grad(loss)(p, *data)
        n = n + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        scale = jnp.sqrt(1 - 0.999**n)
        rate = 1e-3 * scale / (1 - 0.9**n)
        p = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + scale * 1e-8), p, m, v)
        return (p, m, v, n), value

    def draw(key, data):
        x = data[0]
        noise, first, second, choice = jax.random.split(key, 4)
        time = lambda key: jax.nn.sigmoid(jax.random.normal(key, (len(x), 1)) - 0.4)
        a, b = time(first), time(second)
        t = jnp.maximum(a, b)
        different = jax.random.permutation(choice, len(x))[:, None] < round(len(x) / 4)
        return x, jax.random.normal(noise, x.shape), jnp.where(different, jnp.minimum(a, b), t), t

    zeros = lambda: jax.tree.map(jnp.zeros_like, parameters)
    return (parameters, zeros(), zeros(), jnp.float32(0)), (x, noise, r, t), update, draw


def descent(loss):
    def update(p, data):
        value, g = jax.value_and_grad(loss)(p, *data)
        return jax.tree.map(lambda p, g: p - 0.1 * g, p, g), value

    *parameters, x, y = arrays
    return parameters, (x, y), update, lambda key, data: data


def softmax():
    return descent(lambda p, x, y: -(jax.nn.log_softmax(x @ p[0] + p[1]) * y).sum(1).mean())


def rnn():
    def loss(p, xs, target):
        def step(h, x):
            h = jnp.tanh(x + h @ p[1])
            return h, h

        last, states = jax.lax.scan(step, jnp.zeros_like(target), xs @ p[0] + p[2])
        return jnp.square((last if sizes["last"] else states) - target).mean()

    return descent(loss)


def sampler():
    *parameters, noise = arrays
    dt = 1 / sizes["steps"]

    def update(p, data):
        def step(i, x):
            t = jnp.full((len(x), 1), i * dt)
            return x + dt * network(p, x, t, t)

        return p, jax.lax.fori_loop(0, sizes["steps"], step, data)

    return parameters, noise, update, lambda key, data: data


problems = {"meanFlow": mean_flow, "softmax": softmax, "sampler": sampler, "rnn": rnn}
state, data, update, draw = problems[name]()
root = jax.random.key(0)


@partial(jax.jit, donate_argnums=0)
def step(state, data, n):
    return update(state, draw(jax.random.fold_in(root, n), data))


steps = 0


def check():
    plain, now = jax.jit(update), state
    for _ in range(3):
        now, result = plain(now, data)
        yield float(np.square(result).mean())


def run(count):
    global state, steps
    for _ in range(count):
        state, result = step(state, data, steps)
        steps += 1
    jax.block_until_ready((state, result))


serve(list(check()), run)
