#!/usr/bin/env python3
"""Writes the fixtures beside it: two small random FS-LSTMs and what numpy computes with them.

usage: make_golden.py        (needs numpy)

fslstm2.safetensors  k = 2, F = 16, S = 32, float16
fslstm3.safetensors  k = 3, F = 16, S = 48, bfloat16
fslstm2.json, fslstm3.json
    lanes[l].bytes   the bytes a lane sees, one a step
    lanes[l].bits    the code length of each of them in bits, before it is seen
    lanes[l].logits  logits of the byte values in "sampled" before each of the last steps
"""
import json
import pathlib

import numpy as np

LANES, STEPS, LAST = 3, 40, 4
SAMPLED = [0, 1, 32, 101, 128, 254, 255]
HERE = pathlib.Path(__file__).parent


def shapes(k, F, S):
    result = {"E": (256, 4 * F), "Wo": (256, F), "bo": (256,)}
    for name in ["1", "S"] + [str(n) for n in range(2, k + 1)]:
        units = S if name == "S" else F
        inputs = F + S if name in "S2" else F
        result |= {"W" + name: (4 * units, inputs), "g" + name: (4 * units,),
                   "b" + name: (4 * units,), "gc" + name: (units,), "bc" + name: (units,)}
    return result


def parameters(k, F, S, seed):
    rng, result = np.random.default_rng(seed), {}
    for name, shape in shapes(k, F, S).items():
        values = rng.standard_normal(shape)
        if name[0] == "g":
            values = 1 + 0.3 * values
        elif name[0] == "b":
            values *= 0.5
            if name in ("b1", "bS", "b2", "b3"):
                units = shape[0] // 4
                values[2 * units:3 * units] += 1
        elif name[0] == "W":
            values *= 3 if name == "Wo" else 2 / shape[1] ** 0.5
        result[name] = values
    return result


def as_float16(values):
    """(bytes, the values they stand for)"""
    half = values.astype("<f2")
    return half.tobytes(), half.astype(np.float64)


def as_bfloat16(values):
    bits = values.astype("<f4").view("<u4") & np.uint32(0xFFFF0000)
    return (bits >> 16).astype("<u2").tobytes(), bits.view("<f4").astype(np.float64)


def write_safetensors(path, tensors, dtype):
    header, data = {"__metadata__": {"kind": "fs-lstm"}}, b""
    for name, (shape, raw) in tensors.items():
        header[name] = {"dtype": dtype, "shape": list(shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def layer_norm(x, gain, bias):
    centered = x - x.mean()
    return gain * centered / np.sqrt((centered ** 2).mean() + 1e-3) + bias


class Lane:
    """One lane, one vector at a time: nothing is batched or concatenated beyond the formulas."""

    def __init__(self, p, k):
        self.p, self.k = p, k
        self.h, self.c = np.zeros(p["Wo"].shape[1]), np.zeros(p["Wo"].shape[1])
        self.slow_h, self.slow_c = (np.zeros(len(p["gcS"])) for _ in range(2))

    def cell(self, n, z, c):
        gain, bias = (np.split(self.p[kind + n], 4) for kind in "gb")
        i, j, f, o = map(layer_norm, np.split(z, 4), gain, bias)
        c = c * sigmoid(f) + sigmoid(i) * np.tanh(j)
        h = np.tanh(layer_norm(c, self.p["gc" + n], self.p["bc" + n])) * sigmoid(o)
        return h, c

    def logits(self):
        return self.p["Wo"] @ self.h + self.p["bo"]

    def see(self, byte):
        p = self.p
        h, c = self.cell("1", p["W1"] @ self.h + p["E"][byte], self.c)
        self.slow_h, self.slow_c = self.cell(
            "S", p["WS"] @ np.append(h, self.slow_h), self.slow_c)
        h, c = self.cell("2", p["W2"] @ np.append(h, self.slow_h), c)
        for n in range(3, self.k + 1):
            h, c = self.cell(str(n), p[f"W{n}"] @ h, c)
        self.h, self.c = h, c


def golden(p, k, seed):
    lanes = []
    for data in np.random.default_rng(seed).integers(0, 256, (LANES, STEPS)):
        lane, bits, logits = Lane(p, k), [], []
        for byte in data:
            z = lane.logits()
            bits.append(round(float((np.log(np.exp(z).sum()) - z[byte]) / np.log(2)), 6))
            logits.append([round(float(z[value]), 6) for value in SAMPLED])
            lane.see(byte)
        lanes.append({"bytes": data.tolist(), "bits": bits, "logits": logits[-LAST:]})
    return {"sampled": SAMPLED, "lanes": lanes}


def main():
    for k, F, S, dtype, rounded in (2, 16, 32, "F16", as_float16), (3, 16, 48, "BF16", as_bfloat16):
        tensors, exact = {}, {}
        for name, values in parameters(k, F, S, seed=k).items():
            raw, exact[name] = rounded(values)
            tensors[name] = values.shape, raw
        write_safetensors(HERE / f"fslstm{k}.safetensors", tensors, dtype)
        text = json.dumps(golden(exact, k, seed=10 + k))
        (HERE / f"fslstm{k}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
