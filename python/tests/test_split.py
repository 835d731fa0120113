"""How archives are cut into parts, without a cluster."""

import random

import fscomp
import pytest
from fscomp._split import archives, lines, parts_of_archive, parts_of_file


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("longest", [3, 100, 5000])
def test_each_line_belongs_to_one_part(tmp_path, seed, longest):
    generator = random.Random(seed)
    text = b"\n".join(
        b"%d" % number * generator.randrange(longest) for number in range(1000 // longest + 15))
    text += b"\n" * generator.randrange(2)
    path = tmp_path / "a.fsc"
    path.write_bytes(fscomp.compress(text, level=1, block_size=generator.choice([100, 250, 777])))
    for size in (1, 600, 10**9):
        parts = parts_of_archive(str(path), size)
        assert [part.start for part in parts[1:]] == [part.stop for part in parts[:-1]]
        assert parts[-1].stop == len(text)
        read = [list(lines(part)) for part in parts]
        assert sum(read, []) == text.splitlines(keepends=True)


def test_borders_at_line_ends(tmp_path):
    text = b"".join(b"%08d\n" % number for number in range(100))
    path = tmp_path / "a.fsc"
    path.write_bytes(fscomp.compress(text, level=1, block_size=90))
    parts = parts_of_archive(str(path), 90)
    assert len(parts) == 10
    assert sum((list(lines(part)) for part in parts), []) == text.splitlines(keepends=True)


@pytest.mark.parametrize("size", [0, 1, 1000, 1001, 1999, 2000, 2001, 9300])
@pytest.mark.parametrize("part_size", [1, 1000, 2500, 10**6])
def test_parts_join_to_what_one_call_makes(tmp_path, logs, size, part_size):
    plain = logs[:size]
    path = tmp_path / "plain"
    path.write_bytes(plain)
    parts = parts_of_file(str(path), 1000, part_size)
    names = []
    for number, part in enumerate(parts):
        names.append(tmp_path / str(number))
        archive = fscomp.compress(plain[part.start:part.stop], level=1, block_size=1000)
        names[-1].write_bytes(archive)
    with open(tmp_path / "joined", "wb") as file:
        fscomp.join(names, file)
    whole = fscomp.compress(plain, level=1, block_size=1000)
    assert (tmp_path / "joined").read_bytes() == whole


def test_finding_archives(tmp_path):
    for name in ("b.fsc", "a.fsc", "c.txt", ".hidden.fsc", "_temporary.fsc", "sub/d.fsc"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    names = [str(tmp_path / name) for name in ("a.fsc", "b.fsc", "sub/d.fsc")]
    assert archives(str(tmp_path)) == names
    assert archives(str(tmp_path / "*.fsc")) == names[:2]
    assert archives(names[1]) == [names[1]]
