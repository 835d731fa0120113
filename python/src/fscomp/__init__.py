"""fscomp: a compressor for text with a neural network in it, the same bytes on any machine.

    import fscomp

    archive = fscomp.compress(b"some text", level=6)
    assert fscomp.decompress(archive) == b"some text"
    with fscomp.open("big.log.fsc", "rt") as lines:
        for line in lines: ...
"""

from ._archive import Archive, Block, Frame, Reader, join, list
from ._codec import Compressor, Decompressor, compress, decompress
from ._errors import ArchiveError, Cancelled, FscompError, ModelError
from ._file import FscompFile, open
from ._library import lib as _lib
from ._model import Model
from ._tool import train

__version__: str = _lib.version_string().decode()

__all__ = [
    "Archive", "ArchiveError", "Block", "Cancelled", "Compressor", "Decompressor", "Frame",
    "FscompError", "FscompFile", "Model", "ModelError", "Reader", "compress", "decompress", "join",
    "list", "open", "train",
]
