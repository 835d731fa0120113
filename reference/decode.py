#!/usr/bin/env python3
"""Decode fscomp archives: a second decoder, written from the documents alone.

Usage: decode.py [-m MODEL.fsm]... [ARCHIVE] [-o OUT]

It shares no line with the program. Each part names the chapter it follows: docs/format.md is
[format], docs/context-mixing.md is [mixing]. It is made to be read from top to bottom, and to be
right; the program is some hundred times as fast.

Numbers are Python's integers wherever one is computed at a time, so that none overflows unnoticed;
where [format] or [mixing] says "modulo 2^n", there is a mask. What is done to many numbers at once
is done by numpy, in integers, too: there is no floating point in here.
"""

import argparse
import sys
from itertools import accumulate
from pathlib import Path

import numpy as np

MASK32 = (1 << 32) - 1
MASK64 = (1 << 64) - 1
ONE = 1 << 22  # the probability 1 [mixing: Scales and tables]
# The file of the embedded model, in parts that follow each other.
FOLDER = Path(__file__).resolve().parent.parent / "Sources/EmbeddedModels"
EMBEDDED = [FOLDER / "default.knowledge", *sorted(FOLDER.glob("default.network-*")),
            FOLDER / "default.prior", FOLDER / "default.end"]


class Refusal(Exception):
    """An archive or a model is not what it has to be."""


def require(condition, message):
    if not condition:
        raise Refusal(message)


# ------------------------------------------------------------------------------------------------
# Bytes and numbers [format: Conventions]


def xxh64(data):
    """XXH64 with seed 0 (Collet, https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md)."""
    p1, p2, p3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
    p4, p5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5

    def turn(x, n):
        return (x << n | x >> 64 - n) & MASK64

    def mixed(lane):
        return turn(lane * p2 & MASK64, 31) * p1 & MASK64

    whole = len(data) // 32 * 32
    if whole:
        a, b, c, d = (p1 + p2) & MASK64, p2, 0, -p1 & MASK64
        words = np.frombuffer(data, "<u8", whole // 8).tolist()
        for i in range(0, whole // 8, 4):
            a = (a + words[i] * p2) & MASK64
            b = (b + words[i + 1] * p2) & MASK64
            c = (c + words[i + 2] * p2) & MASK64
            d = (d + words[i + 3] * p2) & MASK64
            a = (a << 31 | a >> 33) * p1 & MASK64
            b = (b << 31 | b >> 33) * p1 & MASK64
            c = (c << 31 | c >> 33) * p1 & MASK64
            d = (d << 31 | d >> 33) * p1 & MASK64
        h = turn(a, 1) + turn(b, 7) + turn(c, 12) + turn(d, 18)
        for lane in (a, b, c, d):
            h = ((h ^ mixed(lane)) * p1 + p4) & MASK64
    else:
        h = p5
    h = (h + len(data)) & MASK64
    at = whole
    while at + 8 <= len(data):
        h = turn(h ^ mixed(int.from_bytes(data[at:at + 8], "little")), 27) * p1 + p4 & MASK64
        at += 8
    if at + 4 <= len(data):
        h = turn(h ^ int.from_bytes(data[at:at + 4], "little") * p1 & MASK64, 23) * p2 + p3 & MASK64
        at += 4
    for byte in data[at:]:
        h = turn(h ^ byte * p5 & MASK64, 11) * p1 & MASK64
    h = (h ^ h >> 33) * p2 & MASK64
    h = (h ^ h >> 29) * p3 & MASK64
    return h ^ h >> 32


def check16(data):
    return xxh64(data) & 0xFFFF


def check32(data):
    return xxh64(data) & MASK32


class Reader:
    """Bytes from first to last; refuses to read beyond them."""

    def __init__(self, data, name):
        self.data, self.name, self.at = data, name, 0

    def rest(self):
        return len(self.data) - self.at

    def bytes(self, count):
        require(count <= self.rest(), f"{self.name} is cut short")
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, size):
        return int.from_bytes(self.bytes(size), "little")

    def numbers(self, dtype, *shape):
        """numpy integers in this shape."""
        dtype = np.dtype(dtype)
        count = int(np.prod(shape, dtype=np.int64))
        return np.frombuffer(self.bytes(count * dtype.itemsize), dtype).reshape(shape)

    def varint(self, most=4):
        value = 0
        for i in range(most):
            byte = self.number(1)
            value |= (byte & 127) << 7 * i
            if byte < 128:
                require(byte != 0 or i == 0, f"{self.name}: a varint is not of the shortest form")
                return value
        raise Refusal(f"{self.name}: a varint is too long")


def varint(value):
    """A number as `Reader.varint` reads it."""
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


# ------------------------------------------------------------------------------------------------
# The model file [format: Model file]


def is_mix(mix):
    """Whether there is such a mix: sets from 4 on are for text without networks alone."""
    return mix < 64 and 1 <= mix & 15 <= (3 if mix & 16 else 6)


class Beginning:
    """A section MIXB: what the mixers of one mix begin with."""

    def __init__(self, reader):
        self.mix = reader.number(1)
        self.modes, self.contexts, self.matches = (reader.number(1) for _ in range(3))
        self.inputs = reader.number(2)
        mixers = reader.number(1)
        require(is_mix(self.mix) and 1 <= self.modes <= 16
                and self.matches <= 15 and 8 + self.contexts <= self.inputs <= 1024
                and 1 <= mixers <= 8, "MIXB: a number is out of its range")
        self.classes = [reader.number(2) for _ in range(mixers)]
        require(all(1 <= c <= 4096 for c in self.classes), "MIXB: too many classes, or none")
        self.meanings = reader.numbers("<u2", self.modes, self.contexts, 256)
        self.confidences = reader.numbers("<u2", self.matches, 44, 8)
        self.weights = [reader.numbers("<i2", self.modes, c, self.inputs) for c in self.classes]
        self.final = reader.numbers("<i2", 8, 8)

    def shape(self):
        return self.modes, self.contexts, self.matches, self.inputs, self.classes


class Dictionary:
    """A section DICT: words by the length of their codes, and how codes share the bytes."""

    def __init__(self, reader):
        flags = reader.number(1)
        require(flags < 2, "DICT: an unknown flag")
        self.ones, self.twos = reader.number(1), reader.number(1)
        require(self.ones + self.twos <= 128, "DICT: more codes than bytes")
        counts = [reader.number(4) for _ in range(3)]
        room = self.ones, 128 * self.twos, 16384 * (128 - self.ones - self.twos)
        require(all(c <= r for c, r in zip(counts, room)) and sum(counts) <= 1 << 18,
                "DICT: more words than codes")
        self.words = [[self._word(reader) for _ in range(count)] for count in counts]

    @staticmethod
    def _word(reader):
        """Its spelling (0 small, 1 capitalized, 2 upper), and its bytes in small letters."""
        head = reader.number(1)
        require(head >> 6 < 3 and 1 <= head & 63 <= 32, "DICT: an impossible word")
        letters = reader.bytes(head & 63)
        require(not any(65 <= b <= 90 for b in letters), "DICT: a capital letter")
        return head >> 6, letters

    def code_length(self, byte):
        """How many bytes a code has that begins with this one, which is 128 or more."""
        return 1 if byte - 128 < self.ones else 2 if byte - 128 < self.ones + self.twos else 3


class Matrix:
    """int8 weights [rows, columns], a multiplier for each row, and a shift."""

    def __init__(self, reader, rows, columns):
        self.shift = reader.number(1)
        self.multipliers = reader.numbers("<i2", rows).astype(np.int32)
        weights = reader.numbers("i1", rows, columns)
        require(self.shift <= 15 and self.multipliers.min() >= 0 and weights.min(initial=0) >= -127,
                "NETW: a number of a matrix is out of its range")
        self.weights = weights.astype(np.int32)


LSTM, MIN_GRU, MIN_LSTM, DIAGONAL_GRU = range(4)  # kinds of cells
GATES = (4, 2, 3, 3)


class Cell:
    """A matrix, a layer norm for each gate, and what its kind has beside them.

    columns: what the matrix sees of hF and hS side by side; own: which of them is its own.
    """

    def __init__(self, reader, kind, own, others):
        self.kind, self.own, self.units = kind, own, own.stop - own.start
        self.gate_count = GATES[kind]
        sees = [own, others] if kind == LSTM else [others]
        sees = [part for part in sees if part is not None]
        self.columns = (slice(min(part.start for part in sees), max(part.stop for part in sees))
                        if sees else slice(0, 0))
        self.matrix = Matrix(
            reader, self.gate_count * self.units, self.columns.stop - self.columns.start)
        epsilons = [reader.number(4) for _ in range(self.gate_count + (kind == LSTM))]
        require(all(1 <= e <= 1 << 30 for e in epsilons), "NETW: an epsilon is out of its range")
        self.gates = LayerNorms(reader, epsilons[:self.gate_count], self.units)
        if kind == LSTM:
            self.state = LayerNorms(reader, epsilons[4:], self.units)
        if kind == DIAGONAL_GRU:
            self.own_weights = reader.numbers("<i2", 3, self.units).astype(np.int32)


class LayerNorms:
    """A layer norm for each row: [rows, units]."""

    def __init__(self, reader, epsilons, units):
        self.epsilons = epsilons
        self.gains, biases = (reader.numbers("<i2", len(epsilons), units).astype(np.int32)
                              for _ in range(2))
        self.rounded_biases = biases * 512 + 256


class Network:
    """A section NETW: the cells F1, S, F2, ... Fk, the embedding and the output matrix."""

    def __init__(self, reader):
        first = reader.number(1)
        cells, self.absent = first & 31, first >> 5  # absent: bit s - 1 for set s of contexts
        (fast_kind, self.fast), (slow_kind, self.slow) = (
            (both % 16, both // 16 * 16) for both in (reader.number(2), reader.number(2)))
        require(2 <= cells <= 16 and all(16 <= u <= 4096 for u in (self.fast, self.slow)),
                "NETW: the size of a network is out of its range")
        require(max(fast_kind, slow_kind) <= DIAGONAL_GRU, "NETW: a kind of cell is not known")
        require(cells == 2 or fast_kind not in (MIN_GRU, MIN_LSTM),
                "NETW: a third fast cell sees nothing")
        fast, slow = slice(0, self.fast), slice(self.fast, self.fast + self.slow)
        self.cells = [Cell(reader, fast_kind, fast, None), Cell(reader, slow_kind, slow, fast),
                      Cell(reader, fast_kind, fast, slow)]
        self.cells += [Cell(reader, fast_kind, fast, None) for _ in range(cells - 2)]
        first = self.cells[0]
        self.embedding = reader.numbers("<i2", 256, first.gate_count * first.units).astype(np.int32)
        self.output = Matrix(reader, 256, self.fast)
        self.output_biases = reader.numbers("<i2", 256).astype(np.int32)

    def takes_part(self, number_of_set):
        return not self.absent >> number_of_set - 1 & 1


def read_texts(reader):
    """A section META."""
    for i in range(4):
        text = reader.bytes(reader.number(2))
        try:
            characters = text.decode("utf-8")
        except UnicodeDecodeError:
            raise Refusal("META: a text is not UTF-8") from None
        require(not any(c < " " or "\x7f" <= c <= "\x9f" for c in characters),
                "META: a control character")
        require(i > 0 or len(text) <= 255, "META: the name is too long")


class Model:
    def __init__(self, data):
        require(data[:4] == b"\xF5FSM", "not a model file")
        require(len(data) >= 13, "the model file is cut short")
        require(data[4] == 2, f"the model file is of an unknown version, {data[4]}")
        self.id = int.from_bytes(data[-8:], "little")
        require(xxh64(data[:-8]) == self.id, "the model file is damaged: its id is not its hash")
        self.dictionary, self.prior, self.networks, self.beginnings = None, None, [], {}
        reader = Reader(data[:-8], "the model file")
        reader.bytes(5)
        tags = []
        while reader.rest():
            tag, size, sum64 = reader.bytes(4), reader.number(4), reader.number(8)
            require(tag.isalpha() and tag.isascii(), "a tag of the model file is not letters")
            require(not tags or tags[-1] <= tag, "sections of the model file are out of order")
            tags.append(tag)
            section = Reader(reader.bytes(size), tag.decode())
            require(xxh64(section.data) == sum64, f"{section.name}: damaged")
            if not tag[:1].islower():
                self._read(section)
                require(section.rest() == 0, f"{section.name}: too long")
        require(tags.count(b"META") == 1 and tags.count(b"DICT") <= 1 and tags.count(b"PRIO") <= 1
                and tags.count(b"NETW") <= 8, "the model file has too many sections, or too few")
        require(self.prior is None or self.dictionary, "the model file has PRIO without DICT")

    def _read(self, section):
        if section.name == "DICT":
            self.dictionary = Dictionary(section)
        elif section.name == "META":
            read_texts(section)
        elif section.name == "MIXB":
            beginning = Beginning(section)
            require(all(mix < beginning.mix for mix in self.beginnings), "MIXB: out of order")
            self.beginnings[beginning.mix] = beginning
        elif section.name == "NETW":
            self.networks.append(Network(section))
        elif section.name == "PRIO":
            self.prior = section.bytes(section.rest())
            require(len(self.prior) % 64 == 0 and 64 <= len(self.prior) <= 64 << 24,
                    "PRIO: an impossible size")
        else:
            raise Refusal(f"the model file has an unknown section, {section.name}")


# ------------------------------------------------------------------------------------------------
# The network's arithmetic [format: The predictor]
#
# Numbers are int32 unless something is said. Arrays begin with the lane: [lanes, ...].


def sat16(x):
    return np.minimum(np.maximum(x, -32768), 32767)


def shr(x, s):
    return x if s == 0 else x + (1 << s - 1) >> s


def mulh(a, b):
    return a * b + 16384 >> 15


def _isqrt_table():
    """R[i] = 2^19 / sqrt(i + 64.5), rounded to nearest: the y with (2y-1)^2 (i+64.5) <= 2^40."""
    table = []
    y = 1 << 17
    for i in range(192):
        while (2 * y - 1) ** 2 * (2 * i + 129) > 1 << 41:
            y -= 1
        table.append(y)
    return table


R = _isqrt_table()


def norm_row(units, total, squares, epsilon):
    """Of one row of a layer norm: its mean, and the factor and shift for a deviation of 1."""
    mean = (total + 32768 * units + units // 2) // units - 32768
    spread = units * squares - total * total + units * units * epsilon
    e = 64 - spread.bit_length() & ~1
    v = (spread << e) >> 32
    y = R[(v >> 24) - 64]
    t = v * y * y >> 32
    root = y * (3 * (1 << 30) - t) >> 31
    bits = (units * root).bit_length()
    shift = 52 - bits - e // 2
    return mean, units * root >> bits - 15, 1 << shift >> 1, shift


def layer_norm(z, norm):
    """z: [lanes, rows, units], each row normalized by itself."""
    lanes, rows, units = z.shape
    sums = z.sum(axis=2, dtype=np.int64).ravel().tolist()
    squares = np.einsum("lrn,lrn->lr", z, z, dtype=np.int64, casting="same_kind").ravel().tolist()
    of_rows = np.array([norm_row(units, sums[i], squares[i], norm.epsilons[i % rows])
                        for i in range(lanes * rows)], np.int32)
    mean, factor, half, shift = of_rows.T.reshape(4, lanes, rows, 1)
    u = sat16(sat16(z - mean) * factor + half >> shift)
    return sat16(u * norm.gains + norm.rounded_biases >> 9)


C0 = [0, 4075, 8025, 11743, 15143, 18173, 20813, 23066, 24956, 26519, 27797, 28830, 29660, 30322,
      30847, 31262, 31589, 31846, 32048, 32206, 32329, 32426, 32501, 32560, 32606, 32642, 32670,
      32691, 32708, 32721, 32732, 32740]
C1 = [4107, 4042, 3858, 3575, 3223, 2836, 2442, 2064, 1717, 1410, 1145, 922, 738, 586, 464, 366,
      288, 226, 177, 139, 108, 85, 66, 52, 40, 31, 24, 19, 15, 12, 9, 7]
C2 = [-32, -91, -140, -175, -193, -197, -189, -173, -154, -132, -112, -93, -76, -61, -49, -39, -31,
      -25, -19, -15, -12, -9, -7, -6, -4, -3, -3, -2, -2, -1, -1, -1]


D0 = [-22713, -18872, -15535, -12677, -10265, -8255, -6600, -5250, -4159, -3284, -2585, -2031,
      -1592, -1247, -975, -762, -595, -464, -362, -282, -220, -172, -134, -104, -81, -63, -49, -38,
      -30, -23, -18, -14]
D1 = [4096, 3585, 3090, 2625, 2199, 1820, 1490, 1209, 973, 778, 619, 490, 387, 304, 239, 187, 147,
      115, 90, 70, 55, 43, 33, 26, 20, 16, 12, 10, 7, 6, 5, 4]
D2 = [-255, -247, -232, -213, -189, -165, -141, -118, -98, -80, -65, -52, -41, -33, -26, -20, -16,
      -13, -10, -8, -6, -5, -4, -3, -2, -2, -1, -1, -1, -1, -1, -1]


def _activations():
    """sigmoid, tanh and ln sigmoid of all 16-bit numbers; negative ones count from the end, as in
    Python."""
    v = np.concatenate([np.arange(32768), np.arange(-32768, 0)])
    a = np.minimum(abs(v), 32767)
    k, t = a >> 10, (a & 1023) << 5
    c0, c1, c2 = (np.array(c)[k] for c in (C0, C1, C2))
    f = c0 + mulh(c1 + mulh(c2, t), t)
    f = np.where(v < 0, -f, f).astype(np.int32)
    d0, d1, d2 = (np.array(c)[k] for c in (D0, D1, D2))
    logarithm = sat16(np.minimum(v, 0) + shr(d0 + mulh(d1 + mulh(d2, t), t), 3)).astype(np.int32)
    return (f >> 1) + 16384, f[sat16(2 * v)], logarithm


SIGMOID, TANH, LOG_SIGMOID = _activations()


def _frequencies():
    """The frequency of a byte whose logit is d below the largest."""
    d = np.arange(65536)
    t = (d & 127) << 8
    m = 32767 - mulh(t, 22663 - mulh(t, 7582 - mulh(t, 1306)))
    return (m << 8 >> np.minimum(d >> 7, 31)) + 1


FREQUENCY = _frequencies()


def project(matrix, x, biases):
    """x: [lanes, columns]; [lanes, rows]."""
    a = sat16(shr(np.einsum("rc,lc->lr", matrix.weights, x), matrix.shift))
    return sat16(mulh(a, matrix.multipliers) + biases)


def step_lstm(cell, z, c):
    """z: [lanes, gates, units], normalized; c: [lanes, units], updated. The hidden states."""
    update = mulh(SIGMOID[z[:, 0]], TANH[z[:, 1]]) * 256
    c[:] = sat16(c * SIGMOID[z[:, 2]] + update + 16384 >> 15)
    y = layer_norm(c[:, None], cell.state)
    return mulh(mulh(TANH[y[:, 0]], SIGMOID[z[:, 3]]), 127)


def step_other(cell, z, c):
    """The same of the cells whose state is a blend of the old one and a candidate."""
    candidate = z[:, -1]
    if cell.kind == MIN_GRU:
        share = SIGMOID[z[:, 0]]
    elif cell.kind == MIN_LSTM:
        share = SIGMOID[sat16(LOG_SIGMOID[z[:, 1]] - LOG_SIGMOID[z[:, 0]])]
    else:
        a = cell.own_weights
        share = SIGMOID[sat16(z[:, 0] + mulh(a[0], c))]
        reset = SIGMOID[sat16(z[:, 1] + mulh(a[1], c))]
        candidate = sat16(candidate + mulh(a[2], mulh(reset, c)))
    c[:] = c * (32768 - share) + TANH[candidate] * share + 16384 >> 15
    return mulh(c, 127)


class NetworkState:
    """A network beside the states of all lanes of a block."""

    def __init__(self, network, lanes):
        self.network = network
        self.hidden = np.zeros((lanes, network.fast + network.slow), np.int32)  # hF, then hS
        self.cell_states = {  # by which part of `hidden` a cell writes
            True: np.zeros((lanes, network.fast), np.int32),
            False: np.zeros((lanes, network.slow), np.int32)}

    def step(self, symbols):
        """Take one byte of each lane, of all or of the first ones; [format: Step]."""
        lanes = len(symbols)
        hidden = self.hidden[:lanes]
        for i, cell in enumerate(self.network.cells):
            z = project(cell.matrix, hidden[:, cell.columns],
                        self.network.embedding[symbols] if i == 0 else 0)
            z = layer_norm(z.reshape(lanes, cell.gate_count, cell.units), cell.gates)
            c = self.cell_states[i != 1][:lanes]
            hidden[:, cell.own] = (step_lstm if cell.kind == LSTM else step_other)(cell, z, c)

    def trees(self):
        """For each lane the tree of frequencies of its next byte, a list of 512."""
        network = self.network
        logits = project(network.output, self.hidden[:, :network.fast], network.output_biases)
        tree = np.zeros((len(logits), 512), np.int64)
        tree[:, 256:] = FREQUENCY[logits.max(axis=1, keepdims=True) - logits]
        for level in (128, 64, 32, 16, 8, 4, 2, 1):
            below = tree[:, 2 * level:4 * level]
            tree[:, level:2 * level] = below[:, 0::2] + below[:, 1::2]
        return tree.tolist()


# ------------------------------------------------------------------------------------------------
# The arithmetic code [format: Arithmetic code]


class ArithmeticDecoder:
    def __init__(self, payload):
        self.payload = payload
        self.x1, self.x2, self.taken = 0, MASK64, 8
        self.x = int.from_bytes(payload[:8].ljust(8, b"\0"), "big")

    def bit(self, p):
        mid = self.x1 + ((self.x2 - self.x1) * p >> 22)
        if self.x <= mid:
            bit, self.x2 = 1, mid
        else:
            bit, self.x1 = 0, mid + 1
        while (self.x1 ^ self.x2) < 1 << 56:
            byte = self.payload[self.taken] if self.taken < len(self.payload) else 0
            self.taken += 1
            require(self.taken - 8 <= len(self.payload), "a payload is too short for its block")
            self.x1 = self.x1 << 8 & MASK64
            self.x2 = self.x2 << 8 & MASK64 | 255
            self.x = self.x << 8 & MASK64 | byte
        return bit

    def finish(self):
        """The payload has to be what an encoder writes."""
        n = self.taken - 8
        last = b"" if self.x1 == 0 else bytes([-(-self.x1 >> 56)])
        require(self.payload[n:] == last, "a payload does not end as its block does")


# ------------------------------------------------------------------------------------------------
# Coded text [format: Coded text]

CAPITAL, UPPER, ESCAPE = 0x7F, 0x0B, 0x0C
FLAGS = (CAPITAL, UPPER, ESCAPE)
A_TO_Z = range(ord("a"), ord("z") + 1)


def spell(letters, spelling):
    """0: as they are; 1: the first a to z a capital; 2: all of them."""
    if spelling == 1:
        return bytes([letters[0] - 32]) + letters[1:] if letters[0] in A_TO_Z else letters
    return bytes(b - 32 if b in A_TO_Z else b for b in letters) if spelling == 2 else letters


def expand(text, dictionary, size):
    """The plain bytes that a coded text stands for, `size` of them."""
    plain = bytearray()
    at = 0

    def word():
        """The word whose code begins at `at`, which moves on behind it."""
        nonlocal at
        length = dictionary.code_length(text[at])
        code = text[at:at + length]
        require(len(code) == length and min(code) >= 128, "a code is not whole")
        number = code[0] - 128 - (0, dictionary.ones, dictionary.ones + dictionary.twos)[length - 1]
        for byte in code[1:]:
            number = number * 128 + byte - 128
        words = dictionary.words[length - 1]
        require(number < len(words), "a code is not that of a word")
        at += length
        return words[number]

    while at < len(text):
        byte = text[at]
        if byte >= 128:
            spelling, letters = word()
            plain += spell(letters, spelling)
        elif byte not in FLAGS:
            plain.append(byte)
            at += 1
        else:
            at += 1
            require(at < len(text), "a coded text ends in a flag")
            following = text[at]
            if byte == ESCAPE:
                if following in FLAGS:
                    plain.append(following)
                    at += 1
                else:
                    require(following >= 128, "an escape stands before nothing that needs one")
                    while at < len(text) and text[at] >= 128:
                        plain.append(text[at])
                        at += 1
                    if at < len(text) and text[at] == ESCAPE:
                        at += 1
            elif following >= 128:
                spelling, letters = word()
                flagged = 1 if byte == CAPITAL else 2
                plain += spell(letters, 0 if spelling == flagged else flagged)
            else:
                require(byte == CAPITAL and following in A_TO_Z, "a flag stands before no word")
                plain.append(following - 32)
                at += 1
        require(len(plain) <= size, "a coded text stands for more bytes than its block has")
    require(len(plain) == size, "a coded text stands for fewer bytes than its block has")
    return bytes(plain)


# ------------------------------------------------------------------------------------------------
# Probabilities [mixing: Scales and tables]


def _squash_table():
    """squash(x) for x = -49152 ... 49152, at x + 49152."""
    node = [0] * 386
    power = 1 << 32
    node[192] = (1 << 54) // ((1 << 32) + power)
    for i in range(1, 193):
        power = power * 4034748382 >> 32
        node[192 + i] = (1 << 54) // ((1 << 32) + power)
        node[192 - i] = ONE - node[192 + i]
    node[385] = node[384]
    return [node[p >> 8] + ((node[(p >> 8) + 1] - node[p >> 8]) * (p & 255) >> 8)
            for p in range(2 * 49152 + 1)]


def _log_table():
    """ln(1 + i/256) in units of 2^-12."""
    table = []
    for i in range(256):
        square, binary = 256 + i << 22, 0
        for _ in range(20):
            square = square * square >> 30
            binary <<= 1
            if square >= 1 << 31:
                square >>= 1
                binary |= 1
        table.append(binary * 2977044472 >> 40)
    return table


SQUASH, LOG = _squash_table(), _log_table()


def ln(x):
    z = 32 - x.bit_length()
    return LOG[(x << z) >> 23 & 255] + (31 - z) * 2839


def stretch(p):
    return ln(p) - ln(ONE - p) >> 4


COARSE = [stretch(c << 10 | 512) for c in range(4096)]

# An adaptive probability is a number of 32 bits: 22 of probability above 10 of a count.
RATE = [131072 // (2 * n + 3) for n in range(1024)]
TARGETS = 0, ONE - 1


def begun(q, count):
    """The adaptive probability that begins at q / 2^16."""
    return (q << 6) << 10 | count


def moved(adaptive, target, limit):
    """The adaptive probability after a bit."""
    n = adaptive & 1023
    return adaptive + (((target - (adaptive >> 10)) * RATE[n] >> 16) << 10) + (n < limit)


# ------------------------------------------------------------------------------------------------
# Bit histories [mixing: States]


def _histories():
    """NEXT[bit][state], and TOTAL[state]."""
    allowed = 40, 24, 10, 6, 5

    def after(state, bit):
        counts = [state[0], state[1]]
        counts[bit] += 1
        other = counts[1 - bit]
        if other > 2:
            counts[1 - bit] = (6 if other > 24 else 5 if other > 12 else 4 if other > 6
                               else 3 if other > 3 else 2)
        while min(counts) >= 5 or max(counts) > allowed[min(counts)]:
            counts[1 - bit if counts[0] == counts[1] else counts.index(max(counts))] -= 1
        return counts[0], counts[1], bit if counts[1 - bit] else 0

    states = [(0, 0, 0)]
    numbers = {states[0]: 0}
    following = [], []
    for state in states:  # which grows meanwhile
        for bit in (0, 1):
            new = after(state, bit)
            if new not in numbers:
                numbers[new] = len(states)
                states.append(new)
            following[bit].append(numbers[new])
    assert len(states) <= 256
    return [bytes(f) for f in following], [zeros + ones for zeros, ones, _ in states]


NEXT, TOTAL = _histories()


def history_of(zeros, ones):
    """The state that these counts lead to, mixed evenly."""
    state = a = b = 0
    while a < zeros or b < ones:
        if (a + 1) * ones > (b + 1) * zeros:
            state, b = NEXT[1][state], b + 1
        else:
            state, a = NEXT[0][state], a + 1
    return state


HISTORY = [[history_of(z, o) for o in range(16)] for z in range(16)]


# ------------------------------------------------------------------------------------------------
# What a lane remembers [mixing: What a lane remembers, Coded text, Text and binary data]

WORD_FACTOR, FIELD_FACTOR = 0x2F0B4C47, 0x3D4D51CB
LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
CLOSING = {ord(")"): ord("("), ord("]"): ord("["), ord("}"): ord("{"), ord(">"): ord("<")}
QUOTE, LINE_FEED = ord('"'), 10
CLASS = [1 if b in LETTERS else 2 if 48 <= b <= 57 else 3 if b >= 128 else b for b in range(256)]
WITHIN_FIELDS = frozenset([1, 2, 3, *b"-._", *range(128, 256)])
CONTROLS = frozenset(range(32)) - frozenset(range(8, 14)) - {27}


def _kind(byte):
    """The kind of a byte that is neither part of a code nor a flag."""
    if byte in LETTERS or byte == 1:
        return 4
    if 48 <= byte <= 57:
        return 5
    if byte >= 128 or byte == 3:
        return 6
    if byte <= 32:
        return {32: 16, 10: 17, 9: 18}.get(byte, 19)
    return byte - (13 if byte <= 47 else 23 if byte <= 64 else 49 if byte <= 96 else 75)


KIND = [_kind(b) for b in range(256)]


class RecordDetector:
    """Tells text from binary data, and how long records are, in one lane."""

    def __init__(self):
        self.binary, self.length = False, 4
        self.controls = self.foreign = 0
        self.many = False
        self.before = 0
        self.count = 0
        self.last = [0] * 256  # the number of the last byte equal to each
        self.distances = [0] * 4096
        self.next_search = 512

    def append(self, byte):
        is_control = byte in CONTROLS
        continues = 128 <= byte <= 191
        is_foreign = is_control or (not continues if self.before >= 192
                                    else continues and self.before < 128)
        self.before = byte
        self.controls += (65536 * is_control - self.controls) >> 7
        self.foreign += (65536 * is_foreign - self.foreign) >> 7
        self.many = self.controls > (1024 if self.many else 4096)
        self.count += 1
        distance = self.count - self.last[byte]
        self.last[byte] = self.count
        if distance < 4096:
            self.distances[distance] += 1
        if self.count == self.next_search:
            self.search()
            self.next_search += min(self.count, 4096)
        self.binary = self.many or (self.length != 4 and self.foreign > 8192)

    def search(self):
        distances = self.distances
        remaining = list(accumulate(reversed(distances)))[::-1]
        doubt = 64 + remaining[5] // 16
        scores = [0] * 5 + [(distances[d] << 16) // (remaining[d] + doubt) for d in range(5, 4096)]
        present = 0 if self.length == 4 else scores[self.length]
        distances[5:] = [n - (n >> 4) for n in distances[5:]]
        best = scores.index(max(scores))
        if 12 * scores[best] > 65536 and scores[best] > present + present // 4:
            self.length = best


class Lane:
    """One lane of a block: where it is, and what it remembers of its bytes.

    `symbols` are the bytes of the whole block as far as they are known; positions count in these.
    """

    def __init__(self, index, symbols, begin, end, networks, dictionary, detects):
        self.index, self.symbols, self.begin, self.end = index, symbols, begin, end
        self.dictionary = dictionary  # in coded text; else None
        self.own = (index + 1 << 32) * 0xD1B54A32D192ED03 & MASK64 if networks else 0
        self.detector = RecordDetector() if detects else None
        self.trees = []  # of each network, for the next byte
        self.position = self.line_start = self.previous_line_start = begin
        self.field_start = self.field_above = begin
        self.recent = self.classes = 0
        self.word = self.previous = self.second = 0
        self.line_beginning, self.line_begins = 0, True
        self.field = self.field_hash = 0
        self.brackets = 0
        self.kind = 0
        self.remaining, self.is_literal = 0, False

    @property
    def is_binary(self):
        return self.detector is not None and self.detector.binary

    def _classify(self, byte):
        """Class and kind of the byte that comes; [mixing: Coded text]."""
        if self.dictionary is None:
            return CLASS[byte], KIND[byte]
        if byte < 128:
            self.remaining, self.is_literal = 0, byte == ESCAPE
            return CLASS[byte], 7 if byte in FLAGS else KIND[byte]
        if self.remaining:
            self.remaining -= 1
            return 128, 1 if self.remaining else 3
        if self.is_literal:
            return 3, 6
        self.remaining = self.dictionary.code_length(byte) - 1
        if self.remaining:
            return 128, self.remaining
        return 136 | byte >> 3 & 7, 8 | byte >> 3 & 7

    def append(self, byte):
        self.symbols[self.position] = byte
        self.position += 1
        if self.detector:
            self.detector.append(byte)
        of_class, self.kind = self._classify(byte)
        self.recent = self.recent << 8 & MASK64 | byte
        self.classes = self.classes << 8 & MASK64 | of_class
        if self.dictionary and byte in FLAGS:
            return

        is_letter = of_class in (1, 3) or of_class >= 128
        if is_letter:
            value = byte if self.dictionary and byte >= 128 else byte | 32
            self.word = (self.word + value + 1) * WORD_FACTOR & MASK32
        elif self.word:
            self.second, self.previous, self.word = self.previous, self.word, 0

        if self.line_begins:
            self.line_beginning = (self.line_beginning + byte + 1) * WORD_FACTOR & MASK32
            self.line_begins = is_letter or byte in b" \t"

        self.field_hash = (self.field_hash + byte + 1) * FIELD_FACTOR & MASK32
        if of_class not in WITHIN_FIELDS:
            self.field += 1
            self.field_start, self.field_hash = self.position, 0
            end = min(self.line_start, self.field_above + 64)
            while self.field_above < end:
                self.field_above += 1
                if self.symbols[self.field_above - 1] == byte:
                    break

        lowest = self.brackets & 255
        if byte in b"([{<" or (byte == QUOTE and lowest != QUOTE):
            self.brackets = self.brackets << 8 & MASK64 | byte
        elif (byte in CLOSING and lowest == CLOSING[byte]
              or byte in (QUOTE, LINE_FEED) and lowest == QUOTE):
            self.brackets >>= 8

        if byte == LINE_FEED:
            self.previous_line_start, self.line_start = self.line_start, self.position
            self.field, self.field_above = 0, self.previous_line_start
            self.line_beginning, self.line_begins = 0, True

    def look(self):
        """Work out what contexts are made of, before the next byte."""
        position, symbols, recent = self.position, self.symbols, self.recent
        self.o1, self.o2, self.o3 = recent & 0xFF, recent & 0xFFFF, recent & 0xFFFFFF
        self.o4, self.o5, self.o6 = recent & MASK32, recent & (1 << 40) - 1, recent & (1 << 48) - 1
        self.word_start = self.word << 8 if self.word else self.o1
        self.between = 0 if self.word else self.o1 << 56
        self.column = min(position - self.line_start, 255)
        at = self.previous_line_start + position - self.line_start
        self.above = symbols[at] if at < self.line_start else 0
        offset = position - self.field_start
        at = self.field_above + offset
        self.in_above = symbols[at] if at < self.line_start else 0
        self.offset = min(offset, 31)
        self.f = self.field << 40
        self.open = self.brackets & 0xFFFF
        if self.is_binary:
            r = self.detector.length
            self.place = position % r
            self.a, self.a2, self.a3, self.left, self.right = (
                symbols[position - d] if position - d >= self.begin else 0
                for d in (r, 2 * r, 3 * r, r + 1, r - 1))


# The kinds of contexts in the order of their numbers, and what each is [mixing: The contexts].
CONTEXTS = {
    "localOrder1": lambda s: s.o1,
    "localOrder2": lambda s: s.o2,
    "localOrder3": lambda s: s.o3,
    "laneOrder4": lambda s: s.own ^ s.o4,
    "laneOrder5": lambda s: s.own ^ s.o5,
    "order6": lambda s: s.o6,
    "order8": lambda s: s.recent,
    "order3": lambda s: s.o3,
    "localWord": lambda s: s.word_start,
    "laneWord": lambda s: s.own ^ s.word_start,
    "word": lambda s: s.word_start,
    "wordPair": lambda s: s.word << 19 ^ s.previous ^ s.between,
    "skippedWord": lambda s: s.word << 19 ^ s.second ^ s.between,
    "aboveOrder2": lambda s: s.above << 16 | s.o2,
    "columnAbove": lambda s: s.column << 16 | s.above << 8 | s.o1,
    "column": lambda s: s.column,
    "fieldPrefix": lambda s: s.f ^ s.field_hash,
    "fieldAbove": lambda s: s.f ^ s.offset << 24 ^ s.in_above << 16 ^ s.o1,
    "format": lambda s: s.classes & 0xFFFFFFFFFFFF,
    "formatOrder1": lambda s: (s.classes & 0xFFFFFFFFFF00) << 8 ^ s.o1,
    "bracketsOrder2": lambda s: s.o2 << 16 ^ s.open,
    "bracketsWord": lambda s: s.o1 << 50 ^ s.word << 16 ^ s.open,
    "lineStartWord": lambda s: s.f << 10 ^ s.line_beginning << 20 ^ s.word,
    "skip1Order2": lambda s: s.recent & 0xFFFF00,
    "skip1And3": lambda s: s.recent & 0xFF00FF00,
    "skip2Order1": lambda s: s.recent & 0xFF0000,
    "skip3Position": lambda s: s.position & 3 ^ s.recent & 0xFF000000,
    "recordAbove": lambda s: s.a,
    "recordAboveTwo": lambda s: s.a << 8 | s.a2,
    "recordAboveThree": lambda s: s.a << 16 | s.a2 << 8 | s.a3,
    "recordColumn": lambda s: s.place,
    "recordColumnAbove": lambda s: s.place << 8 | s.a,
    "recordColumnOrder1": lambda s: s.place << 8 | s.o1,
    "recordAcross": lambda s: s.a << 16 | s.left << 8 | s.right,
    "recordAround": lambda s: s.a << 24 | s.o1 << 16 | s.a2 << 8 | s.right >> 5,
    "recordAroundThree": lambda s: (s.a << 32 | s.o1 << 24 | s.a2 << 16 | s.a3 << 8
                                    | (s.left & 7) << 4 | s.right >> 5),
    "recordCorner": lambda s: s.a << 16 | s.left << 8 | s.o1,
    "recordGradient": lambda s: s.o1 + s.a - s.left & 255,
    "recordSlope": lambda s: 2 * s.a - s.a2 & 255,
    "wordTriple": lambda s: (s.word << 19 ^ s.previous) * 0x9E3779B97F4A7C15 + s.second + s.between,
    "previousWordOrder1": lambda s: s.previous << 8 | s.o1,
}

# ------------------------------------------------------------------------------------------------
# What takes part in each mix [mixing: The sets]

SMALL, STANDARD, FULL = 1, 2, 3  # each set has what the one before it has, and some more
QUICK, MODERATE, BROAD = 4, 5, 6  # of text without networks alone

CODED_TEXT = (
    "localOrder2 localOrder3 laneOrder4 laneOrder5 localWord format",
    "localOrder1 order6 wordPair skippedWord bracketsOrder2 lineStartWord columnAbove skip1Order2 "
    "wordTriple fieldAbove",
    "order8 previousWordOrder1 formatOrder1 fieldPrefix skip2Order1 aboveOrder2 column skip1And3")
# By set and whether text is coded: contexts, and the least lengths of matches.
TEXT_ALONE = {
    (QUICK, True): ("localOrder2 laneOrder4 localWord wordPair format columnAbove", (5,)),
    (QUICK, False): ("localOrder2 localOrder3 laneOrder4 order6 localWord columnAbove", (8,)),
    (MODERATE, True): ("localOrder2 localOrder3 laneOrder5 localWord wordPair columnAbove "
                       "skippedWord format", (5,)),
    (MODERATE, False): ("localOrder2 localOrder3 laneOrder4 order6 localWord wordPair "
                        "columnAbove format", (8,)),
    (BROAD, True): ("localOrder1 localOrder2 localOrder3 laneOrder4 laneOrder5 localWord wordPair "
                    "skippedWord wordTriple format columnAbove fieldAbove bracketsOrder2 column "
                    "aboveOrder2 skip1Order2", (4, 7)),
    (BROAD, False): ("localOrder1 localOrder2 localOrder3 laneOrder4 order6 localWord wordPair "
                     "format columnAbove fieldAbove bracketsOrder2 lineStartWord skippedWord "
                     "order8 column skip1Order2", (5, 8))}
WITH_NETWORK = (
    "localOrder2 localOrder3 laneOrder4 order6 localWord wordPair format fieldAbove",
    "localOrder1 order8 word columnAbove skip1Order2 order3 bracketsOrder2 lineStartWord",
    "laneWord aboveOrder2 formatOrder1 fieldPrefix laneOrder5 skippedWord column skip2Order1")
TEXT = (
    "localOrder1 localOrder2 localOrder3 laneOrder4 order6 localWord format skip1Order2",
    "order8 wordPair columnAbove fieldAbove bracketsOrder2 lineStartWord skip2Order1 column",
    "laneOrder5 aboveOrder2 formatOrder1 fieldPrefix skippedWord skip3Position bracketsWord "
    "skip1And3")
BINARY = (
    "localOrder1 localOrder2 localOrder3 order6 skip1Order2 recordAboveTwo recordColumn "
    "recordAround",
    "skip1And3 skip2Order1 format recordAboveThree recordColumnAbove recordAcross "
    "recordColumnOrder1 recordAbove",
    "laneOrder4 order8 skip3Position recordAroundThree recordGradient recordSlope recordCorner "
    "localWord")


class Plan:
    """What the mix of a block's header stands for."""

    def __init__(self, mix):
        self.set, self.networks, self.coded = mix & 15, bool(mix & 16), bool(mix & 32)
        self.detects = not self.networks and not self.coded and self.set < QUICK
        small, full = self.set == SMALL, self.set == FULL
        lists = [CODED_TEXT] if self.coded else [WITH_NETWORK] if self.networks else [TEXT, BINARY]
        self.minimums = (5, 8) if full else (5,)  # of the match models
        if self.set >= QUICK:
            names, self.minimums = TEXT_ALONE[self.set, self.coded]
            lists = [[names]]
        self.contexts = [" ".join(names[:self.set]).split() for names in lists]  # of each mode
        self.least_error = 0 if self.networks or full else 1 << 12
        self.count = len(self.contexts[0])
        if self.set >= QUICK:
            self.selectors = ["symbolAndMatch", "lastTwo", "partial"][:self.set - QUICK + 1]
        elif self.networks:
            self.selectors = (["match", "certainty", "lastByte"] if small else
                              ["partial", "match", "lastTwo", "certainty", "lastByte"])
            self.selectors += ["expected"] if full else []
        else:
            self.selectors = (["match", "symbol", "lastByte"] if small else
                              ["partial", "match", "lastTwo", "certainty", "lastByte", "symbol"])

    def shape(self, networks):
        """What the section MIXB of this mix has to have, with this many networks."""
        inputs = 8 + self.count + max(networks - 1, 0)
        return (len(self.contexts), self.count, len(self.minimums), -(-inputs // 16) * 16,
                [max(SELECTORS[name][1]) + 1 for name in self.selectors])

    def most_lines(self):
        """What the table of slots is limited to."""
        if self.networks:
            return (1 << 18, 3 << 18, 1 << 22)[self.set - 1]
        return (1 << 18, 1 << 20, 1 << 21, 1 << 18, 1 << 20, 1 << 21)[self.set - 1]

    def most_match_bits(self):
        return (20, 20 if self.networks else 21, 22, 18, 20, 21)[self.set - 1]

    def refines(self, x):
        """Whether the last two maps refine a result."""
        return self.set < QUICK or self.set == BROAD and abs(x) < 30720


def _selectors():
    """By name: the number of a selector, and the class of each of its sets (of one lane's)."""
    by_position = [max(partial.bit_length() - 1, 0) for partial in range(256)]
    classes = {
        "partial": by_position,
        "match": list(range(16)),
        "lastTwo": [0] * 4096,
        "certainty": [s >> 4 for s in range(256)],
        "lastByte": [0] * 256,
        "expected": [0] * 512,
        "symbol": [s & 7 for s in range(512)],
        "symbolAndMatch": [s >> 9 << 3 | s & 7 for s in range(2048)],
    }
    return {name: (i, classes[name]) for i, name in enumerate(classes)}


SELECTORS = _selectors()

# ------------------------------------------------------------------------------------------------
# The table of slots [mixing: The contexts, Slots], and the prior [mixing: The prior]

HASH_SALT, HASH_FACTOR = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93
PRIOR_SALT, PRIOR_FACTOR = 0xD1B54A32D192ED03, 0x9E3779B97F4A7C15
PRIOR_NUMBER = {"laneOrder4": 0, "laneOrder5": 1, "localWord": 2, "laneWord": 2, "word": 2,
                "wordPair": 3}
PRIOR_CONTEXT = [lambda s: s.o4, lambda s: s.o5, CONTEXTS["word"], CONTEXTS["wordPair"]]


def hash64(context, number, salt, factor):
    h = (context + (number + 1) * salt) * factor & MASK64
    h = (h ^ h >> 32) * factor & MASK64
    return h ^ h >> 29


class Region:
    """Lines first ... first + count - 1 of the table."""

    def __init__(self, first, count):
        self.first, self.count = first, count
        both = 64 | first | count
        self.page = (both & -both) - 1


class Slots:
    def __init__(self, plan, size, lanes, prior):
        self.prior = prior if plan.coded else None
        lines = 256
        while lines < size * plan.count // 4:
            lines *= 2
        lines = min(lines, plan.most_lines())
        self.table = bytearray(64 * lines)
        own = min(2048, lines // (2 * lanes)) if plan.networks else 0
        shared = Region(0, lines - own * lanes)
        self.local = [Region(shared.count + i * own, own) if own else shared for i in range(lanes)]
        self.has_local = own > 0
        # For each mode and context: function, number, whether it is local, number in the prior.
        numbers = {name: i for i, name in enumerate(CONTEXTS)}
        self.contexts = [
            [(CONTEXTS[name], numbers[name], name.startswith("local"), PRIOR_NUMBER.get(name))
             for name in names] for names in plan.contexts]
        self.shared = shared

    def forget(self, lane):
        """Make a lane's region zeros again."""
        if self.has_local:
            region = self.local[lane.index]
            self.table[64 * region.first:64 * (region.first + region.count)] = bytes(
                64 * region.count)

    def find(self, line, check):
        """Where the states of a slot begin, less one; and whether the context is new."""
        table, base = self.table, 64 * line
        at = table.find(check, base, base + 4)
        if at >= 0:
            return base + 3 + 15 * (at - base), False
        totals = [TOTAL[table[base + 4 + 15 * w]] for w in range(4)]
        w = totals.index(min(totals))
        table[base + w] = check
        slot = base + 3 + 15 * w
        table[slot + 1:slot + 16] = bytes(15)
        return slot, True

    def first_half(self, lane):
        """The slots of all contexts, for the first four bits of the lane's next byte."""
        self.places, self.successors = [], {}
        for context, number, is_local, _ in self.contexts[lane.is_binary]:
            h = hash64(context(lane), number, HASH_SALT, HASH_FACTOR)
            region = self.local[lane.index] if is_local else self.shared
            line = region.first + ((h >> 32) * region.count >> 32)
            self.places.append((line << 32 | h & MASK32, region.page))
        return self.find_all(lane, [(place >> 32, place & 255) for place, _ in self.places],
                             lambda byte: byte >> 4)

    def second_half(self, lane, partial):
        """The same for the other four; `partial` is 16 ... 31."""
        lines = []
        for place, page in self.places:
            g = (place + partial) * HASH_SALT & MASK64
            h = g ^ g >> 31
            lines.append((place >> 32 ^ h >> 58 & page, h & 255))
        return self.find_all(lane, lines,
                             lambda byte: byte & 15 if byte >> 4 == partial & 15 else None)

    def find_all(self, lane, lines, nibble):
        """A slot for each context; `nibble` has what a byte makes of these four bits, if it can."""
        found, new = [], []
        for (line, check), (_, _, _, in_prior) in zip(lines, self.contexts[lane.is_binary]):
            slot, is_new = self.find(line, check)
            found.append(slot)
            if is_new and in_prior is not None and self.prior:
                new.append((slot, in_prior))
        for slot, in_prior in new:
            self.inherit(slot, [(nibble(byte), count)
                                for byte, count in self.followers(lane, in_prior)
                                if nibble(byte) is not None])
        return found

    def followers(self, lane, number):
        """The bytes that the prior knows to follow a context, with their counts."""
        if number not in self.successors:
            h = hash64(PRIOR_CONTEXT[number](lane), number, PRIOR_SALT, PRIOR_FACTOR)
            line = (h >> 32) * (len(self.prior) // 64) >> 32
            found = []
            for at in range(64 * line, 64 * line + 63, 3):
                entry = int.from_bytes(self.prior[at:at + 3], "little")
                if entry & 0xFFF == h & 0xFFF and entry >> 20:
                    found.append((entry >> 12 & 255, entry >> 20))
            self.successors[number] = found[:3]
        return self.successors[number]

    def inherit(self, slot, nibbles):
        """Let a new slot begin with the histories that these nibbles would have left."""
        counts = [[0, 0] for _ in range(16)]
        for nibble, count in nibbles:
            for shift in (3, 2, 1, 0):
                counts[(16 | nibble) >> shift + 1][nibble >> shift & 1] += count
        for value, (zeros, ones) in enumerate(counts):
            if zeros or ones:
                while zeros > 15 or ones > 15:
                    zeros, ones = zeros + 1 >> 1, ones + 1 >> 1
                self.table[slot + value] = HISTORY[zeros][ones]


# ------------------------------------------------------------------------------------------------
# Match models [mixing: Match models]

BUCKET = [n if n < 16 else 16 + (n - 16 >> 2) if n < 32 else min(20 + (n - 32 >> 4), 43)
          for n in range(401)]


class MatchModel:
    def __init__(self, plan, minimum, size, lanes, confidences):
        self.minimum, self.lanes = minimum, lanes
        self.bits = 8
        while 1 << self.bits < size and self.bits < plan.most_match_bits():
            self.bits += 1
        self.table = [0] * (1 << self.bits)
        self.confidences = [begun(q, 12) for q in confidences.ravel().tolist()]
        self.matches = [[0, 0, 0] for _ in lanes]  # position, the lane of that, length

    def known(self, position, lane):
        return lane < len(self.lanes) and position < self.lanes[lane].position

    def append(self, lane, byte):
        """After a byte of a lane."""
        match = self.matches[lane.index]
        position, other, length = match
        if length == 0:
            return
        if lane.symbols[position] != byte:
            match[2] = 0
            return
        position += 1
        if position == self.lanes[other].end:
            other += 1
        match[:] = position, other, min(length + 1, 400) if self.known(position, other) else 0

    def look(self, lane):
        """Before a lane's next byte."""
        match, symbols = self.matches[lane.index], lane.symbols
        key = lane.recent << 64 - 8 * self.minimum & MASK64
        at = (key * 0x9E3779B97F4A7C15 & MASK64) >> 64 - self.bits
        position, self.table[at] = self.table[at], lane.position
        if match[2] == 0 and position:
            other = next(own.index for own in self.lanes if position < own.end)
            most = min(32, position - self.lanes[other].begin, lane.position - lane.begin)
            length = 0
            while length < most and (symbols[position - 1 - length]
                                     == symbols[lane.position - 1 - length]):
                length += 1
            if length >= self.minimum and self.known(position, other):
                match[:] = position, other, length
        length = match[2]
        self.expected = symbols[match[0]] | 256 if length else 0
        self.bucket = BUCKET[length]

    def predict(self, partial, bit_position):
        """Two inputs. From here to `learn`, `expects` says whether the byte still can come."""
        self.expects = self.expected >> 8 - bit_position == partial
        if not self.expects:
            self.strength = self.byte = 0
            return 0, 0
        self.strength = min(self.bucket >> 1, 14) + 1
        self.byte = self.expected & 255
        self.bit = self.expected >> 7 - bit_position & 1
        self.at = 8 * self.bucket + bit_position
        confidence = self.confidences[self.at]
        inputs = COARSE[confidence >> 20], (confidence >> 16) - 32768 >> 5
        return inputs if self.bit else (-inputs[0], -inputs[1])

    def learn(self, bit):
        if self.expects:
            self.confidences[self.at] = moved(
                self.confidences[self.at], TARGETS[bit == self.bit], 400)


# ------------------------------------------------------------------------------------------------
# Adaptive maps [mixing: Adaptive maps]


class AdaptiveMap:
    def __init__(self, size, most_bits):
        bits = 12
        while 1 << bits < size and bits < most_bits:
            bits += 1
        self.mask = (1 << bits) - 1
        self.points = [SQUASH[4096 * i - 30720 + 49152] >> 6 for i in range(16)] * (1 << bits)

    def refine(self, x, context):
        q = min(max(x, -30720), 30719) + 30720
        i, f = ((context & self.mask) << 4) + (q >> 12), q & 4095
        self.nearer = i + (f >= 2048)
        a = self.points[i]
        return (a << 12) + (self.points[i + 1] - a) * f >> 6

    def learn(self, bit):
        self.points[self.nearer] += (65535 * bit - self.points[self.nearer] + 32) >> 6


# ------------------------------------------------------------------------------------------------
# Mixing [mixing: The order of things, The network, Mixers]


def signed32(x):
    return (x + (1 << 31) & MASK32) - (1 << 31)


def clamped(x):
    return min(max(x, -49152), 49152)


def towards_zero(a, b):
    return a // b if a >= 0 else -(-a // b)


class Mixers:
    """Sets of weights, rows of numbers in units of 2^-28; some are chosen for each bit."""

    def __init__(self, weights, pace):
        self.weights = weights.astype(np.int64) << 16  # [sets, inputs]
        self.learned = [0] * len(weights)
        self.rate = [20 + pace * 16 // (count + 16) for count in range(256)]

    def mix(self, rows, inputs):
        """A stretched probability by each of these sets."""
        self.rows, self.inputs = rows, np.array(inputs, np.int64)
        self.chosen = self.weights[rows]
        sums = (self.chosen >> 16) @ self.inputs
        self.results = [clamped(signed32(s) >> 8) for s in sums.tolist()]
        return self.results

    def learn(self, bit):
        steps = []
        for row, result in zip(self.rows, self.results):
            error = (bit << 22) - SQUASH[result + 49152]
            step = error * self.rate[self.learned[row]] + (1 << 17) >> 18
            steps.append(min(max(step, -32767), 32767))
            self.learned[row] = min(self.learned[row] + 1, 255)
        moves = np.multiply.outer(steps, self.inputs)
        moved = self.chosen + moves
        if moved.max() >= 1 << 31 or moved.min() < -32767 << 16:
            # The upper 16 bits saturate twice: with those of the move, and with the carry.
            low = (self.chosen & 0xFFFF) + (moves & 0xFFFF)
            high = sat16(sat16((self.chosen >> 16) + (moves >> 16)) + (low >> 16))
            moved = high << 16 | low & 0xFFFF
        self.weights[self.rows] = moved


class BlockMixer:
    """What all lanes of a block share, and the way of a byte through it."""

    def __init__(self, plan, beginning, model, size, lanes, networks, decoder):
        self.plan, self.decoder = plan, decoder
        self.slots = Slots(plan, size, len(lanes), model.prior)
        self.matches = [MatchModel(plan, minimum, size, lanes, confidences)
                        for minimum, confidences in zip(plan.minimums, beginning.confidences)]
        self.meanings = [begun(q, 20) for q in beginning.meanings.ravel().tolist()]
        # The coarse stretch of each meaning; always 0 for state 0, which predicts nothing.
        self.stretched = [0 if i & 255 == 0 else COARSE[m >> 20]
                          for i, m in enumerate(self.meanings)]
        self.maps = [AdaptiveMap(size, most) for most in (16, 16, 14, 16)]

        # The sets of all mixers, the second mode's behind the first one's, are rows of one array.
        rows, self.selectors = [], []
        for mode in range(beginning.modes):
            chosen = []
            for name, weights in zip(plan.selectors, beginning.weights):
                number, classes = SELECTORS[name]
                chosen.append((sum(map(len, rows)), number))
                rows.append(weights[mode][classes * (len(lanes) if name == "match" else 1)])
            self.selectors.append(chosen)
        self.mixers = Mixers(np.concatenate(rows), 5980)
        self.final = Mixers(beginning.final[SELECTORS["partial"][1]], 180)
        self.final_padding = [0] * (8 - len(plan.selectors))
        self.padding = [0] * (beginning.inputs - 8 - plan.count - max(networks - 1, 0))

    def decode_byte(self, lane):
        if lane.position > lane.begin and (lane.position - lane.begin) % (1 << 14) == 0:
            self.slots.forget(lane)
        lane.look()
        for match in self.matches:
            match.look(lane)
        mode = int(lane.is_binary)
        slots = self.slots.first_half(lane)
        bases = range(256 * len(slots) * mode, 256 * len(slots) * (mode + 1), 256)
        expected_first = self.expected_byte(lane.trees[0]) if lane.trees else 0

        table, meanings, stretched = self.slots.table, self.meanings, self.stretched
        maps, o1 = self.maps, lane.o1
        order1 = (o1 ^ o1 >> 3) << 8
        order2 = lane.o2 * 0x9E3779B9
        partial, nibble = 1, 1
        for bit_position in range(8):
            if bit_position == 4:
                slots, nibble = self.slots.second_half(lane, partial), 1

            # What contexts, match models and networks say.
            addresses = [slot + nibble for slot in slots]
            states = [table[address] for address in addresses]
            indices = [base + state for base, state in zip(bases, states)]
            first, second, *_ = [m.predict(partial, bit_position) for m in self.matches] + [(0, 0)]
            said = [stretch(min(max((tree[2 * partial + 1] << 22) // tree[partial], 1), ONE - 1))
                    for tree in lane.trees]
            refined = 0, 0
            network = 0
            if said:
                network = towards_zero(sum(said), len(said))
                byte = self.matches[0].byte
                refined = (maps[0].refine(network << 4, order1 | partial),
                           maps[1].refine(network << 4, (byte ^ byte >> 3) << 8 | partial))
                refined = COARSE[refined[0] >> 10], COARSE[refined[1] >> 10]
            inputs = [said[0] if said else 0, *first, 256, *refined, *second,
                      *[stretched[i] for i in indices], *said[1:], *self.padding]

            # The mixers, and the final one.
            seen = min(len(states) - states.count(0), 15)
            certainty = min(abs(network) >> 7, 15) if said else bit_position
            could_come = said and (256 | expected_first) >> 8 - bit_position == partial
            selected = (partial,
                        16 * lane.index + self.matches[0].strength,
                        order2 >> 12 & 4095,
                        certainty << 4 | seen,
                        o1,
                        256 | expected_first if could_come else bit_position,
                        8 * lane.kind + bit_position,
                        (min((self.matches[0].strength + 3) // 4, 3) << 9
                         | 8 * lane.kind + bit_position))
            rows = [start + selected[number] for start, number in self.selectors[mode]]
            results = self.mixers.mix(rows, inputs)
            result = results[0]  # one mixer alone has the last word
            if len(results) > 1:
                result, = self.final.mix([partial], [r >> 4 for r in results] + self.final_padding)

            # The probability of a 1, and the bit.
            p = coded = SQUASH[result + 49152]
            refines = self.plan.refines(result)
            if refines:
                by_order2 = maps[2].refine(result, (order2 >> 8 ^ partial * 0x9E35) & 0xFFFF)
                by_order1 = maps[3].refine(result, order1 | partial)
                coded = 2 * p + by_order2 + by_order1 >> 2
            bit = self.decoder.bit(min(max(coded, 32), ONE - 32))

            # What all of them learn from it.
            for match in self.matches:
                match.learn(bit)
            if abs((bit << 22) - p) >= self.plan.least_error:
                target, following = TARGETS[bit], NEXT[bit]
                # Two contexts can share a slot: the second finds what the first has left.
                for address, base in zip(addresses, bases):
                    state = table[address]
                    i = base + state
                    m = moved(meanings[i], target, 1023)
                    meanings[i] = m
                    if i & 255:
                        stretched[i] = COARSE[m >> 20]
                    table[address] = following[state]
                for m in maps if said else maps[2:] if refines else ():
                    m.learn(bit)
                self.mixers.learn(bit)
                if len(results) > 1:
                    self.final.learn(bit)

            partial = partial << 1 | bit
            nibble = nibble << 1 | bit
        byte = partial & 255
        lane.append(byte)
        for match in self.matches:
            match.append(lane, byte)

    @staticmethod
    def expected_byte(tree):
        """The larger child at each turn; of equal ones, the left."""
        node = 1
        while node < 256:
            node = 2 * node + (tree[2 * node + 1] > tree[2 * node])
        return node - 256


# ------------------------------------------------------------------------------------------------
# Repeats [format: Repeats]


def read_repeats(payload, size):
    """The list at the beginning of `payload` of repeats with `size` bytes together: for each how many
    bytes are between it and the one before, its distance, and how many bytes it has."""
    repeats = []
    while size:
        repeats.append((payload.varint(), payload.varint(), payload.varint()))
        require(1 <= repeats[-1][2] <= size, "a repeat has no bytes, or too many")
        size -= repeats[-1][2]
    return repeats


def put_back(repeats, rest):
    """The plain bytes of a block, of which `rest` is in no repeat."""
    plain, rest = bytearray(), Reader(rest, "the rest of a block")
    for between, distance, count in repeats:
        plain += rest.bytes(between)
        require(1 <= distance <= len(plain), "a repeat copies from nowhere")
        for _ in range(count):
            plain.append(plain[-distance])
    return bytes(plain) + rest.bytes(rest.rest())


# ------------------------------------------------------------------------------------------------
# Blocks, frames, archives [format: Archive, Frame, Block, Index]


def decode_mixed(mix, size, lanes, payload, model):
    """The symbols of a mixed block, `size` of them."""
    plan = Plan(mix)
    networks = [n for n in model.networks if n.takes_part(plan.set)] if plan.networks else []
    require(networks or not plan.networks, "a block needs networks that the model does not have")
    require(model.dictionary or not plan.coded,
            "a block needs a dictionary that the model does not have")
    beginning = model.beginnings.get(mix)
    require(beginning is not None, "a block needs beginnings that the model does not have")
    require(beginning.shape() == plan.shape(len(networks)),
            f"the model's beginnings have another shape than mix {mix:#04x}")

    symbols = bytearray(size)
    q, r = divmod(size, lanes)
    begins = [i * q + min(i, r) for i in range(lanes + 1)]
    all_lanes = [Lane(i, symbols, begins[i], begins[i + 1], plan.networks,
                      model.dictionary if plan.coded else None, plan.detects)
                 for i in range(lanes)]
    states = [NetworkState(network, lanes) for network in networks]
    decoder = ArithmeticDecoder(payload)
    mixer = BlockMixer(plan, beginning, model, size, all_lanes, len(networks), decoder)
    for t in range(q + (r > 0)):
        active = all_lanes if t < q else all_lanes[:r]
        trees = [state.trees() for state in states]
        for lane in active:
            lane.trees = [of_lanes[lane.index] for of_lanes in trees]
            mixer.decode_byte(lane)
        for state in states:
            state.step([lane.recent & 255 for lane in active])
    decoder.finish()
    return bytes(symbols)


class Frame:
    """One frame: its plain bytes, block by block."""

    SINGLE, LINES = 1, 2

    def __init__(self, archive, models):
        self.archive, self.models = archive, models
        header = Reader(archive.bytes(15), "a frame header")
        require(header.bytes(4) == b"\xF5FSC", "not an archive, or something else behind a frame")
        descriptor, self.model_id = header.number(1), header.number(8)
        require(header.number(2) == check16(header.data[:13]), "a frame header is damaged")
        require(descriptor >> 4 == 1, f"a frame is of an unknown version, {descriptor >> 4}")
        require(not descriptor & 12, "a frame has flags that are not known")
        self.single, self.lines = bool(descriptor & self.SINGLE), bool(descriptor & self.LINES)
        require(not (self.single and self.lines), "a frame is single and has lines")
        self.entries = []  # of the index: plain size, coded size, check32, line feeds

    def blocks(self):
        if self.single:
            yield self.block()
            return
        while (tag := self.archive.data[self.archive.at:self.archive.at + 1]) != (
                b"\x10" if self.lines else b"\x00"):
            require(tag, "a frame is cut short")
            yield self.block()
        self.index()

    def block(self):
        archive, start = self.archive, self.archive.at
        tag = archive.number(1)
        method, log_lanes = tag & 15, tag >> 4
        require(method in (1, 2), "a block has an unknown method")
        require(log_lanes <= (0, 8)[method - 1], "a block has an impossible number of lanes")
        mix = archive.number(1) if method == 2 else 0
        has_repeats, mix = bool(mix & 64), mix & ~64
        require(method == 1 or is_mix(mix), "a block has an unknown mix")
        size = archive.varint()
        rest_size = archive.varint() if has_repeats else size
        symbols = archive.varint() if mix & 32 else rest_size
        payload_size = archive.varint() if method == 2 else size
        check = archive.number(4)
        before = archive.data[start:archive.at]
        require(archive.number(2) == check16(before), "a block header is damaged")
        require(size >= 1, "a block has no bytes")
        require(not has_repeats or 1 <= rest_size < size, "a block has repeats that have no bytes")
        require(not mix & 32 or 1 <= symbols < rest_size,
                "a coded text is not shorter than what it stands for")
        require(method == 1 or payload_size < size, "a mixed block is not smaller than its bytes")
        require(1 << log_lanes <= symbols, "a block has more lanes than bytes")
        payload = archive.bytes(payload_size)
        if method == 1:
            plain = payload
        else:
            model = self.models.find(self.model_id)
            payload = Reader(payload, "the payload of a block")
            repeats = read_repeats(payload, size - rest_size)
            plain = decode_mixed(mix, symbols, 1 << log_lanes, payload.bytes(payload.rest()), model)
            if mix & 32:
                plain = expand(plain, model.dictionary, rest_size)
            plain = put_back(repeats, plain)
        require(check32(plain) == check, "a block's content does not match its check")
        self.entries.append((size, archive.at - start, check, plain.count(b"\n")))
        return plain

    def index(self):
        """An index has one valid encoding: that of the blocks that were there."""
        index = b"\x10" if self.lines else b"\x00"
        index += varint(len(self.entries))
        for size, coded_size, check, _ in self.entries:
            index += varint(size) + varint(coded_size) + check.to_bytes(4, "little")
        if self.lines:
            index += b"".join(count.to_bytes(4, "little") for _, _, _, count in self.entries)
        index += check32(index).to_bytes(4, "little")
        index += (len(index) + 4).to_bytes(4, "little")
        require(self.archive.bytes(len(index)) == index, "an index does not agree with its blocks")


def decode(data, models):
    """The plain bytes of an archive, block by block."""
    archive = Reader(data, "the archive")
    require(data, "an archive of no bytes is none")
    while archive.rest():
        if archive.at and not any(archive.data[archive.at:]):
            return
        yield from Frame(archive, models).blocks()


class Models:
    """Models by their ids; a file is read when a block needs it. Each is a list of the file's parts."""

    def __init__(self, files):
        self.files, self.loaded = files, {}

    def find(self, model_id):
        while model_id not in self.loaded and self.files:
            parts = self.files.pop(0)
            try:
                model = Model(b"".join(Path(part).read_bytes() for part in parts))
            except Refusal as refusal:
                raise Refusal(f"{parts[0]}: {refusal}") from None
            self.loaded[model.id] = model
        require(model_id in self.loaded, f"model {model_id:016x} is needed: -m MODEL.fsm")
        return self.loaded[model_id]


def main():
    parser = argparse.ArgumentParser(description="Decode an fscomp archive, slowly.")
    parser.add_argument("archive", nargs="?", default="-", help="standard input by default")
    parser.add_argument("-m", "--model", action="append", default=[], metavar="MODEL.fsm",
                        help="a model that blocks may need; the embedded one is known")
    parser.add_argument("-o", "--output", help="standard output by default")
    arguments = parser.parse_args()
    embedded = [EMBEDDED] if EMBEDDED[0].exists() else []
    models = Models([[path] for path in arguments.model] + embedded)
    try:
        if arguments.archive == "-":
            data = sys.stdin.buffer.read()
        else:
            data = Path(arguments.archive).read_bytes()
        output = open(arguments.output, "wb") if arguments.output else sys.stdout.buffer
        with output:
            for plain in decode(data, models):
                output.write(plain)
    except (Refusal, OSError) as error:
        sys.exit(f"{parser.prog}: {error}")


if __name__ == "__main__":
    main()
