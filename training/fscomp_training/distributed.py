"""Data parallelism by PyTorch's own means: torchrun starts processes, and each has its streams."""

import os
from dataclasses import dataclass

import torch
import torch.distributed as dist


@dataclass(frozen=True)
class Processes:
    """This process among all that share a run."""

    rank: int
    count: int
    device: torch.device

    @property
    def is_first(self) -> bool:
        return self.rank == 0

    @classmethod
    def join(cls, device: str) -> "Processes":
        """Takes the place that torchrun has assigned, or none.

        device: `cpu`, `cuda`, or `auto` for a GPU if there is one. Each process of a machine takes
        the GPU of its local rank.
        """
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        if device == "cuda":
            device = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
        place = torch.device(device)
        if place.type == "cuda":
            torch.cuda.set_device(place)
        if "WORLD_SIZE" not in os.environ:
            return cls(0, 1, place)
        dist.init_process_group("nccl" if place.type == "cuda" else "gloo")
        return cls(dist.get_rank(), dist.get_world_size(), place)

    def leave(self):
        if dist.is_initialized():
            dist.destroy_process_group()

    def share(self, total: int) -> tuple[int, int]:
        """First and count of this process's part of `total` streams.

        Raises ValueError if they cannot be divided evenly.
        """
        if total % self.count:
            raise ValueError(f"{total} streams cannot be divided among {self.count} processes")
        part = total // self.count
        return self.rank * part, part

    def add_up(self, tensor: torch.Tensor):
        """Replaces `tensor` by its sum over all processes."""
        if self.count > 1:
            dist.all_reduce(tensor)

    def from_first(self, number: float) -> float:
        """The first process's number, in all of them."""
        if self.count == 1:
            return number
        box = torch.tensor([number], dtype=torch.float64, device=self.device)
        dist.broadcast(box, 0)
        return box.item()

    def collect(self, tensor: torch.Tensor) -> torch.Tensor | None:
        """The processes' tensors, of the same extents, along the first axis: on the first only."""
        if self.count == 1:
            return tensor
        parts = [torch.empty_like(tensor) for _ in range(self.count)]
        dist.all_gather(parts, tensor.contiguous())
        return torch.cat(parts) if self.is_first else None

    def wait(self):
        if self.count > 1:
            dist.barrier()
