"""Builds the wheel: the package in src, with the C library in it.

A build backend (PEP 517) that needs nothing but Python: a wheel is a zip file with a list of what
is in it. The library is taken from $FSCOMP_LIBRARY, or from where `make library` puts it.
"""

from __future__ import annotations

import base64
import hashlib
import os
import platform
import re
import sys
import zipfile
from pathlib import Path

root = Path(__file__).resolve().parent.parent
source = root / "src"


def _library() -> Path:
    given = os.environ.get("FSCOMP_LIBRARY")
    path = Path(given) if given else root.parent / ".build/library" / _library_name()
    if not path.exists():
        raise SystemExit(f"{path} is not there; 'make library' makes it")
    return path


def _part(name: str) -> str:
    header = (root.parent / "Sources/CFSCompABI/include/fscomp.h").read_text()
    return re.search(rf'^#define FSCOMP_VERSION_{name} "?([^"\n]*)', header, re.MULTILINE)[1]


def _version() -> str:
    """That of fscomp.h, in Python's form: 1.0.0-rc1 is 1.0.0rc1 there."""
    return ".".join(map(_part, ("MAJOR", "MINOR", "PATCH"))) + _part("PRERELEASE").lstrip("-")


def _library_name() -> str:
    return f"libfscomp.so.{_part('MAJOR')}"


def _project() -> dict[str, object]:
    try:
        import tomllib
    except ImportError:  # Python 3.10
        from pip._vendor import tomli as tomllib
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


def _metadata(project: dict[str, object]) -> str:
    lines = [
        "Metadata-Version: 2.4", f"Name: {project['name']}", f"Version: {_version()}",
        f"Summary: {project['description']}", f"License-Expression: {project['license']}",
        "License-File: LICENSE", f"Requires-Python: {project['requires-python']}",
        f"Keywords: {','.join(project['keywords'])}",
        *(f"Classifier: {line}" for line in project["classifiers"]),
    ]
    for extra, needed in project["optional-dependencies"].items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f"Requires-Dist: {one}; extra == '{extra}'" for one in needed]
    readme = (root / str(project["readme"])).read_text()
    return "\n".join([*lines, "Description-Content-Type: text/markdown", "", readme])


def _entry_points(project: dict[str, object]) -> str:
    return "\n".join(
        "\n".join([f"[{group}]", *(f"{name} = {value}" for name, value in names.items()), ""])
        for group, names in project["entry-points"].items())


def _tag() -> str:
    if sys.platform != "linux":
        raise SystemExit("the library is for Linux")
    return f"py3-none-linux_{platform.machine()}"


class _Wheel:
    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self._record: list[str] = []

    def add(self, name: str, content: bytes, mode: int = 0o644) -> None:
        # A time that is always the same: equal content makes equal wheels.
        entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
        entry.external_attr = (0o100000 | mode) << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        self._zip.writestr(entry, content)
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        self._record.append(f"{name},sha256={digest},{len(content)}")

    def close(self, record: str) -> None:
        self._zip.writestr(
            zipfile.ZipInfo(record, (2020, 1, 1, 0, 0, 0)),
            "\n".join([*self._record, f"{record},,", ""]))
        self._zip.close()


def build_wheel(
    wheel_directory: str, config_settings: object = None, metadata_directory: object = None
) -> str:
    project = _project()
    name, tag = f"fscomp-{_version()}", _tag()
    file = f"{name}-{tag}.whl"
    wheel = _Wheel(Path(wheel_directory) / file)
    for path in sorted(source.rglob("*")):
        if path.suffix in (".py", ".typed", ".pth"):
            wheel.add(path.relative_to(source).as_posix(), path.read_bytes())
    wheel.add(f"fscomp/{_library_name()}", _library().read_bytes(), 0o755)
    information = f"{name}.dist-info"
    wheel.add(f"{information}/METADATA", _metadata(project).encode())
    wheel.add(
        f"{information}/WHEEL",
        f"Wheel-Version: 1.0\nGenerator: fscomp\nRoot-Is-Purelib: false\nTag: {tag}\n".encode())
    wheel.add(f"{information}/entry_points.txt", _entry_points(project).encode())
    wheel.add(f"{information}/licenses/LICENSE", (root.parent / "LICENSE").read_bytes())
    wheel.close(f"{information}/RECORD")
    return file


def build_sdist(sdist_directory: str, config_settings: object = None) -> str:
    raise SystemExit("there is no source distribution: the library is built with Swift, by make")


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    print(build_wheel(sys.argv[1]))
