"""The fixed-point network of docs/format.md, operation by operation, on tensors of int64.

An independent second form of the arithmetic that archives are made with: it must give the same
integers as the program, so that a checkpoint can be judged where it was trained. Made for many
lanes at once; nothing here is fast for few.
"""

import math
from dataclasses import dataclass

import torch

from .shape import EPSILON, GATES, NetworkShape

HEADROOM = 4.0  # accumulators saturate at this many times 127 x the largest row's L2 norm
LOGIT_UNITS = 128 * math.log2(math.e)  # logits are in Q7 of base-2 logarithms

# docs/format.md, "Activations": segments of tanh(v / 2) in Q15.
_C0 = [0, 4075, 8025, 11743, 15143, 18173, 20813, 23066, 24956, 26519, 27797, 28830, 29660, 30322,
       30847, 31262, 31589, 31846, 32048, 32206, 32329, 32426, 32501, 32560, 32606, 32642, 32670,
       32691, 32708, 32721, 32732, 32740]
_C1 = [4107, 4042, 3858, 3575, 3223, 2836, 2442, 2064, 1717, 1410, 1145, 922, 738, 586, 464, 366,
       288, 226, 177, 139, 108, 85, 66, 52, 40, 31, 24, 19, 15, 12, 9, 7]
_C2 = [-32, -91, -140, -175, -193, -197, -189, -173, -154, -132, -112, -93, -76, -61, -49, -39,
       -31, -25, -19, -15, -12, -9, -7, -6, -4, -3, -3, -2, -2, -1, -1, -1]


def sat16(x):
    return x.clamp(-32768, 32767)


def shr(x, s: int):
    return x if s == 0 else (x + (1 << (s - 1))) >> s


def mulh(a, b):
    return (a * b + (1 << 14)) >> 15


def bit_length(x):
    """How many bits a positive int64 has."""
    guess = torch.frexp(x.double())[1].long()
    # Above 2^53 the conversion may have rounded up to the next power of two.
    return guess - ((x >> (guess - 1).clamp(min=0)) == 0).long()


class Tables:
    def __init__(self, device):
        self.root = torch.tensor(
            [round(2**19 / math.sqrt(i + 64.5)) for i in range(192)], device=device
        )
        self.activation = [torch.tensor(column, device=device) for column in (_C0, _C1, _C2)]

    def layer_norm(self, z, epsilon: int, gain, bias):
        """[lanes, H] to Q12."""
        units = z.shape[1]
        sums = z.sum(1, keepdim=True)
        total = units * (z * z).sum(1, keepdim=True) - sums * sums + units * units * epsilon
        e = (64 - bit_length(total)) & ~1
        v = torch.where(e <= 32, total >> (32 - e).clamp(min=0), total << (e - 32).clamp(min=0))
        y = self.root[(v >> 24) - 64]
        t = (v * y * y) >> 32
        root = (y * (3 * 2**30 - t)) >> 31
        wide = units * root
        bits = bit_length(wide)
        factor = torch.where(
            bits >= 15, wide >> (bits - 15).clamp(min=0), wide << (15 - bits).clamp(min=0)
        )
        shift = 52 - bits - e // 2
        mean = (sums + 32768 * units + units // 2) // units - 32768
        product = sat16(z - mean) * factor
        half = torch.where(shift > 0, 1 << (shift - 1).clamp(min=0), torch.zeros_like(shift))
        u = sat16((product + half) >> shift)
        return sat16(shr(u * gain + bias * 512, 9))

    def odd(self, v):
        """tanh(v / 2) in Q15 of v in Q12."""
        a = torch.where(v == -32768, torch.full_like(v, 32767), v.abs())
        t = (a & 1023) << 5
        c0, c1, c2 = (column[a >> 10] for column in self.activation)
        value = c0 + mulh(c1 + mulh(c2, t), t)
        return torch.where(v < 0, -value, value)

    def sigmoid(self, y):
        return (self.odd(y) >> 1) + (1 << 14)

    def tanh(self, y):
        return self.odd(sat16(2 * y))


@dataclass
class Matrix:
    weights: torch.Tensor  # [columns, rows], whole numbers in float64: products of them are exact
    multipliers: torch.Tensor  # [rows], Q15
    shift: int

    def project(self, x, bias):
        """[lanes, columns] int64 to [lanes, rows]."""
        # Sums stay far below 2^53, so floating point is exact, and far faster than integers.
        sums = (x.double() @ self.weights).long()
        return sat16(mulh(sat16(shr(sums, self.shift)), self.multipliers) + bias)


@dataclass
class Cell:
    matrix: Matrix
    gate_epsilons: list[int]
    gate_gains: torch.Tensor  # [4, H], Q11
    gate_biases: torch.Tensor  # [4, H], Q12
    cell_epsilon: int
    cell_gains: torch.Tensor
    cell_biases: torch.Tensor


def _rounded(x):
    """To the nearest integer, halves away from zero."""
    return torch.sign(x) * torch.floor(x.abs() + 0.5)


def _number(x):
    return sat16(_rounded(x).long())


class _Scale:
    """Scales of a projection: of its weights, its accumulators and its results."""

    def __init__(self, matrix, units=None, addend=None):
        largest = matrix.abs().amax(1)
        self.steps = torch.where(largest > 0, largest / 127, torch.ones_like(largest))
        self.integers = _rounded(matrix / self.steps[:, None])
        limit = self.integers.square().sum(1).sqrt().max().item() * 127 * HEADROOM
        self.shift = next((s for s in range(15) if limit <= 32767 << s), 15)
        if units is not None:
            while self.shift > 0 and self._finest(self.steps) < units:
                self.shift -= 1
            self.units = torch.full_like(self.steps, units)
            return
        units = []
        for gate, steps in enumerate(self.steps.chunk(GATES)):
            finest = self._finest(steps)
            if addend is not None:
                largest = addend.chunk(GATES, 1)[gate].abs().max().item()
                if largest * finest > 32767:
                    finest = 32767 / largest
            units.append(torch.full_like(steps, finest))
        self.units = torch.cat(units)

    def _finest(self, steps) -> float:
        return 32767 / 32768 / (steps.max().item() / 127 * 2**self.shift)

    def matrix(self) -> Matrix:
        multipliers = _number(self.steps / 127 * self.units * 2.0 ** (self.shift + 15))
        return Matrix(self.integers.T.contiguous(), multipliers, self.shift)


class FixedPointNetwork:
    """An FS-RNN quantized as `fscomp model import` does it, and its state in some lanes."""

    def __init__(self, tensors: dict[str, torch.Tensor], lanes: int, device="cpu"):
        tensors = {name: tensor.to(device, torch.float64) for name, tensor in tensors.items()}
        self.shape = NetworkShape.of(tensors)
        self.shape.require_lstms("fixed point in Python")
        self.tables = Tables(device)
        self.cells = {}
        for n in self.shape.cells:
            scale = _Scale(tensors[f"W{n}"], addend=tensors["E"] if n == "1" else None)
            if n == "1":
                self.embedding = _number(tensors["E"] * scale.units)
            per_gate = scale.units.view(GATES, -1)[:, 0].tolist()
            self.cells[n] = Cell(
                scale.matrix(),
                [min(max(round(EPSILON * u * u), 1), 1 << 30) for u in per_gate],
                _number(tensors[f"g{n}"] * 2048).view(GATES, -1),
                _number(tensors[f"b{n}"] * 4096).view(GATES, -1),
                round(EPSILON * 256 * 256),
                _number(tensors[f"gc{n}"] * 2048),
                _number(tensors[f"bc{n}"] * 4096),
            )
        self.output = _Scale(tensors["Wo"], units=LOGIT_UNITS).matrix()
        self.output_biases = _number(tensors["bo"] * LOGIT_UNITS)
        fast = torch.zeros(lanes, self.shape.fast_units, dtype=torch.int64, device=device)
        slow = torch.zeros(lanes, self.shape.slow_units, dtype=torch.int64, device=device)
        self.fast_hidden, self.fast_cell = fast, fast.clone()
        self.slow_hidden, self.slow_cell = slow, slow.clone()

    def _cell(self, n: str, x, bias, c):
        cell, tables = self.cells[n], self.tables
        z = cell.matrix.project(x, bias).chunk(GATES, 1)
        i, j, f, o = (
            tables.layer_norm(z[g], cell.gate_epsilons[g], cell.gate_gains[g], cell.gate_biases[g])
            for g in range(GATES)
        )
        new = mulh(tables.sigmoid(i), tables.tanh(j)) * 256
        c = sat16((c * tables.sigmoid(f) + new + (1 << 14)) >> 15)
        y = tables.layer_norm(c, cell.cell_epsilon, cell.cell_gains, cell.cell_biases)
        return mulh(mulh(tables.tanh(y), tables.sigmoid(o)), torch.tensor(127)), c

    def step(self, byte):
        """Takes in one byte a lane."""
        h, c = self._cell("1", self.fast_hidden, self.embedding[byte.long()], self.fast_cell)
        self.slow_hidden, self.slow_cell = self._cell(
            "S", torch.cat([h, self.slow_hidden], 1), 0, self.slow_cell
        )
        h, c = self._cell("2", torch.cat([h, self.slow_hidden], 1), 0, c)
        for i in range(3, self.shape.fast_cells + 1):
            h, c = self._cell(str(i), h, 0, c)
        self.fast_hidden, self.fast_cell = h, c

    def frequencies(self):
        """[lanes, 256]: how often the next byte has each value, among their sum."""
        logits = self.output.project(self.fast_hidden, self.output_biases)
        d = logits.amax(1, keepdim=True) - logits
        t = (d & 127) << 8
        m = 32767 - mulh(t, 22663 - mulh(t, 7582 - mulh(t, torch.tensor(1306))))
        return ((m << 8) >> (d >> 7).clamp(max=62)) + 1


@torch.no_grad()
def bits_per_byte(tensors, text: torch.Tensor, lanes: int, device="cpu") -> float:
    """The code length of `text` in lanes of consecutive bytes, with the quantized network."""
    if len(text) < lanes:
        raise ValueError(f"{len(text)} bytes are fewer than there are lanes, {lanes}")
    network = FixedPointNetwork(tensors, lanes, device)
    length = len(text) // lanes
    steps = text[: length * lanes].view(lanes, length).T.contiguous().to(device)
    bits = torch.zeros((), dtype=torch.float64, device=device)
    for byte in steps:
        frequencies = network.frequencies().double()
        chosen = frequencies.gather(1, byte.long()[:, None])[:, 0]
        bits -= (chosen / frequencies.sum(1)).log2().sum()
        network.step(byte)
    return bits.item() / (length * lanes)
