#!/usr/bin/env python3
"""Tests of decode.py: the archives of Tests/FSCompTests/Vectors/1.0, and what has to be refused.

Usage: test.py [--all]

Of most vectors only the beginning is decoded unless --all is given, which takes some six minutes.
"""

import struct
import sys
import time
from pathlib import Path

import decode

VECTORS = Path(__file__).resolve().parent.parent / "Tests/FSCompTests/Vectors/1.0"
MODELS = {"ensemble": "ensemble", "prose": "enwik8-2m", "words": "words", "text": "text", "sets": "sets",
          "coded": "coded", "repeats": "words", "slow": "slow-mingru", "cells": "cells"}  # by beginnings of names
# Together these have every mechanism; of the others, the first bytes that are coded.
WHOLE = {"blocks-of-four-lanes", "coded-standard", "concatenated", "contexts-small", "empty", "one-lane",
         "records-small", "repeats", "repeats-text", "sets-broad", "sets-broad-coded", "sets-moderate", "sets-quick",
         "stored-and-mixed", "text-moderate", "text-quick", "words-full", "words-small"}
PREFIX = 800
PREFIXES = {"mixed-epochs": 2 * (1 << 14) + 400}  # each of its two lanes forgets after 2^14 bytes

failures = 0


def check(name, condition):
    global failures
    if not condition:
        failures += 1
        print(f"FAILED: {name}")


class Enough(Exception):
    pass


def begins_as(archive, plain, models, count):
    """Whether the first bytes coded in the first block, of any of its lanes, are as they should."""
    decode_byte = decode.BlockMixer.decode_byte
    seen = 0

    def checked(mixer, lane):
        nonlocal seen
        at = lane.position
        decode_byte(mixer, lane)
        seen += 1
        if lane.symbols[at] != plain[at] or seen == count:
            raise Enough(lane.symbols[at] == plain[at])

    decode.BlockMixer.decode_byte = checked
    try:
        return b"".join(decode.decode(archive, models)) == plain
    except Enough as enough:
        return enough.args[0]
    finally:
        decode.BlockMixer.decode_byte = decode_byte


def test_vectors(all_of_them):
    loaded = {}
    for path in sorted(VECTORS.glob("*.fsc")):
        name = path.stem
        model = MODELS.get(name.split("-")[0], "test-vectors")
        models = loaded.setdefault(model, decode.Models([[VECTORS / f"{model}.fsm"]]))
        archive, plain = path.read_bytes(), path.with_suffix(".plain").read_bytes()
        start = time.process_time()
        if all_of_them or name in WHOLE:
            same, extent = b"".join(decode.decode(archive, models)) == plain, len(plain)
        elif name.startswith(("coded", "text", "words")):
            continue  # what is coded are not its plain bytes
        else:
            extent = PREFIXES.get(name, PREFIX)
            same = begins_as(archive, plain, models, extent)
        check(name, same)
        print(f"{name}: {extent} bytes, {time.process_time() - start:.1f} s", flush=True)


# The examples of docs/format.md.
EMPTY = "F5465343 10 EFCDAB8967452301 E58E 00 00 01A12DFA 0A000000"
HELLO = "F5465343 11 EFCDAB8967452301 58BF 01 05 A36D9F88 19E8 68656C6C6F"
ABCDE = """F5465343 10 EFCDAB8967452301 E58E 01 03 990977AD 40B1 616263 01 02 9E370243 622A 6465
           00 02 03 0B 990977AD 02 0A 9E370243 DC5C50DA 16000000"""
LINES = """F5465343 12 EFCDAB8967452301 79CC 01 02 55C8CC1E CBF9 610A 01 01 9B9FF31A BE36 62
           10 02 02 0A 55C8CC1E 01 09 9B9FF31A 01000000 00000000 BE49F69E 1E000000"""
SMALLEST_MODEL = """F546534D 02 4D455441 09000000 DDE62C7DDB252B16 01 00 61 000000000000
                    4BCABDBB54479824"""


def plain_of(archive, models=None):
    return b"".join(decode.decode(archive, models or decode.Models([])))


def is_refused(archive, models=None):
    try:
        plain_of(archive, models)
    except decode.Refusal:
        return True
    return False


def with_check16(before):
    return before + struct.pack("<H", decode.check16(before))


def frame(descriptor, model_id=0):
    return with_check16(b"\xF5FSC" + struct.pack("<BQ", descriptor, model_id))


def stored(plain, size=None):
    """A stored block; `size` are the bytes of its plain size."""
    head = b"\x01" + (size or bytes([len(plain)])) + struct.pack("<I", decode.check32(plain))
    return with_check16(head) + plain


def test_frames():
    examples = {EMPTY: b"", HELLO: b"hello", ABCDE: b"abcde", LINES: b"a\nb"}
    for text, plain in examples.items():
        archive = bytes.fromhex(text)
        check(f"example {plain}", plain_of(archive) == plain)
        check("zeros behind an archive", plain_of(archive + bytes(7)) == plain)
        check("two archives", plain_of(archive + bytes.fromhex(HELLO)) == plain + b"hello")
        check("something behind an archive", is_refused(archive + b"\0\1"))
        for size in range(len(archive)):
            check(f"{plain} cut to {size} bytes", is_refused(archive[:size]))
        for bit in range(8 * len(archive)):
            flipped = bytearray(archive)
            flipped[bit >> 3] ^= 1 << (bit & 7)
            check(f"{plain} with bit {bit} flipped", is_refused(bytes(flipped)))
    check("zeros alone", is_refused(bytes(9)))
    block = stored(b"hello")
    check("a frame made here", plain_of(frame(0x11) + block) == b"hello")
    for descriptor in (0x01, 0x21, 0x15, 0x19, 0x13):
        check(f"descriptor {descriptor:02x}", is_refused(frame(descriptor) + block))
    check("a varint of two bytes for 5", is_refused(frame(0x11) + stored(b"hello", b"\x85\0")))
    check("a block of no bytes", is_refused(frame(0x11) + stored(b"")))
    check("two blocks in a single frame", is_refused(frame(0x11) + block + block))
    other = bytearray(bytes.fromhex(ABCDE))
    other[-22:] = other[-22:-20] + other[-14:-8] + other[-20:-14] + bytes(8)
    other[-8:] = struct.pack("<II", decode.check32(bytes(other[-22:-8])), 22)
    check("an index in another order", is_refused(bytes(other)))
    for method, mix in ((0, 1), (3, 1), (0x11, None), (0x92, 1), (2, 0), (2, 4), (2, 0x81)):
        head = bytes([method]) + (b"" if mix is None else bytes([mix])) + b"\5"
        head += (b"" if mix is None else b"\1") + struct.pack("<I", decode.check32(b"hello"))
        check(f"method {method:02x}, mix {mix}",
              is_refused(frame(0x11) + with_check16(head) + b"hello"))


def test_mixed_blocks():
    """Refusals in a small archive of a model."""
    data = (VECTORS / "test-vectors.fsm").read_bytes()
    archive = (VECTORS / "stored-and-mixed.fsc").read_bytes()
    plain = (VECTORS / "stored-and-mixed.plain").read_bytes()
    models = decode.Models([[VECTORS / "test-vectors.fsm"]])
    check("a model that is not there", is_refused(archive))
    middle = archive[:1200] + bytes([archive[1200] ^ 1]) + archive[1201:]
    check("a damaged payload", is_refused(middle, models))

    # Another network that takes no part in any set of contexts changes nothing but the id.
    sections = list(sections_of(VECTORS / "test-vectors.fsm"))
    network = dict(sections)[b"NETW"]
    idle = b"NETW", bytes([network[0] | 0xE0]) + network[1:]
    for name, networks, is_decoded in (("one network idle", [idle, sections[-1]], True),
                                       ("all networks idle", [idle], False)):
        model = model_of(*(section(*s) for s in sections[:-1] + networks))
        models.loaded[decode.Model(model).id] = decode.Model(model)
        other = archive.replace(archive[:15], with_check16(archive[:5] + model[-8:]))
        check(name, (plain_of(other, models) == plain if is_decoded else is_refused(other, models)))

    def mixed(mix, lanes, payload, plain, sizes=b""):
        head = bytes([2 | lanes << 4, mix]) + decode.varint(len(plain)) + sizes
        head += decode.varint(len(payload))
        head = with_check16(head + struct.pack("<I", decode.check32(plain)))
        return frame(0x11, struct.unpack("<Q", data[-8:])[0]) + head + payload

    payload, plain = archive[736:736 + 582], plain[700:1400]  # of the second block
    check("a mixed block", plain_of(mixed(0x12, 1, payload, plain), models) == plain)
    check("a payload and a zero", is_refused(mixed(0x12, 1, payload + b"\0", plain), models))
    check("more lanes than bytes", is_refused(mixed(1, 2, b"\x80", b"ab"), models))
    check("a payload as large as the block", is_refused(mixed(1, 0, b"ab", b"ab"), models))
    check("a payload that is too short", is_refused(mixed(1, 0, b"", b"abcdefgh"), models))
    check("a payload that is too long", is_refused(mixed(1, 0, bytes(7), b"abcdefgh"), models))
    check("a dictionary that is not there", is_refused(mixed(0x21, 0, b"", b"ab", b"\1"), models))
    check("coded text that is not shorter", is_refused(mixed(0x21, 0, b"", b"ab", b"\2"), models))

    rest = decode.varint(len(plain))
    twice = mixed(0x52, 1, rest + rest + rest + payload, plain + plain, rest)
    check("a block that is there twice", plain_of(twice, models) == plain + plain)
    for name, sizes, numbers in (("no repeats", b"\2", b""), ("no rest", b"\0", b"\0\1\2"),
                                 ("no numbers", b"\1", b""), ("half a list", b"\1", b"\1\1")):
        check(name, is_refused(mixed(0x41, 0, numbers, b"aa", sizes), models))


def test_repeats():
    good = {(b"\3\3\3", b"abc", 6): b"abcabc", (b"\1\1\5", b"ab", 7): b"aaaaaab",
            (b"\1\1\1\1\2\3", b"abc", 7): b"aababac", (b"", b"abc", 3): b"abc"}
    bad = ((b"\4\1\3", b"abc", 6), (b"\3\1\4", b"abc", 6), (b"\3\1\0", b"abc", 6),
           (b"\3\1\2", b"abc", 6), (b"\3\0\3", b"abc", 6), (b"\3\4\3", b"abc", 6),
           (b"\0\1\3", b"abc", 6), (b"\3\1\x83\0", b"abc", 6))

    def plain_of_list(numbers, rest, size):
        reader = decode.Reader(numbers, "a list")
        return decode.put_back(decode.read_repeats(reader, size - len(rest)), rest)

    for arguments, plain in good.items():
        check(f"repeats {arguments}", plain_of_list(*arguments) == plain)
    for arguments in bad:
        try:
            plain_of_list(*arguments)
            check(f"repeats {arguments}", False)
        except decode.Refusal:
            pass


def section(tag, content):
    return tag + struct.pack("<IQ", len(content), decode.xxh64(content)) + content


def model_of(*sections):
    data = b"\xF5FSM\2" + b"".join(sections)
    return data + struct.pack("<Q", decode.xxh64(data))


def sections_of(path):
    reader = decode.Reader(path.read_bytes()[5:-8], "model")
    while reader.rest():
        tag, size, _ = reader.bytes(4), reader.number(4), reader.number(8)
        yield tag, reader.bytes(size)


def test_models():
    def refused(name, data):
        try:
            decode.Model(data)
        except decode.Refusal:
            return
        check(f"model: {name}", False)

    smallest = bytes.fromhex(SMALLEST_MODEL)
    check("the smallest model", decode.Model(smallest).id == 0x24984754BBBDCA4B)
    for size in range(len(smallest)):
        refused(f"cut to {size} bytes", smallest[:size])
    for bit in range(8 * len(smallest)):
        flipped = bytearray(smallest)
        flipped[bit >> 3] ^= 1 << (bit & 7)
        refused(f"bit {bit} flipped", bytes(flipped))
    meta = section(b"META", b"\1\0a" + bytes(6))
    check("an unknown section", decode.Model(model_of(meta, section(b"zzzz", b"?"))).id)
    refused("an unknown section that matters", model_of(meta, section(b"ZZZZ", b"?")))
    refused("a tag with a digit", model_of(meta, section(b"zzz1", b"?")))
    refused("a section with another hash", model_of(meta[:8] + bytes(8) + meta[16:]))
    refused("no META", model_of())
    refused("two METAs", model_of(meta, meta))
    refused("a control character", model_of(section(b"META", b"\1\0\n" + bytes(6))))
    refused("no UTF-8", model_of(section(b"META", b"\1\0\xFF" + bytes(6))))
    refused("a section too long", model_of(section(b"META", b"\1\0a" + bytes(7))))
    refused("a prior without words", model_of(meta, section(b"PRIO", bytes(64))))
    found = dict(sections_of(VECTORS / "words.fsm"))  # of sections with one tag the last
    words, network = section(b"DICT", found[b"DICT"]), found[b"NETW"]
    check("words and a prior", decode.Model(model_of(words, meta, section(b"PRIO", bytes(64)))).id)
    refused("out of order", model_of(meta, words))
    refused("half a line of prior", model_of(words, meta, section(b"PRIO", bytes(32))))
    for name, head in (("another magic", b"\xF5FSN\2"), ("another version", b"\xF5FSM\3")):
        data = head + smallest[5:-8]
        refused(name, data + struct.pack("<Q", decode.xxh64(data)))
    refused("a name of 256 bytes",
            model_of(section(b"META", b"\0\1" + bytes([97]) * 256 + bytes(6))))

    def of_words(head, counts, words):
        return model_of(section(b"DICT", bytes(head) + struct.pack("<3I", *counts) + words), meta)

    check("a word", decode.Model(of_words((1, 0, 0), (0, 0, 1), b"\x81a")).dictionary)
    refused("a capital in a word", of_words((0, 0, 0), (0, 0, 1), b"\1A"))
    refused("an unknown flag of words", of_words((2, 0, 0), (0, 0, 1), b"\1a"))
    refused("more codes than bytes", of_words((0, 128, 1), (1, 0, 0), b"\1a"))
    refused("more words than codes", of_words((0, 1, 1), (2, 0, 0), b"\1a\1b"))
    for word in (b"\xC1a", b"\0", b"\x21" + bytes([97]) * 33):
        refused(f"the word {word}", of_words((0, 0, 0), (0, 0, 1), word))
    check("a network", decode.Model(model_of(meta, section(b"NETW", network))).networks)
    for at, byte, name in ((0, 1, "one cell"), (5, 16, "a shift of 16"),
                           (7, 0x80, "a negative multiplier"),
                           (6 + 2 * 64, 0x80, "a weight of -128")):
        damaged = network[:at] + bytes([byte]) + network[at + 1:]
        refused(name, model_of(meta, section(b"NETW", damaged)))
    at = 5 + 1 + 2 * 64 + 64 * 16  # behind the first matrix, of 64 rows and 16 columns
    damaged = network[:at] + bytes(4) + network[at + 4:]
    refused("an epsilon of 0", model_of(meta, section(b"NETW", damaged)))

    def zeros(cells, units):
        """A network of zeros and with epsilons of 1, in this size."""
        data = struct.pack("<BHH", cells, units, units)
        for columns in [units, 2 * units, 2 * units] + [units] * (cells - 2):
            data += bytes(1 + 8 * units + 4 * units * columns) + 5 * struct.pack("<I", 1)
            data += bytes(20 * units)
        return data + bytes(2048 * units + 1 + 512 + 256 * units + 512)

    check("zeros", decode.Model(model_of(meta, section(b"NETW", zeros(2, 16)))).networks)
    refused("17 cells of 16 units", model_of(meta, section(b"NETW", zeros(17, 16))))
    refused("24 units", model_of(meta, section(b"NETW", zeros(2, 24))))
    refused("a network that is cut short", model_of(meta, section(b"NETW", network[:-1])))
    beginning = found[b"MIXB"]
    check("beginnings", decode.Model(model_of(meta, section(b"MIXB", beginning))).beginnings)
    refused("beginnings twice", model_of(meta, *2 * [section(b"MIXB", beginning)]))
    for at, byte in ((0, 0), (0, 0x41), (1, 0), (6, 0), (6, 9), (8, 0x11)):
        damaged = beginning[:at] + bytes([byte]) + beginning[at + 1:]
        refused(f"byte {at} of beginnings is {byte}", model_of(meta, section(b"MIXB", damaged)))


def test_coded_text():
    """Words: 80 small "the", 81 capitalized "rome"; lead 82: number 0 is upper "usa"."""
    content = b"\0\2\1" + struct.pack("<3I", 2, 1, 0) + b"\3the" + b"\x44rome" + b"\x83usa"
    dictionary = decode.Dictionary(decode.Reader(content, "DICT"))
    good = {
        b"\x80 \x81 \x82\x80": b"the Rome USA",
        b"\x7F\x80 \x7F\x81 \x7F\x82\x80": b"The rome Usa",
        b"\x0B\x80 \x0B\x81 \x0B\x82\x80": b"THE ROME usa",
        b"\x7Fx\x0C\x7F\x0C\x0B\x0C\x0C": b"X\x7F\x0B\x0C",
        b"\x0C\xC3\x80\x0C\x80\x0C\xE2 \x80": b"\xC3\x80the\xE2 the",
    }
    for text, plain in good.items():
        check(f"coded text {text}", decode.expand(text, dictionary, len(plain)) == plain)
    bad = (b"\x82", b"\x82a", b"\x82\x81", b"\x83\x80\x80", b"\x7F", b"\x7F ", b"\x7F\x7F\x80",
           b"\x0Bx", b"\x0B", b"\x0C", b"\x0Ca", b"\x80\x80")
    for text in bad:
        try:
            decode.expand(text, dictionary, 3)
            check(f"coded text {text}", False)
        except decode.Refusal:
            pass


def main():
    for test in (test_frames, test_models, test_coded_text, test_repeats, test_mixed_blocks):
        start = time.process_time()
        test()
        print(f"{test.__name__}: {time.process_time() - start:.1f} s", flush=True)
    test_vectors("--all" in sys.argv[1:])
    sys.exit(f"{failures} failed" if failures else 0)


if __name__ == "__main__":
    main()
