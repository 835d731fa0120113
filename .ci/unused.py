#!/usr/bin/env python3
"""Names the declarations and files that nothing else mentions.

A name that occurs once in all of the code is not used; one that occurs more often may still not be.
What C calls is exempt, as are the few names in KEPT.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

# What libraries ask for and nothing here, and what looks like the declaration of a function.
KEPT = {"alignas", "defaultValueDescription"}
CODE = {".swift", ".c", ".h", ".py", ".sh", ".map", ".modulemap", ""}
# Where files are found by their names, and not by being mentioned.
MENTIONED = ("bench/", "contrib/", "corpora/", "docs/")
SWIFT = re.compile(r"\b(?:func|var|let|class|struct|enum|typealias|protocol|actor)\s+`?([A-Za-z]\w*)")
C = re.compile(r"^(?:static |extern |inline )*[A-Za-z_][\w ]*[ *]+([A-Za-z]\w*)\(", re.MULTILINE)
# A function that C knows by another name.
EXPORTED = re.compile(r"@(?:_cdecl|c)\([^)]*\)[^{]*\{")


def tracked():
    """All text that the repository holds, by path."""
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        path = Path(name)
        if "samples" in path.parts or "Vectors" in path.parts or not path.is_file():
            continue
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            pass


def declared(path, text):
    if path.suffix == ".swift":
        return set(SWIFT.findall(EXPORTED.sub("", text)))
    return set(C.findall(text)) if path.suffix in (".c", ".h") else set()


def without_comments(path, text):
    return re.sub(r"//.*" if path.suffix in (".swift", ".c", ".h") else r"^\s*#.*", "", text)


def main():
    texts = dict(tracked())
    code = {path: without_comments(path, text) for path, text in texts.items()
            if path.suffix in CODE}
    words = Counter(word for text in code.values() for word in re.findall(r"[A-Za-z]\w*", text))
    findings = []
    for path, text in sorted(code.items()):
        if path.parts[0] in ("Sources", "bench"):
            names = sorted(declared(path, text))
            findings += [f"{path}: nothing uses {name}"
                         for name in names if words[name] == 1 and name not in KEPT]
    everything = "\n".join(texts.values())
    for path in sorted(texts):
        if (str(path).startswith(MENTIONED) and path.suffix not in (".swift", ".c")
                and path.name not in everything):
            findings.append(f"{path}: nothing mentions it")
    if findings:
        print("\n".join(findings))
    sys.exit(bool(findings))


if __name__ == "__main__":
    main()
