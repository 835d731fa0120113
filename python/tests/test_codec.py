import array
import io
import os
import pickle
import random
import sys
import threading

import fscomp
import pytest


@pytest.mark.parametrize("size", [0, 1, 100, 5000])
@pytest.mark.parametrize("level", [1, 3, 6])
def test_what_goes_in_comes_out(logs, size, level):
    archive = fscomp.compress(logs[:size], level=level)
    assert fscomp.decompress(archive) == logs[:size]
    assert len(archive) < max(size / 3, 40 + size)


def test_an_index_of_lines_costs_four_bytes_a_block(logs, log_archive):
    archive = fscomp.compress(logs, level=1, block_size=16 << 10, index="lines")
    blocks = len(fscomp.list(io.BytesIO(archive)).blocks)
    assert len(archive) == len(log_archive) + 4 * blocks
    stream = fscomp.Compressor(level=1, block_size=16 << 10, index="lines")
    assert stream.compress(logs) + stream.finish() == archive
    assert fscomp.decompress(archive) == logs


def test_threads_and_pieces_make_the_same_archive(logs, log_archive):
    assert fscomp.compress(logs, level=1, block_size=16 << 10, threads=3) == log_archive
    generator = random.Random(2)
    stream = fscomp.Compressor(level=1, block_size=16 << 10, threads=2)
    parts, start = [], 0
    while start < len(logs):
        end = start + generator.randrange(1, 9000)
        parts.append(stream.compress(logs[start:end]))
        start = end
    assert b"".join([*parts, stream.finish()]) == log_archive


@pytest.mark.parametrize("step", [1000, 7, 10**6])
def test_pieces_of_an_archive(logs, log_archive, step):
    stream = fscomp.Decompressor(threads=2)
    parts = [
        stream.decompress(log_archive[start:start + step])
        for start in range(0, len(log_archive), step)]
    assert b"".join([*parts, stream.finish()]) == logs


def test_anything_with_bytes(logs):
    plain = logs[:600]
    archive = fscomp.compress(plain, level=1)
    for form in (bytearray, memoryview, lambda data: array.array("H", data)):
        assert fscomp.compress(form(plain), level=1) == archive
        assert fscomp.decompress(form(archive + b"\0" * (len(archive) % 2))) == plain
    assert fscomp.compress(memoryview(b"x" + plain)[1:], level=1) == archive
    with pytest.raises(TypeError):
        fscomp.compress("text")
    with pytest.raises(BufferError):
        fscomp.compress(memoryview(plain)[::2])


def test_joined_archives_are_an_archive(logs):
    parts = [logs[:1000], logs[1000:1500], b"", logs[1500:4000]]
    assert fscomp.decompress(b"".join(map(fscomp.compress, parts))) == logs[:4000]


def test_flush_makes_all_of_it_readable(logs):
    packer, unpacker = fscomp.Compressor(level=1), fscomp.Decompressor()
    for start in range(0, 5000, 1000):
        part = logs[start:start + 1000]
        archive = packer.compress(part) + packer.flush()
        assert unpacker.decompress(archive) + unpacker.flush() == part
    assert unpacker.decompress(packer.finish()) + unpacker.finish() == b""


def test_errors_say_what_and_where(log_archive):
    with pytest.raises(fscomp.ArchiveError) as raised:
        fscomp.decompress(b"hello")
    assert raised.value.name == "FSCOMP_ERROR_NOT_AN_ARCHIVE" and raised.value.offset == 0
    damaged = bytearray(log_archive)
    block = fscomp.list(io.BytesIO(log_archive)).blocks[3]
    damaged[block.offset + 100] ^= 1
    with pytest.raises(fscomp.ArchiveError) as raised:
        fscomp.decompress(damaged)
    assert (raised.value.block, raised.value.offset) == (4, block.offset)
    again = pickle.loads(pickle.dumps(raised.value))
    assert (str(again), again.code, again.block) == (str(raised.value), -107, 4)
    assert isinstance(raised.value, ValueError)


def test_what_is_intact_comes_before_the_error(logs, log_archive):
    blocks = fscomp.list(io.BytesIO(log_archive)).blocks
    for count in range(20, len(log_archive), 5003):
        stream = fscomp.Decompressor()
        intact = stream.decompress(log_archive[:count])
        with pytest.raises(fscomp.ArchiveError) as raised:
            stream.finish()
        intact += raised.value.intact
        complete = [block for block in blocks if block.offset + block.archive_size <= count]
        assert intact == logs[:sum(block.plain_size for block in complete)]
        with pytest.raises(fscomp.ArchiveError):
            stream.finish()


def test_limits(logs, log_archive):
    with pytest.raises(OverflowError):
        fscomp.decompress(log_archive, max_size=len(logs) - 1)
    assert len(fscomp.decompress(log_archive, max_size=len(logs))) == len(logs)
    with pytest.raises(fscomp.ArchiveError, match="memory"):
        fscomp.decompress(log_archive, memory_limit=1000)


@pytest.mark.parametrize(
    "options", [{"level": 0}, {"level": 10}, {"block_size": -1}, {"lanes": 3}, {"threads": -1},
                {"network": "maybe"}, {"index": "words"}, {"seekable": True, "block_size": 100}])
def test_options_out_of_range(options):
    with pytest.raises(ValueError):
        fscomp.compress(b"x", **options)
    with pytest.raises(ValueError):
        fscomp.Compressor(**options)


def test_progress_cancels_and_raises(logs):
    calls = []

    def note(plain, archive):
        calls.append((plain, archive))

    fscomp.compress(logs[:50000], level=1, block_size=4000, progress=note)
    assert calls and calls[-1][0] <= 50000
    with pytest.raises(fscomp.Cancelled):
        fscomp.compress(logs, level=6, progress=lambda plain, archive: True)

    def fail(plain, archive):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fscomp.compress(logs, level=6, progress=fail)


def test_an_object_in_its_own_callback():
    def inside(plain, archive):
        stream.compress(b"more")

    stream = fscomp.Compressor(level=6, progress=inside)
    with pytest.raises(fscomp.FscompError, match="in use"):
        stream.compress(b"some text " * 3000)
        stream.finish()


def test_other_threads_go_on(logs):
    """The interpreter's lock is free while the library works."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)  # Whoever holds the lock keeps it.
    try:
        ticks, stop = [], threading.Event()

        def tick():
            while not stop.wait(0.001):
                ticks.append(1)

        thread = threading.Thread(target=tick)
        thread.start()
        before = len(ticks)
        fscomp.compress(logs, level=1)
        during = len(ticks) - before
        stop.set()
        thread.join()
        assert during > 5
    finally:
        sys.setswitchinterval(interval)


def test_many_threads(logs):
    wrong = []

    def work(number):
        plain = logs[number * 100:number * 100 + 2000]
        for _ in range(5):
            if fscomp.decompress(fscomp.compress(plain, level=1, model=model)) != plain:
                wrong.append(number)

    model = fscomp.Model()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_one_stream_for_many_threads(logs):
    stream = fscomp.Compressor(level=1, block_size=1000)
    parts = {}

    def work(number):
        parts[number] = stream.compress(b"a line of thread %d\n" % number * 40)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(parts) == 6
    stream.finish()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_fork(logs):
    stream = fscomp.Compressor(level=1, block_size=5000, threads=2)
    stream.compress(logs[:20000])
    child = os.fork()
    if child == 0:
        status = 1
        try:
            stream.compress(b"more")
        except fscomp.FscompError as error:
            if error.name == "FSCOMP_ERROR_FORKED":
                # What a child makes itself works.
                plain = fscomp.decompress(fscomp.compress(logs[:3000], level=1))
                status = 0 if plain == logs[:3000] else 2
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    stream.finish()


def test_models():
    model = fscomp.Model()
    again = pickle.loads(pickle.dumps(model))
    assert again.id == model.id and len(model.id) == 16 and model.name
    assert fscomp.Model.named("default").id == model.id
    archive = fscomp.compress(b"text text text text", model="default")
    assert fscomp.decompress(archive, model=model) == b"text text text text"
    with pytest.raises(fscomp.ModelError):
        fscomp.Model.named("no such model")
    with pytest.raises(fscomp.ModelError):
        fscomp.Model.from_bytes(b"no model")
    with pytest.raises(FileNotFoundError):
        fscomp.compress(b"x", model="./no-such-file.fsm")


@pytest.mark.parametrize("make", [fscomp.Compressor, fscomp.Decompressor])
def test_streams_are_not_pickled(make):
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(make())
