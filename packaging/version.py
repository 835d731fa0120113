#!/usr/bin/env python3
"""The version, which stands in fscomp.h alone, and whether all that repeats it agrees.

    packaging/version.py [--python|--debian]    prints it as it is: 1.0.0-rc1, or as these write it
    packaging/version.py --check                names the places that have another; there are none
    packaging/version.py --write                writes it there
"""

import argparse
import re
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
HEADER = "Sources/CFSCompABI/include/fscomp.h"


class Version:
    def __init__(self, header):
        self.numbers = [self.part(header, name) for name in ("MAJOR", "MINOR", "PATCH")]
        self.prerelease = self.part(header, "PRERELEASE")

    @staticmethod
    def part(header, name):
        return re.search(rf'^#define FSCOMP_VERSION_{name} "?([^"\n]*)', header, re.MULTILINE)[1]

    def __str__(self):
        return ".".join(self.numbers) + self.prerelease

    @property
    def python(self):
        return str(self).replace("-", "")

    @property
    def debian(self):
        """Before the release that follows: ~ sorts before the end."""
        return str(self).replace("-", "~")

    @property
    def library(self):
        return f"libfscomp.so.{self.numbers[0]}"


def places(version):
    """What repeats it: path, a pattern that is there at least once, what should match.

    The pattern's groups are what stands before, the version, and what stands after.
    """
    yield "CITATION.cff", r"^(version: )(.*)($)", str(version)
    yield "training/pyproject.toml", r'^(version = ")(.*)("$)', version.python
    for page in sorted((TOP / "docs").glob("fscomp*.[15]")):
        yield str(page.relative_to(TOP)), r'^(\.TH .*"fscomp )([^"]*)(")', str(version)
    yield HEADER, r'(as text, such as ")([^"]*)(")', str(version)
    for path in (HEADER, "README.md", "docs/c-api.md", "python/src/fscomp/_library.py"):
        yield path, r"(\b)(libfscomp\.so\.\d+)(\b)", version.library
    yield ("Sources/CFSComp/Linking/link.sh", r"(OUT/libfscomp\.so\.)(\S+)( )",
           ".".join(version.numbers))


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    kinds = parser.add_mutually_exclusive_group()
    for name in ("python", "debian", "check", "write"):
        kinds.add_argument(f"--{name}", action="store_true")
    asked = parser.parse_args()
    version = Version((TOP / HEADER).read_text(encoding="utf-8"))
    if not asked.check and not asked.write:
        print(version.python if asked.python else version.debian if asked.debian else version)
        return 0
    findings = []
    for name, pattern, wanted in places(version):
        path = TOP / name
        text = path.read_text(encoding="utf-8")
        found = [match[2] for match in re.finditer(pattern, text, re.MULTILINE)]
        if not found:
            findings.append(f"{name}: nothing there is like {pattern}")
        if asked.write:
            written = re.sub(
                pattern, lambda match, new=wanted: match[1] + new + match[3], text,
                flags=re.MULTILINE)
            path.write_text(written, encoding="utf-8")
        else:
            findings += [f"{name}: {one}, not {wanted}" for one in found if one != wanted]
    if findings:
        print("\n".join(findings))
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main())
