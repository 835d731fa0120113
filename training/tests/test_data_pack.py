"""Packs of text: what goes in comes out, and nothing else does."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from fscomp_training import data_pack
from fscomp_training.data_pack import PackError, make, parse, unpack


def test_what_is_packed_is_unpacked(tmp_path, text):
    short = tmp_path / "short"
    short.write_bytes(b"one two three")
    pack = tmp_path / "texts.pack"
    made = make(pack, [f"corpora/data/a={text}", f"b/c={short}+{text}:1"])
    assert unpack(pack, tmp_path / "there") == made
    whole = text.read_bytes()
    assert (tmp_path / "there/corpora/data/a").read_bytes() == whole
    assert (tmp_path / "there/b/c").read_bytes() == b"one two three" + whole
    assert [entry.symbols_per_byte for entry in made] == [1, 1]
    assert made[0].sha256 == hashlib.sha256(whole).hexdigest()
    first = pack.read_bytes()
    make(pack, [f"corpora/data/a={text}", f"b/c={short}+{text}:1"])
    assert pack.read_bytes() == first


def test_a_share_of_a_text_is_the_blends(tmp_path, repository):
    long = tmp_path / "long"
    long.write_bytes(bytes(range(256)) * 8_000)
    make(tmp_path / "texts.pack", [f"share={long}:1"])
    unpack(tmp_path / "texts.pack", tmp_path)
    blended = subprocess.run(
        [repository / "corpora/blend.py", f"{long}:1"], capture_output=True, check=True
    ).stdout
    assert (tmp_path / "share").read_bytes() == blended and len(blended) == 1_000_000


def test_coded_text_is_what_the_program_writes(tmp_path, text):
    """With a program that stands in for fscomp: `model code` copies the first half."""
    program = tmp_path / "program"
    program.write_text(
        "#!/usr/bin/env bash\n"
        '[[ "$1 $2 $4 $6 $7" == "model code -o -m words" ]] && head -c 10000 "$3" > "$5"\n'
    )
    program.chmod(0o755)
    made = make(tmp_path / "texts.pack", [f"a={text}"], program, "words")
    assert made[0].symbols_per_byte == 0.5 and made[0].original_bytes == 20_000
    unpack(tmp_path / "texts.pack", tmp_path)
    assert (tmp_path / "a").read_bytes() == text.read_bytes()[:10_000]
    with pytest.raises(PackError, match="model code"):
        make(tmp_path / "texts.pack", [f"a={text}"], program)


def test_names():
    assert parse("corpora/data/x:3") == ("corpora/data/x", [(Path("corpora/data/x"), 3)])
    assert parse("corpora/data/train/x", coded=True)[0] == "corpora/data/coded/train/x"
    assert parse("name=/x", coded=True)[0] == "name"
    for wrong in ("/x", "../x=y", "a/../b=y", "manifest.json=x", "=x", "a+b"):
        with pytest.raises(PackError):
            parse(wrong)


def test_too_much(tmp_path, text, monkeypatch):
    monkeypatch.setattr(data_pack, "MAXIMUM", 5_000)
    with pytest.raises(PackError, match="more than 5,000"):
        make(tmp_path / "texts.pack", [f"a={text}"])
    assert not (tmp_path / "texts.pack").exists()
    with pytest.raises(PackError, match="the same name"):
        make(tmp_path / "texts.pack", [f"a={text}", f"a={text}"])


def test_damage_is_noticed(tmp_path, text):
    pack = tmp_path / "texts.pack"
    make(pack, [f"a={text}"])
    whole = pack.read_bytes()
    for place in range(0, len(whole), 997):
        pack.write_bytes(whole[:place] + bytes([whole[place] ^ 64]) + whole[place + 1 :])
        with pytest.raises(PackError):
            unpack(pack, tmp_path / "there")
    for size in (0, 100, len(whole) - 1):
        pack.write_bytes(whole[:size])
        with pytest.raises(PackError):
            unpack(pack, tmp_path / "there")
    # A pack that is whole, with another text than its manifest says.
    entry = data_pack.Text("a", 3, 3, hashlib.sha256(b"abc").hexdigest())
    pack.write_bytes(data_pack._compress([entry], [b"abd"]))
    with pytest.raises(PackError, match="not what was packed"):
        unpack(pack, tmp_path / "there")
