"""Networks with unit counts that fixed point does not take, such as the paper's 730 and 1500.

Fixed point wants multiples of 16. Units that do nothing are added, and the layer norms told to
disregard them as far as they can: over H real units and I idle ones, with r = H / (H + I),

* an idle gate unit's weights are the mean of the real ones', so that its pre-activation is their
  mean: the mean stays and the variance shrinks by r. A gain of sqrt(r) times the old one undoes
  that. Exactly, but for epsilon beside the variance.
* an idle unit's cell state is 0 at all times, so that the mean shrinks by r as well. The hidden
  state of a real unit changes by about I / H times the cell states' mean over their deviation.
"""

import torch

from .shape import BYTE_VALUES, GATES, NetworkShape
from .window import round_up


def add(tensors: dict[str, torch.Tensor], multiple: int) -> dict[str, torch.Tensor]:
    """The network with its units rounded up to a multiple; itself if they are multiples."""
    shape = NetworkShape.of(tensors)
    wide = NetworkShape(
        shape.fast_cells,
        round_up(shape.fast_units, multiple),
        round_up(shape.slow_units, multiple),
        shape.slow_cell,
    )
    if wide == shape:
        return tensors
    shape.require_lstms("adding idle units")
    out = {name: torch.zeros(extents) for name, extents in wide.tensors().items()}
    fast = shape.fast_units
    embedding = out["E"].view(BYTE_VALUES, GATES, -1)
    embedding[..., :fast] = tensors["E"].view(BYTE_VALUES, GATES, fast)
    embedding[..., fast:] = embedding[..., :fast].mean(-1, keepdim=True)
    out["Wo"][:, :fast] = tensors["Wo"]
    out["bo"].copy_(tensors["bo"])
    for n in shape.cells:
        units, total = shape.units(n), wide.units(n)
        to = out[f"W{n}"].view(GATES, total, -1)
        of = tensors[f"W{n}"].view(GATES, units, -1)
        to_column = of_column = 0
        for to_width, of_width in zip(wide.inputs(n), shape.inputs(n)):
            to[:, :units, to_column : to_column + of_width] = of[
                ..., of_column : of_column + of_width
            ]
            to_column += to_width
            of_column += of_width
        to[:, units:] = to[:, :units].mean(1, keepdim=True)
        undo = (units / total) ** 0.5
        out[f"g{n}"].view(GATES, -1)[:, :units] = tensors[f"g{n}"].view(GATES, -1) * undo
        out[f"b{n}"].view(GATES, -1)[:, :units] = tensors[f"b{n}"].view(GATES, -1)
        out[f"gc{n}"][:units] = tensors[f"gc{n}"] * undo
        out[f"bc{n}"][:units] = tensors[f"bc{n}"]
    return out
