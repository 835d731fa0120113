#!/usr/bin/env python3
"""Write made-up binary data of several kinds, for mixers to learn from: bitmaps, pictures, sound,
tables of records.

Usage: generate_binary.py OUTPUT [ITEMS]

The same bytes every time, on every machine: no clock, no floating point, no `random`. Each item is
64 KiB; kinds take turns, and each item has a record length of its own.
"""

import struct
import sys
from pathlib import Path

from generate import SplitMix

SIZE = 1 << 16


def bitmap(random: SplitMix) -> bytes:
    """Rows of pixels of one bit: lines of blots that are as regular as print is."""
    row = 24 + random.below(300)
    rows = SIZE // row
    pixels = [[0] * (8 * row) for _ in range(rows)]
    # A set of letters, each a few strokes.
    height = 12 + random.below(20)
    letters = []
    for _ in range(30):
        strokes = []
        for _ in range(2 + random.below(3)):
            strokes.append((random.below(height), random.below(height), random.below(height),
                            random.below(4), 1 + random.below(4)))
        letters.append(strokes)
    y = 4
    while y + height < rows:
        x = 16 + 8 * random.below(3)
        while x + 2 * height < 8 * row - 16:
            if random.below(7):
                for top, left, length, direction, width in random.pick(letters):
                    for step in range(length):
                        dx = step if direction != 1 else 0
                        dy = step if direction == 1 else step // 2 if direction == 2 else 0
                        for w in range(width):
                            if top + dy < height:
                                pixels[y + top + dy][x + left + dx + w] = 1
            x += height + 2 + random.below(3)
        y += height + 6 + (40 * random.below(2) if random.below(6) == 0 else 0)
    out = bytearray()
    for line in pixels:
        for i in range(0, 8 * row, 8):
            byte = 0
            for bit in line[i:i + 8]:
                byte = byte << 1 | bit
            out.append(byte)
    return bytes(out)


def picture(random: SplitMix) -> bytes:
    """Rows of pixels of 8, 16 or 24 bits: slopes, edges, noise."""
    channels = random.pick([1, 2, 3])
    width = 48 + random.below(400)
    noise = 1 + random.below(6)
    discs = [(random.below(width), random.below(300), 5 + random.below(60),
              [random.below(160) - 80 for _ in range(channels)]) for _ in range(12)]
    slopes = [(random.below(7) - 3, random.below(7) - 3, 60 + random.below(120))
              for _ in range(channels)]
    # The upper byte of a pixel of 16 bits is nearly always the same.
    high = 1 if channels == 2 and random.below(2) else 0
    out = bytearray()
    y = 0
    while len(out) < SIZE:
        for x in range(width):
            for channel, (across, down, start) in enumerate(slopes):
                value = start + across * x // 8 + down * y // 8 + random.below(noise)
                for left, top, radius, colours in discs:
                    if (x - left) ** 2 + (y - top) ** 2 < radius * radius:
                        value += colours[channel]
                value = min(max(value, 0), 255)
                out.append(value >> 5 if high and channel == 1 else value)
        y += 1
    return bytes(out[:SIZE])


def sound(random: SplitMix) -> bytes:
    """Samples of 16 bits on one or two channels: springs that are pushed now and then."""
    channels = 1 + random.below(2)
    springs = [[0, 0, 20 + random.below(500)] for _ in range(3 * channels)]
    out = bytearray()
    for _ in range(SIZE // (2 * channels)):
        for channel in range(channels):
            total = 0
            for spring in springs[3 * channel:3 * channel + 3]:
                if random.below(4000) == 0:
                    spring[1] += (random.below(2000) - 1000) << 8
                spring[1] -= spring[0] * spring[2] >> 14
                spring[0] += spring[1] - (spring[0] >> 12)
                total += spring[0] >> 8
            total += random.below(16)
            out += struct.pack("<h", min(max(total, -32768), 32767))
    return bytes(out)


def table(random: SplitMix) -> bytes:
    """Records of numbers: some that count up, some of few values, some zero, some of any value."""
    big = random.below(4) == 0
    fields = []
    for _ in range(2 + random.below(9)):
        size = random.pick([1, 1, 2, 2, 4, 4, 8])
        kind = random.below(5)
        values = [random.below(1 << min(8 * size, 24)) for _ in range(2 + random.below(12))]
        fields.append([size, kind, values, random.below(1 << 16), 1 + random.below(50)])
    # A short name in some of the tables, padded with zeros.
    names = [random.bytes(3 + random.below(6)).hex().encode()[:12] for _ in range(40)]
    has_name = random.below(3) == 0
    out = bytearray()
    while len(out) < SIZE:
        for field in fields:
            size, kind, values, count, most = field
            if kind == 0:
                field[3] = count = count + random.below(most)
                value = count
            elif kind in (1, 2):
                value = random.pick(values)
            elif kind == 3:
                value = random.below(1 << 8 * size) if random.below(20) == 0 else 0
            else:
                value = random.below(1 << min(8 * size, 12))
            value &= (1 << 8 * size) - 1
            out += value.to_bytes(size, "big" if big else "little")
        if has_name:
            out += random.pick(names).ljust(12, b"\0")
    return bytes(out[:SIZE])


def main() -> None:
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    items = int(sys.argv[2]) if len(sys.argv) == 3 else 48
    random = SplitMix(7)
    kinds = [table, bitmap, picture, table, sound]
    Path(sys.argv[1]).write_bytes(b"".join(kinds[i % 5](random) for i in range(items)))


if __name__ == "__main__":
    main()
