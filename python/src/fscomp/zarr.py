"""For zarr 3: ``zarr.create_array(..., compressors=[FscompCodec(level=3)])``."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from zarr.abc.codec import BytesBytesCodec
from zarr.core.array_spec import ArraySpec
from zarr.core.buffer import Buffer
from zarr.core.common import JSON, parse_named_configuration

from ._codec import compress, decompress


@dataclass(frozen=True)
class FscompCodec(BytesBytesCodec):
    """Compresses chunks, each into an archive of its own."""

    is_fixed_size = False

    level: int = 6

    def __post_init__(self) -> None:
        if self.level not in range(1, 10):
            raise ValueError(f"level is 1 ... 9, not {self.level}")

    @classmethod
    def from_dict(cls, data: dict[str, JSON]) -> FscompCodec:
        _, configuration = parse_named_configuration(data, "fscomp", require_configuration=False)
        settings: Any = configuration or {}
        return cls(**settings)

    def to_dict(self) -> dict[str, JSON]:
        return {"name": "fscomp", "configuration": {"level": self.level}}

    async def _encode_single(self, chunk_data: Buffer, chunk_spec: ArraySpec) -> Buffer | None:
        data = chunk_data.as_numpy_array()
        archive = await asyncio.to_thread(compress, data, level=self.level)
        made: Buffer = chunk_spec.prototype.buffer.from_bytes(archive)
        return made

    async def _decode_single(self, chunk_data: Buffer, chunk_spec: ArraySpec) -> Buffer:
        plain = await asyncio.to_thread(decompress, chunk_data.as_numpy_array())
        made: Buffer = chunk_spec.prototype.buffer.from_bytes(plain)
        return made

    def compute_encoded_size(self, input_byte_length: int, _: ArraySpec) -> int:
        raise NotImplementedError("how small a chunk gets is known when it is compressed")
