#!/usr/bin/env python3
"""Write the samples that no package holds: a log, a table, and files that are hard to handle.

Usage: generate.py SAMPLES_FOLDER

The same bytes every time, on every machine: no clock, no floating point, no `random`. Some of the
awkward files are prose.txt in another dress, so that must be in the folder already.
"""

import struct
import sys
from pathlib import Path

MASK = (1 << 64) - 1


class SplitMix:
    """SplitMix64 (Steele, Lea and Flood 2014): enough randomness for test data."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def next(self) -> int:
        """The next number, 0 to 2^64 - 1."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & MASK
        z = self._state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
        return z ^ (z >> 31)

    def below(self, bound: int) -> int:
        return self.next() % bound

    def pick(self, items):
        return items[self.below(len(items))]

    def bytes(self, count: int) -> bytes:
        words = [self.next() for _ in range((count + 7) // 8)]
        return struct.pack(f"<{len(words)}Q", *words)[:count]


def clock(milliseconds: int) -> str:
    """A time of day on 1 March 2024, which must not run past midnight."""
    seconds, rest = divmod(milliseconds, 1000)
    return (f"2024-03-01T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
            f".{rest:03}Z")


def server_log(lines: int) -> bytes:
    """What a small web service might write: many alike lines, a few rare ones."""
    random = SplitMix(1)
    paths = ["/", "/index.html", "/style.css", "/api/v1/items", "/api/v1/items/{}", "/health",
             "/search?q=compression&page={}", "/static/img/logo-{}.png"]
    agents = ["Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/115.0",
              "curl/7.88.1", "python-requests/2.28.1"]
    now = 8 * 3_600_000
    out = []
    for number in range(lines):
        now += random.below(900)
        kind = random.below(100)
        if kind < 82:
            path = random.pick(paths).format(random.below(500))
            status = random.pick([200] * 14 + [304] * 4 + [404, 500])
            out.append(f"{clock(now)} INFO  http[{random.below(4)}]: "
                       f"10.0.{random.below(3)}.{random.below(250)} \"GET {path} HTTP/1.1\" "
                       f"{status} {random.below(40_000)} {random.below(90)}ms "
                       f"\"{random.pick(agents)}\"")
        elif kind < 94:
            out.append(f"{clock(now)} DEBUG cache: {random.pick(['hit', 'miss', 'evicted'])} "
                       f"key=item:{random.below(500)} age={random.below(3600)}s "
                       f"size={random.below(4096)}")
        elif kind < 99:
            out.append(f"{clock(now)} WARN  db: slow query ({200 + random.below(3000)} ms): "
                       f"SELECT id, name, price FROM items WHERE category = {random.below(40)} "
                       f"ORDER BY price LIMIT 50")
        else:
            out.append(f"{clock(now)} ERROR worker[{random.below(8)}]: job {number:06x} failed: "
                       "connection reset by peer\n"
                       f"    at queue.take (queue.c:{random.below(900)})\n"
                       f"    at worker.run (worker.c:{random.below(400)})")
    return ("\n".join(out) + "\n").encode()


def measures_csv(rows: int) -> bytes:
    """A table of slowly drifting readings, with a quoted field that holds a comma."""
    random = SplitMix(2)
    milli = [21_500, 40_250, 1_013_250]
    out = ["time,station,temperature_c,humidity_pct,pressure_hpa,remark"]
    for row in range(rows):
        milli = [value + random.below(201) - 100 for value in milli]
        values = ",".join(f"{value // 1000}.{value % 1000:03}" for value in milli)
        remark = random.pick([""] * 30 + ["\"late, sent again\"", "calibrated"])
        out.append(f"{clock(row * 60_000)},S{row % 3 + 1:02},{values},{remark}")
    return ("\r\n".join(out) + "\r\n").encode()


def records(count: int) -> bytes:
    """Little-endian records of mixed widths, as a program might dump its tables."""
    random = SplitMix(3)
    out = [b"RECS" + struct.pack("<HHI", 1, 24, count)]
    stamp = 1_700_000_000
    for number in range(count):
        stamp += random.below(50)
        out.append(struct.pack("<IIhHIQ", number, stamp, random.below(2000) - 1000,
                               1 << random.below(16), random.below(1 << 20),
                               random.next() >> (8 * random.below(8))))
    return b"".join(out)


def russian(size: int) -> str:
    """Sentences of Russian words in no sensible order, `size` letters."""
    random = SplitMix(7)
    words = ("и в не на что он как это она но они мы вы было весь время год рука дело раз день "
             "город слово место дом вода книга стол читать писать сжимать поток байт память "
             "большой малый новый быстро медленно сегодня завтра между после перед через").split()
    out = ""
    while len(out) < size:
        sentence = " ".join(random.pick(words) for _ in range(4 + random.below(9)))
        out += sentence.capitalize() + random.pick([". ", ". ", ". ", "? ", "!\n"])
    return out[:size]


def whole_lines(text: bytes, size: int) -> bytes:
    """The lines at the start of `text` that fit in `size` bytes."""
    return text[:text.rindex(b"\n", 0, size) + 1]


def awkward(prose: bytes) -> dict[str, bytes]:
    page = whole_lines(prose, 12_000)
    every_byte = bytes(range(256))
    return {
        "empty.bin": b"",
        "one-byte.bin": b"a",
        "one-newline.txt": b"\n",
        "two-bytes.bin": b"\x00\xff",
        "every-byte.bin": every_byte,
        "same-byte.bin": b"a" * 32_768,
        "zeros.bin": bytes(8_192),
        "period-251.bin": (bytes(range(251)) * 66)[:16_384],
        "random.bin": SplitMix(4).bytes(16_384),
        "random-letters.txt": bytes(
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[b & 63]
            for b in SplitMix(5).bytes(4_096)),
        "records.bin": records(400),
        "text-then-random.bin": page[:4_000] + SplitMix(6).bytes(2_048) + page[4_000:6_000],
        "long-line.txt": b" ".join(whole_lines(prose[12_000:], 40_000).split()),
        "no-final-newline.txt": page.rstrip(b"\n"),
        "crlf.txt": page.replace(b"\n", b"\r\n"),
        "mixed-newlines.txt": b"".join(
            line + (b"\n", b"\r\n", b"\r")[number % 3]
            for number, line in enumerate(page[:4_000].split(b"\n"))),
        "utf16-le.txt": b"\xff\xfe" + page[:5_000].decode().encode("utf-16-le"),
        "utf16-be-russian.txt": b"\xfe\xff"
            + russian(3_000).encode("utf-16-be"),
        "cp1251.txt": russian(6_000).encode("cp1251"),
        "utf8-bom.txt": b"\xef\xbb\xbf" + page[:2_000],
        # Overlong forms, a lone surrogate, stray and missing continuation bytes, beyond U+10FFFF.
        "broken-utf8.txt": b"".join(
            page[40 * n:40 * n + 40] + broken for n, broken in enumerate(
                [b"\xc0\xaf", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"\x80", b"\xe2\x82", b"\xfe",
                 b"\xff", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xc3"] * 4)),
    }


def main() -> None:
    if len(sys.argv) != 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__, end="")
        sys.exit(0 if len(sys.argv) == 2 else 2)
    folder = Path(sys.argv[1])
    files = {"server.log": server_log(360), "measures.csv": measures_csv(480)}
    prose = (folder / "prose.txt").read_bytes()
    files.update((f"awkward/{name}", data) for name, data in awkward(prose).items())
    (folder / "awkward").mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
