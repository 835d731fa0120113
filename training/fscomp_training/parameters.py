"""The trained numbers: one flat vector, and views of it under the tensors' names.

Flat, because the optimizer, the clipping of gradients and the sum of gradients over processes are
then each one operation on one vector instead of dozens on small ones.
"""

import torch

from .shape import NetworkShape


class Parameters:
    """Master weights, in `dtype` on `device`, and their gradients unless they are not wanted."""

    def __init__(
        self, shape: NetworkShape, dtype=torch.float32, device="cpu", *, gradients: bool = True
    ):
        self.shape = shape
        self.flat = torch.zeros(shape.parameters, dtype=dtype, device=device)
        self.tensors = self.views(self.flat)
        if gradients:
            self.gradient = torch.zeros_like(self.flat)
            self.gradients = self.views(self.gradient)

    def views(self, flat: torch.Tensor) -> dict[str, torch.Tensor]:
        """Each tensor as a view of a vector that is laid out as `flat` is."""
        views, start = {}, 0
        for name, extents in self.shape.tensors().items():
            count = torch.Size(extents).numel()
            views[name] = flat[start : start + count].view(extents)
            start += count
        return views

    @property
    def matrix_count(self) -> int:
        """How many of the first numbers belong to matrices; the others to gains and biases."""
        return sum(t.numel() for t in self.tensors.values() if t.dim() == 2)

    def load(self, tensors: dict[str, torch.Tensor]):
        """Copies named tensors; the caller has checked them with `NetworkShape.of`."""
        with torch.no_grad():
            for name, tensor in self.tensors.items():
                tensor.copy_(tensors[name])

    def initialize(self, seed: int):
        """Orthogonal blocks, one for each gate and input; a bias for keeping the old state.

        Drawn on the processor, so that a seed means the same weights on every device.
        """
        generator = torch.Generator().manual_seed(seed)
        shape = self.shape
        drawn = {
            # Of about the size that the recurrent part of the sum has: neither drowns the other.
            "E": 0.5 * torch.randn(shape.tensors()["E"], generator=generator),
            "Wo": 0.02 * torch.randn(shape.tensors()["Wo"], generator=generator),
            "bo": torch.zeros(shape.tensors()["bo"]),
        }
        for cell in shape.cells:
            units = shape.units(cell)
            gates = []
            for _ in range(shape.gates(cell)):
                blocks = [torch.empty(units, width) for width in shape.inputs(cell)]
                for block in blocks:
                    torch.nn.init.orthogonal_(block, generator=generator)
                gates.append(torch.cat(blocks, 1))
            drawn[f"W{cell}"] = torch.cat(gates)
            width = shape.gates(cell) * units
            drawn[f"g{cell}"] = torch.ones(width)
            bias = drawn[f"b{cell}"] = torch.zeros(width)
            if not shape.is_lstm(cell):
                bias[:units] = -1  # the update gate
                continue
            bias[2 * units : 3 * units] = 1  # the forget gate
            drawn[f"gc{cell}"] = torch.ones(units)
            drawn[f"bc{cell}"] = torch.zeros(units)
        self.load(drawn)
