import io
import os
import pickle
import random

import fscomp
import pytest


@pytest.fixture
def path(tmp_path, log_archive):
    path = tmp_path / "log.fsc"
    path.write_bytes(log_archive)
    return path


class Pipe(io.RawIOBase):
    """Cannot seek, and gives a little at a time."""

    def __init__(self, data):
        self._data = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, buffer):
        return self._data.readinto(memoryview(buffer)[:1000])


def test_reading_like_any_file(path, logs):
    with fscomp.open(path) as file:
        assert isinstance(file, io.BufferedIOBase)
        assert file.readable() and file.seekable() and not file.writable()
        assert file.read(10) == logs[:10]
        assert file.readline() == logs[10:logs.index(b"\n") + 1]
        assert file.tell() == logs.index(b"\n") + 1
        assert file.peek(5)[:5] == logs[file.tell():][:5]
        buffer = bytearray(40000)
        assert file.seek(1000) == 1000 and file.readinto(buffer) == 40000
        assert buffer == logs[1000:41000]
        assert file.seek(-7, os.SEEK_END) == len(logs) - 7 and file.read() == logs[-7:]
        assert file.read() == b"" and file.seek(10**9) == 10**9 and file.read(1) == b""
        with pytest.raises(ValueError):
            file.seek(-1)
        file.seek(0)
        assert list(file) == logs.splitlines(keepends=True)
        with pytest.raises(io.UnsupportedOperation):
            file.write(b"x")
        assert file.name == str(path) and file.fileno() > 2
    assert file.closed
    with pytest.raises(ValueError):
        file.read()
    file.close()


@pytest.mark.parametrize("threads", [1, 3])
def test_any_part(path, logs, threads):
    generator = random.Random(3)
    with fscomp.open(path, threads=threads) as file:
        assert file.read() == logs
        for _ in range(40):
            start = generator.randrange(len(logs) + 100)
            count = generator.randrange(30000)
            file.seek(start)
            assert file.read(count) == logs[start:start + count]


def test_text(tmp_path):
    path = tmp_path / "text.fsc"
    with fscomp.open(path, "wt", encoding="utf-8", newline="\n") as file:
        file.write("Grüße\n")
        file.writelines(["zwei\n", "drei"])
    with fscomp.open(path, "rt", encoding="utf-8") as file:
        assert file.readlines() == ["Grüße\n", "zwei\n", "drei"]
        file.seek(0)
        assert file.read() == "Grüße\nzwei\ndrei"
    with pytest.raises(ValueError):
        fscomp.open(path, "rb", encoding="utf-8")


@pytest.mark.parametrize("index", ["lines", None])
def test_lines_by_number(tmp_path, logs, index):
    path = tmp_path / "lines.fsc"
    with fscomp.open(path, "wb", level=1, block_size=4000, index=index) as file:
        file.write(logs[:50_000] + b"a\rb\n\nno line feed")
    expected = io.BytesIO(logs[:50_000] + b"a\rb\n\nno line feed").readlines()
    with fscomp.open(path) as file:
        file.seek(10)
        for first, count in ((0, 1), (0, 10**30), (40, 3), (300, 200), (len(expected) - 4, 9)):
            assert file.lines(first, count) == expected[first:first + count]
        assert file.lines(7) == expected[7:8] and file.lines(5, 0) == []
        assert file.lines(len(expected)) == file.lines(10**30, 10**30) == []
        assert file.tell() == 10
        for arguments in ((-1,), (0, -1)):
            with pytest.raises(ValueError):
                file.lines(*arguments)
    with pytest.raises(ValueError):
        file.lines(0)
    with fscomp.open(Pipe(path.read_bytes())) as file, pytest.raises(io.UnsupportedOperation):
        file.lines(0)
    with fscomp.open(tmp_path / "new.fsc", "wb") as file, pytest.raises(io.UnsupportedOperation):
        file.lines(0)
    counts = [block.newlines for block in fscomp.list(path).blocks]
    assert all(count is None for count in counts) if index is None else (
        sum(counts) == len(expected) - 1)


def test_an_index_of_lines_reads_the_block_of_a_line_alone(logs):
    class Counting(io.BytesIO):
        read_bytes = 0

        def readinto(self, buffer):
            count = super().readinto(buffer)
            self.read_bytes += count
            return count

    raw = Counting(fscomp.compress(logs, level=1, block_size=16 << 10, index="lines"))
    blocks = fscomp.list(raw).blocks
    with fscomp.open(raw) as file:
        raw.read_bytes = 0
        number = sum(block.newlines for block in blocks[:5]) + 3
        assert file.lines(number) == logs.splitlines(keepends=True)[number:number + 1]
        assert raw.read_bytes == blocks[5].archive_size


def test_writing_in_pieces_makes_the_same_archive(tmp_path, logs, log_archive):
    path = tmp_path / "a.fsc"
    with fscomp.open(path, "wb", level=1, block_size=16 << 10, threads=2) as file:
        assert file.writable() and not file.readable() and not file.seekable()
        for start in range(0, len(logs), 777):
            assert file.write(logs[start:start + 777]) == len(logs[start:start + 777])
        assert file.tell() == len(logs)
        with pytest.raises(io.UnsupportedOperation):
            file.read()
    assert path.read_bytes() == log_archive
    with pytest.raises(FileExistsError):
        fscomp.open(path, "xb")


def test_appending_adds_a_frame(path, logs):
    with fscomp.open(path, "ab", level=1) as file:
        file.write(b"one more\n")
    assert len(fscomp.list(path).frames) == 2
    with fscomp.open(path) as file:
        assert file.read() == logs + b"one more\n"


def test_a_block_can_be_ended_for_readers(tmp_path, logs):
    path = tmp_path / "live.fsc"
    with fscomp.open(path, "wb", level=1) as file:
        for start in (0, 1000):
            file.write(logs[start:start + 1000])
            file.flush_block()
            stream = fscomp.Decompressor()
            assert stream.decompress(path.read_bytes()) + stream.flush() == logs[:start + 1000]


def test_pipes(logs, log_archive):
    with fscomp.open(Pipe(log_archive)) as file:
        assert not file.seekable()
        assert file.read(5000) == logs[:5000]
        assert file.read() == logs[5000:]


def test_what_is_intact_is_read_before_the_error(logs, log_archive):
    cut = log_archive[:len(log_archive) // 2]
    with fscomp.open(Pipe(cut)) as file:
        intact = b""
        with pytest.raises(fscomp.ArchiveError):
            while part := file.read1(10000):
                intact += part
    assert intact == logs[:len(intact)] and len(intact) > len(logs) // 3


def test_an_error_leaves_no_archive_that_looks_complete(tmp_path, logs):
    path = tmp_path / "half.fsc"
    with pytest.raises(ZeroDivisionError):
        with fscomp.open(path, "wb", level=1, block_size=1000) as file:
            file.write(logs)
            raise ZeroDivisionError
    with pytest.raises(fscomp.ArchiveError):
        fscomp.open(path).read()


def test_a_file_of_others_stays_open(log_archive, logs):
    raw = io.BytesIO(log_archive)
    with fscomp.open(raw) as file:
        file.read(1)
    assert not raw.closed
    target = io.BytesIO()
    with fscomp.open(target, "wb", level=1) as file:
        file.write(b"abc")
    assert fscomp.decompress(target.getvalue()) == b"abc"


def test_what_a_file_raises_comes_through(log_archive):
    class Failing(io.BytesIO):
        fails = False

        def readinto(self, buffer):
            if self.fails:
                raise PermissionError("no longer")
            return super().readinto(buffer)

    raw = Failing(log_archive)
    with fscomp.open(raw) as file:
        raw.fails = True
        with pytest.raises(PermissionError, match="no longer"):
            file.read(1)
        raw.fails = False
        assert len(file.read(10)) == 10


def test_listing(path, logs, log_archive):
    archive = fscomp.list(path)
    assert archive.plain_size == len(logs) and archive.archive_size == len(log_archive)
    assert archive.frames[0].model_id == fscomp.Model().id
    assert all(block.plain_size <= 16 << 10 for block in archive.blocks)
    with pytest.raises(fscomp.ArchiveError):
        fscomp.list(io.BytesIO(b"no archive"))
    with pytest.raises(FileNotFoundError):
        fscomp.list(path.with_name("nothing"))


def test_an_open_file_is_not_pickled(path):
    with fscomp.open(path) as file, pytest.raises(TypeError, match="pickled"):
        pickle.dumps(file)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_cannot_use_the_file_of_its_parent(path):
    with fscomp.open(path) as file:
        file.read(10)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                file.seek(100000)
                file.read(10)
            except fscomp.FscompError as error:
                status = 0 if error.name == "FSCOMP_ERROR_FORKED" else 2
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
