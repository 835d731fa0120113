"""The FS-RNN in numpy, float64, a lane at a time and a unit's formula at a time.

Written from the definition in docs/ and the paper, sharing nothing with the package under test.
"""

import numpy as np


def logistic(x):
    return 1 / (1 + np.exp(-x))


def layer_norm(x, gain, bias):
    return (x - np.mean(x)) / np.sqrt(np.var(x) + 1e-3) * gain + bias


def lstm(p, n, inputs, c, extra=0.0):
    units = len(c)
    z = p["W" + n] @ inputs + extra
    i, j, f, o = [
        layer_norm(*(v[g * units : (g + 1) * units] for v in (z, p["g" + n], p["b" + n])))
        for g in range(4)
    ]
    c = c * logistic(f) + logistic(i) * np.tanh(j)
    return np.tanh(layer_norm(c, p["gc" + n], p["bc" + n])) * logistic(o), c


def costs(tensors, text: bytes, state=None):
    """Nats that each byte of one lane costs, and the state at its end.

    state: (hF, cF, hS, cS) to go on from, without predicting the first byte; None to begin.
    """
    p = {name: np.asarray(value, np.float64) for name, value in tensors.items()}
    units_f, units_s = p["W1"].shape[1], p["WS"].shape[0] // 4
    fast_cells = sum(f"W{i}" in p for i in range(1, 20))
    begins = state is None
    if begins:
        state = [np.zeros(units_f), np.zeros(units_f), np.zeros(units_s), np.zeros(units_s)]
    h, c, h_slow, c_slow = state
    result = []
    for position, byte in enumerate(text):
        if position > 0 or begins:
            logits = p["Wo"] @ h + p["bo"]
            top = logits.max()
            result.append(top + np.log(np.exp(logits - top).sum()) - logits[byte])
        h, c = lstm(p, "1", h, c, p["E"][byte])
        h_slow, c_slow = lstm(p, "S", np.concatenate([h, h_slow]), c_slow)
        h, c = lstm(p, "2", np.concatenate([h, h_slow]), c)
        for i in range(3, fast_cells + 1):
            h, c = lstm(p, str(i), h, c)
    return np.array(result), (h, c, h_slow, c_slow)
