"""Runs the program with each call of the system failing in turn: faults.py PROGRAM SHIM MODEL.

SHIM is faults.c, compiled; MODEL a small model. Whatever fails, a run has to end without a signal; to report success only
if all it was to do is done; to leave nothing but whole files under the names of files; and to leave
the source, unless it was to go and its archive, or what was in it, is there.
"""

import errno
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

PROGRAM, SHIM, MODEL = sys.argv[1:]
SHORT = 0
HARMLESS = (SHORT, errno.EINTR)
# How each function fails.
FAULTS = {
    "read": (errno.EIO, *HARMLESS),
    "pread": (errno.EIO, *HARMLESS),
    "write": (errno.ENOSPC, errno.EIO, *HARMLESS),
    "open": (errno.EIO, errno.EINTR),
    "close": (errno.EIO, errno.EINTR),
    "fsync": (errno.EIO, errno.EINTR),
    "ftruncate": (errno.EIO, errno.EINTR),
    "lseek": (errno.EIO,),
    "rename": (errno.EIO, errno.EINVAL),
    "unlink": (errno.EIO,),
}


def text(size):
    words = ("the ", "of ", "network ", "river, ", "state.\n", "century ", "was ", "city ")
    state, parts = 1, []
    while sum(map(len, parts)) < size:
        state = state * 1103515245 + 12345 & 0xFFFFFFFF
        parts.append(words[state >> 16 & 7])
    return "".join(parts)[:size].encode()


PLAIN = text(5000)
# A hole in the middle and one at the end.
SPARSE = PLAIN[:1500] + bytes(20000) + PLAIN + bytes(30000)
OPTIONS = ["-1", "--block-size", "2K", "-T2", "-q"]
OLD = b"what was there before"
# What a process that was killed has left, and longer than what is to be written.
LEFT = b"left" * 20000
# Of all files, as what is gone on with is known by the time of its source.
TIME = time.time_ns() // 10**9 - 1


@dataclass
class Case:
    """A command, the files it begins with, and those that it ends with."""

    name: str
    arguments: list
    before: dict
    after: dict
    input: bytes = None
    output: bytes = b""
    # What it may leave beside them when it fails.
    leaves: dict = field(default_factory=dict)


@dataclass
class Finished:
    status: int
    output: bytes
    errors: str
    files: dict
    counts: Counter


def run(case, environment=None):
    """One run in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder, "work")
        work.mkdir()
        for name, content in case.before.items():
            (work / name).write_bytes(content)
            (work / name).chmod(0o600)
            os.utime(work / name, (TIME, TIME))
        log = Path(folder, "log")
        done = subprocess.run(
            [PROGRAM, *case.arguments], cwd=work, input=case.input or b"", capture_output=True,
            timeout=120, check=False,
            env=os.environ | {"LD_PRELOAD": SHIM, "FAULT_LOG": str(log)} | (environment or {}))
        files = {path.name: path.read_bytes() for path in work.iterdir()}
        counts = Counter()
        if done.returncode >= 0:
            for line in log.read_text().splitlines():
                name, count = line.split()
                counts[name] = int(count)
        return Finished(done.returncode, done.stdout, done.stderr.decode(), files, counts)


def archive(plain, *options):
    """What the program makes of these bytes."""
    case = Case("", [*OPTIONS, *options, "-c"], {}, {}, input=plain)
    done = run(case)
    if done.status:
        sys.exit(f"no archive to begin with: {done.errors}")
    return done.output


def unfinished():
    """What the program leaves of an archive of PLAIN, when it may, and the disk is full."""
    case = Case("", [*OPTIONS, "--resume", "a"], {"a": PLAIN}, {})
    files = run(case, fault("write", 6, errno.ENOSPC)).files
    del files["a"]
    if [len(content) > 100 for content in files.values()] != [True]:
        sys.exit(f"nothing to go on with: {list(files)}")
    return files


def fault(call, number, error):
    """The environment in which a call fails. A disk that is full stays so."""
    return {"FAULT_CALL": call, "FAULT_AT": str(number), "FAULT": str(error),
            "FAULT_COUNT": "1000000" if error == errno.ENOSPC else "1"}


def cases():
    packed, sparse = archive(PLAIN), archive(SPARSE)
    lines = archive(PLAIN, "--index", "lines")
    both = {"a": PLAIN, "a.fsc": packed}
    left = {".b.0000000000000000.tmp": LEFT}
    model = {"m.fsm": Path(MODEL).read_bytes()}
    yield Case("compress", [*OPTIONS, "a"], {"a": PLAIN}, both)
    yield Case("compress -f", [*OPTIONS, "-f", "a"], {"a": PLAIN, "a.fsc": OLD}, both)
    yield Case("compress --rm", [*OPTIONS, "--rm", "a"], {"a": PLAIN}, {"a.fsc": packed})
    yield Case("compress a b", [*OPTIONS, "a", "b"], {"a": PLAIN, "b": SPARSE},
               both | {"b": SPARSE, "b.fsc": sparse})
    yield Case("compress a pipe", [*OPTIONS, "-c"], {}, {}, input=PLAIN, output=packed)
    yield Case("compress a pipe to a file", [*OPTIONS, "-o", "b"], left, {"b": packed}, input=PLAIN,
               leaves=left)
    begun = unfinished()
    for option in ("--resume", "--no-resume"):
        yield Case(f"compress {option}", [*OPTIONS, option, "a"], {"a": PLAIN} | begun, both,
                   leaves=begun)
    yield Case("compress with a model", [*OPTIONS, "-m", "./m.fsm", "a"], model | {"a": PLAIN},
               model | {"a": PLAIN, "a.fsc": archive(PLAIN, "-m", MODEL)})
    yield Case("decompress", ["-dq", "-T2", "a.fsc"], {"a.fsc": packed}, both)
    yield Case("decompress -f", ["-dqf", "a.fsc"], {"a.fsc": packed, "a": OLD}, both)
    yield Case("decompress --rm", ["-dq", "--rm", "a.fsc"], {"a.fsc": packed}, {"a": PLAIN})
    yield Case("decompress holes", ["-dq", "a.fsc"], {"a.fsc": sparse},
               {"a.fsc": sparse, "a": SPARSE})
    yield Case("decompress a pipe", ["-dqc"], {}, {}, input=packed, output=PLAIN)
    yield Case("test", ["-tq", "a.fsc"], {"a.fsc": packed}, {"a.fsc": packed})
    only = {"a.fsc": lines}
    queries = [["list", "-v", "a.fsc"], ["grep", "-n", "river", "a.fsc"], ["cat", "a.fsc"],
               ["cat", "--range", "3000+1000", "a.fsc"], ["cat", "--lines", "5-60", "a.fsc"]]
    for query in queries:
        # What it says without faults is what it has to say.
        case = Case(" ".join(query[:-1]), query, only, only)
        case.output = run(case).output
        yield case


def findings(case, done, call, error):
    """What is wrong with a run."""
    files = {name: content for name, content in done.files.items()
             if case.leaves.get(name) != content}
    complete = files == case.after and done.output == case.output
    if not 0 <= done.status < 128:
        yield f"ended with {done.status}"
    if done.status == 0 and not complete:
        yield "reports success, and is not complete"
    if error in HARMLESS and done.status:
        yield f"should not matter: {done.errors.strip()}"
    if done.status and not done.errors:
        yield "says nothing"
    for name, content in done.files.items():
        if content in (case.before.get(name), case.after.get(name), case.leaves.get(name)):
            continue
        # To be gone on with, once more.
        if "--resume" in case.arguments and name in case.leaves and any(
                whole.startswith(content) for whole in case.after.values()):
            continue
        # What cannot be removed stays, but under no name that anybody takes for the file's.
        if not (call == "unlink" and name.startswith(".") and name.endswith(".tmp")):
            yield f"leaves {name} with {len(content)} bytes"
    for name, content in case.before.items():
        if name in case.leaves or name in done.files:
            continue
        if name in case.after or files != case.after:
            yield f"{name} is gone"


def check(job):
    case, call, number, error = job
    done = run(case, fault(call, number, error))
    how = errno.errorcode.get(error, "half")
    return [f"{case.name}: {call} {number} ({how}): {finding}"
            for finding in findings(case, done, call, error)]


def main():
    jobs, reached = [], Counter()
    for case in cases():
        done = run(case)
        wrong = list(findings(case, done, "", SHORT))
        if wrong:
            sys.exit(f"{case.name}, without faults: {wrong}")
        reached += done.counts
        jobs += [(case, call, number, error) for call, errors in FAULTS.items()
                 for number in range(1, done.counts[call] + 1) for error in errors]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(check, jobs))
    for result in results:
        for finding in result:
            print(finding, file=sys.stderr)
    unreached = [call for call in FAULTS if not reached[call]]
    if unreached:
        print(f"never called: {', '.join(unreached)}", file=sys.stderr)
    failed = sum(map(bool, results)) + len(unreached)
    print("calls:", ", ".join(f"{call} {reached[call]}" for call in FAULTS))
    print(f"{len(jobs) - sum(map(bool, results))} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
