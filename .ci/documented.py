#!/usr/bin/env python3
"""Names the public symbols of the library that have no doc comment, the types that no page of its
documentation lists, and the code there that no test compiles.

By how the code is laid out, not by what a compiler knows of it: a member is two blanks further in.
"""

import re
import sys
from pathlib import Path

LIBRARY = Path("Sources/FSComp")
PAGES = LIBRARY / "FSComp.docc"
# Of other modules, what Models/Exports.swift passes on.
EXPORTED = [Path(f"Sources/Model/{name}.swift")
            for name in ("CellKind", "ModelError", "ModelID", "NetworkShape")]
README = Path("README.md")
COMPILED = Path("Tests/FSCompTests/DocumentationTests.swift")
# What protocols of the standard library ask for has their comments.
INHERITED = {"description", "Element", "makeAsyncIterator"}
PUBLIC = re.compile(r"(?P<indent> *)public\b[\w(). ]*?"
                    r"\b(?P<kind>struct|enum|class|protocol|typealias|func|var|let|init)\b *(?P<name>\w*)")
# What is public without saying so: cases of enumerations, requirements of protocols.
CASE = re.compile(r"case (?P<name>\w+)")
REQUIREMENT = re.compile(r"(?:mutating )?(?:func|var|associatedtype) (?P<name>\w+)")


def is_documented(lines, number):
    while number > 0 and lines[number - 1].lstrip().startswith("@"):
        number -= 1
    return number > 0 and lines[number - 1].lstrip().startswith("///")


def symbols(lines):
    """Line, name, and whether it is a type of the module, for each public symbol."""
    members = None  # Of the type that is open: how far they are in, and what they look like.
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if members and line.strip() and indent < members[0]:
            members = None
        if declared := PUBLIC.match(line):
            kind = declared["kind"]
            if kind in ("enum", "protocol") and line.rstrip().endswith("{"):
                members = (indent + 2, CASE if kind == "enum" else REQUIREMENT)
            is_type = kind in ("struct", "enum", "class", "protocol", "typealias")
            yield number, declared["name"] or kind, is_type and indent == 0
        elif members and indent == members[0] and (member := members[1].match(line.lstrip())):
            yield number, member["name"], False


def code(text):
    """Its lines, wherever they are indented, without what only files have."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(
        line.removeprefix("private ") for line in lines if line and not line.startswith("import "))


def main():
    paths = sorted(PAGES.glob("*.md"))
    pages = "\n".join(path.read_text() for path in paths)
    findings = []
    compiled = code(COMPILED.read_text())
    for path in [*paths, README]:
        for block in re.findall(r"```swift\n(.*?)```", path.read_text(), re.DOTALL):
            if code(block) not in compiled:
                findings.append(f"{path}: not in {COMPILED}:\n{block}")
    for path in [*sorted(LIBRARY.rglob("*.swift")), *EXPORTED]:
        lines = path.read_text().splitlines()
        for number, name, is_type in symbols(lines):
            if name not in INHERITED and not is_documented(lines, number):
                findings.append(f"{path}:{number + 1}: {name} has no comment")
            if is_type and path not in EXPORTED and f"``{name}``" not in pages:
                findings.append(f"{path}:{number + 1}: no page lists {name}")
    if findings:
        print("\n".join(findings))
    sys.exit(bool(findings))


if __name__ == "__main__":
    main()
