"""Training text in one packed file that travels with the program: a tar archive, LZMA-compressed.

Its first member is the manifest: name, size and SHA-256 of each text, and how many original bytes
it stands for, which for coded text are more than it has.
"""

import argparse
import hashlib
import importlib.util
import io
import json
import lzma
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

MAXIMUM = 45_000_000  # bytes of a pack
MANIFEST = "manifest.json"
MILLION = 1_000_000
REPOSITORY = Path(__file__).resolve().parents[2]


class PackError(Exception):
    """A pack cannot be made, or is not what its manifest says."""


@dataclass(frozen=True)
class Text:
    """A text of a pack."""

    name: str  # the path by which recipes know it
    bytes: int
    original_bytes: int
    sha256: str

    @property
    def symbols_per_byte(self) -> float:
        return self.bytes / self.original_bytes


# --- making ---------------------------------------------------------------------------------------


def make(
    target: Path, descriptions: list[str], program: Path | None = None, model: str | None = None
) -> list[Text]:
    """Packs texts; with `program`, which is fscomp, as coded text of the model's dictionary.

    descriptions: FILE, FILE:N for N million bytes that are spread over it, or NAME=FILE:N+FILE:N
    for a blend that recipes know as NAME. Raises PackError, also if the pack is too large.
    """
    texts, contents = [], []
    for description in descriptions:
        name, parts = parse(description, coded=program is not None)
        plain = b"".join(_part(path, millions) for path, millions in parts)
        content = _code(plain, program, model) if program else plain
        if not content:
            raise PackError(f"{name} is empty")
        digest = hashlib.sha256(content).hexdigest()
        texts.append(Text(name, len(content), len(plain), digest))
        contents.append(content)
    if len({text.name for text in texts}) < len(texts):
        raise PackError("two texts have the same name")
    packed = _compress(texts, contents)
    if len(packed) > MAXIMUM:
        raise PackError(f"the pack would have {len(packed):,} bytes, more than {MAXIMUM:,}")
    Path(target).write_bytes(packed)
    return texts


def parse(description: str, coded: bool = False) -> tuple[str, list[tuple[Path, int | None]]]:
    """The name of a text, and its files, each with how many million bytes are wanted of it.

    A text without a name has that of its file; corpora/data/X becomes corpora/data/coded/X where
    texts are coded.
    """
    name, equals, files = description.rpartition("=")
    parts = []
    for file in files.split("+"):
        path, colon, millions = file.rpartition(":")
        if colon and millions.isdigit():
            parts.append((Path(path), int(millions)))
        else:
            parts.append((Path(file), None))
    if not equals:
        if len(parts) > 1:
            raise PackError(f'"{description}": a blend needs a name, NAME=FILE:N+FILE:N')
        name = parts[0][0].as_posix()
        if coded:
            name = name.replace("corpora/data/", "corpora/data/coded/", 1)
    _check(name)
    return name, parts


def _check(name: str):
    path = PurePosixPath(name)
    if not name or path.is_absolute() or ".." in path.parts or name == MANIFEST:
        raise PackError(f'"{name}" cannot be the name of a text: give NAME=FILE')


def _part(path: Path, millions: int | None) -> bytes:
    if millions is None:
        return path.read_bytes()
    specification = importlib.util.spec_from_file_location(
        "blend", REPOSITORY / "corpora/blend.py"
    )
    blend = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(blend)
    return b"".join(blend.share(path, millions * MILLION))


def _code(plain: bytes, program: Path, model: str | None) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "plain", Path(folder) / "coded"
        source.write_bytes(plain)
        command = [program, "model", "code", source, "-o", target]
        done = subprocess.run(
            command + (["-m", model] if model else []), capture_output=True, text=True
        )
        if done.returncode:
            raise PackError(f"{program} model code: {done.stderr.strip()}")
        return target.read_bytes()


def _compress(texts: list[Text], contents: list[bytes]) -> bytes:
    longest = max(map(len, contents))
    # A dictionary that holds whole texts: far repetitions count.
    size = min(max(1 << 16, longest), 128 << 20)
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9, "dict_size": size, "lc": 4, "lp": 0}]
    packed = io.BytesIO()
    with (
        lzma.open(packed, "wb", filters=filters) as stream,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.USTAR_FORMAT) as archive,
    ):
        manifest = json.dumps([asdict(text) for text in texts], indent=1).encode()
        names = [MANIFEST, *(text.name for text in texts)]
        for name, content in zip(names, [manifest, *contents]):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


# --- unpacking ------------------------------------------------------------------------------------


def unpack(pack: Path, folder: Path) -> list[Text]:
    """Writes a pack's texts under `folder`, at their names. Raises PackError, also for any byte
    that is not what it was."""
    try:
        with lzma.open(pack) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
            first = archive.next()
            if first is None or first.name != MANIFEST:
                raise PackError(f"{pack} has no manifest")
            texts = [Text(**entry) for entry in json.load(archive.extractfile(first))]
            missing = {text.name: text for text in texts}
            while entry := archive.next():
                text = missing.pop(entry.name, None)
                if text is None or not entry.isfile():
                    raise PackError(f"{pack}: {entry.name} is not in its manifest")
                _check(text.name)
                content = archive.extractfile(entry).read()
                if len(content) != text.bytes or hashlib.sha256(content).hexdigest() != text.sha256:
                    raise PackError(f"{pack}: {text.name} is not what was packed")
                path = Path(folder) / text.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            while stream.read(1 << 20):  # up to the check sum at its end
                pass
    except (OSError, EOFError, ValueError, KeyError, TypeError, lzma.LZMAError,
            tarfile.TarError) as error:
        raise PackError(f"{pack}: {error}") from None
    if missing:
        raise PackError(f"{pack} lacks {', '.join(missing)}")
    return texts


def table(texts: list[Text]) -> str:
    lines = ["| text | bytes | original bytes | symbols a byte | SHA-256 |",
             "|---|--:|--:|--:|---|"]
    for text in texts:
        lines.append(f"| {text.name} | {text.bytes:,} | {text.original_bytes:,} "
                     f"| {text.symbols_per_byte:.4f} | {text.sha256[:16]}... |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="run-on-gpu.sh", description="Packs texts for a run on another machine."
    )
    parser.add_argument("--pack", type=Path, metavar="PACK", required=True, help="the file to make")
    parser.add_argument("--fscomp", type=Path, metavar="PROGRAM",
                        help="make coded text of them, with this program's model code")
    parser.add_argument("--model", metavar="MODEL",
                        help="whose dictionary codes them (default: the program's own)")
    parser.add_argument("text", nargs="+", metavar="TEXT",
                        help="FILE; FILE:N for N million bytes that are spread over it; "
                             "NAME=FILE:N+FILE:N for a blend that recipes know as NAME")
    options = parser.parse_args()
    try:
        texts = make(options.pack, options.text, options.fscomp, options.model)
    except (PackError, OSError) as error:
        print(f"run-on-gpu: {error}", file=sys.stderr)
        return 1
    print(table(texts))
    print(f"{options.pack}: {options.pack.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
