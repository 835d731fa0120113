"""Safetensors files by PyTorch alone, for machines to which the package cannot be brought.

A file is the length of a JSON header, 8 bytes, little-endian; the header, which has type, shape and
place of each tensor, and the metadata, strings by name; then the tensors' bytes.
"""

import ctypes
import json
import struct
from pathlib import Path

import torch

TYPES = {
    "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16,
    "I64": torch.int64, "I32": torch.int32, "I16": torch.int16, "I8": torch.int8,
    "U8": torch.uint8, "BOOL": torch.bool,
}
NAMES = {kind: name for name, kind in TYPES.items()}
METADATA = "__metadata__"
MAXIMUM_HEADER = 100_000_000


def save(tensors: dict[str, torch.Tensor], metadata: dict[str, str] | None = None) -> bytes:
    """The file's bytes; as `safetensors.torch.save`."""
    header, parts, end = {METADATA: metadata} if metadata else {}, [], 0
    # The widest types first, so that each tensor begins at a multiple of its element's size.
    for name in sorted(tensors, key=lambda name: (-tensors[name].element_size(), name)):
        tensor = tensors[name].cpu().contiguous()
        parts.append(_bytes(tensor))
        start, end = end, end + len(parts[-1])
        header[name] = {
            "dtype": NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [start, end]
        }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(parts)


def _bytes(tensor: torch.Tensor) -> bytes:
    # Without numpy, which need not be there either.
    return ctypes.string_at(tensor.data_ptr(), tensor.numel() * tensor.element_size())


class safe_open:
    """What `safetensors.safe_open` gives, as far as checkpoints ask for it.

    Raises ValueError if the file is not a safetensors file.
    """

    def __init__(self, path: Path, framework: str = "pt"):
        content = bytearray(Path(path).read_bytes())
        if len(content) < 8:
            raise ValueError("the file is too short for a header")
        (length,) = struct.unpack_from("<Q", content)
        if length > min(len(content) - 8, MAXIMUM_HEADER):
            raise ValueError("the header is longer than the file")
        self._header = json.loads(content[8 : 8 + length])
        if not isinstance(self._header, dict):
            raise ValueError("the header is not a JSON object")
        self._metadata = self._header.pop(METADATA, None)
        self._data = memoryview(content)[8 + length :]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def keys(self) -> list[str]:
        return list(self._header)

    def metadata(self) -> dict[str, str] | None:
        return self._metadata

    def get_tensor(self, name: str) -> torch.Tensor:
        entry = self._header[name]
        start, end = entry["data_offsets"]
        kind, shape = TYPES[entry["dtype"]], entry["shape"]
        if not 0 <= start <= end <= len(self._data):
            raise ValueError(f"{name} is not inside the file")
        if start == end:
            return torch.zeros(shape, dtype=kind)
        # A copy: its memory begins where the type wants it.
        return torch.frombuffer(bytearray(self._data[start:end]), dtype=kind).reshape(shape)
