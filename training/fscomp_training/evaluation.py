"""Bits per byte of a text, in lanes, as `fscomp eval` measures them."""

import torch

from . import cell as plain_cell
from .cell import Manner
from .distributed import Processes
from .graph import recorded
from .parameters import Parameters
from .window import Window, in_bits


class Evaluator:
    """Measures networks on one text, cut into lanes of consecutive bytes.

    Bytes left over by the division are not measured. The first byte of a lane is predicted from
    the empty state. With several processes, each takes part of the lanes; `lanes` must divide.
    """

    def __init__(
        self,
        text: torch.Tensor,
        lanes: int,
        parameters: Parameters,
        *,
        steps: int = 256,
        compute: torch.dtype | None = None,
        align: int = 1,
        manner: Manner | None = None,
        quantized_weights: bool = False,
        kernels=plain_cell,
        graphs: bool = True,
        processes: Processes | None = None,
    ):
        self.processes = processes or Processes(0, 1, parameters.flat.device)
        if len(text) < lanes:
            raise ValueError(f"{len(text)} bytes are fewer than there are lanes, {lanes}")
        self.length = len(text) // lanes
        self.bytes = self.length * lanes
        first, count = self.processes.share(lanes)
        cut = text[: self.bytes].view(lanes, self.length)[first : first + count]
        self.text = cut.T.contiguous().to(parameters.flat.device)  # [length, lanes]
        self.window = Window(
            parameters,
            min(steps, max(1, self.length - 1)),
            count,
            compute=compute,
            align=align,
            manner=manner,
            quantized_weights=quantized_weights,
            kernels=kernels,
            gradients=False,
        )
        with torch.no_grad():
            self.forward = self.window.forward
            if graphs:
                self.forward = recorded(self.forward, self.window.device)

    @torch.no_grad()
    def bits_per_byte(self) -> float:
        """Of the parameters as they are now."""
        window = self.window
        window.pack()
        window.forget(torch.ones(window.streams, dtype=torch.bool, device=window.device))
        empty = torch.zeros_like(window.output[0])
        first = window.log_probabilities(empty).gather(1, self.text[:1].T.long())
        total = -first.double().sum()
        for start in range(0, self.length - 1, window.steps):
            count = min(window.steps, self.length - 1 - start)
            window.bytes[: count + 1] = self.text[start : start + count + 1].long()
            self.forward()
            total += window.costs()[:count].double().sum()
            window.carry()
        self.processes.add_up(total)
        return in_bits(total.item()) / self.bytes
