import random

import pytest


def log_lines(count, seed=1):
    """Lines of a made-up log, the same for the same seed."""
    generator = random.Random(seed)
    paths = ["/", "/index.html", "/static/site.css", "/api/items", "/api/users/%d"]
    for number in range(count):
        path = generator.choice(paths)
        if "%d" in path:
            path %= generator.randrange(1000)
        yield (
            f"10.{generator.randrange(4)}.{generator.randrange(256)}.{generator.randrange(256)}"
            f" - - [12/Nov/2025:08:{number // 60 % 60:02}:{number % 60:02} +0000]"
            f' "GET {path} HTTP/1.1" {generator.choice([200, 200, 200, 304, 404])}'
            f" {generator.randrange(20000)}\n")


@pytest.fixture(scope="session")
def logs():
    """About 300 KB."""
    return "".join(log_lines(3500)).encode()


@pytest.fixture(scope="session")
def log_archive(logs):
    """In blocks of 16 KiB."""
    import fscomp

    return fscomp.compress(logs, level=1, block_size=16 << 10)
