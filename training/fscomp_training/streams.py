"""Training text: parallel streams that read their files from different places on.

Where a stream reads in a window follows from the number of bytes that it has read, so that a run is
resumed by that number alone.
"""

from dataclasses import dataclass
from pathlib import Path

import torch


@dataclass(frozen=True)
class Source:
    """A file of text and its share of all training bytes, relative to the other sources'."""

    path: Path
    weight: float = 1.0


def apportion(weights: list[float], seats: int) -> list[int]:
    """Divides `seats` in proportion to `weights`, by largest remainders; each gets at least one.

    Raises ValueError if there are fewer seats than weights, or a weight is not above 0.
    """
    if seats < len(weights):
        raise ValueError(f"{seats} streams cannot read {len(weights)} files")
    if min(weights) <= 0:
        raise ValueError("a source's weight must be above 0")
    spare = seats - len(weights)
    exact = [weight * spare / sum(weights) for weight in weights]
    counts = [int(share) for share in exact]
    order = sorted(range(len(exact)), key=lambda i: (counts[i] - exact[i], i))
    for i in order[: spare - sum(counts)]:
        counts[i] += 1
    return [count + 1 for count in counts]


def read_bytes(path: Path) -> torch.Tensor:
    """A file as a vector of uint8. Raises ValueError if it is too short to predict anything."""
    text = torch.frombuffer(bytearray(Path(path).read_bytes() or b"\0"), dtype=torch.uint8)
    if len(text) < 2:
        raise ValueError(f"{path} has less than two bytes")
    return text


class Streams:
    """Streams `first` to `first + count` of `total`, which read `sources` in proportion.

    The streams of a file begin at places spread evenly over it and go round at its end, each
    continuing into what the stream after it began with: all of the file is seen once in an epoch.
    """

    def __init__(self, sources: list[Source], total: int, first=0, count=None, device="cpu"):
        texts = [read_bytes(source.path) for source in sources]
        shares = apportion([source.weight for source in sources], total)
        base, length, start = [], [], []
        offset = 0
        for text, share in zip(texts, shares):
            for i in range(share):
                base.append(offset)
                length.append(len(text))
                start.append(len(text) * i // share)
            offset += len(text)
        chosen = slice(first, total if count is None else first + count)
        self.text = torch.cat(texts).to(device)
        self._base, self._length, self._start = (
            torch.tensor(numbers[chosen], device=device) for numbers in (base, length, start)
        )
        self.shares = dict(zip((str(source.path) for source in sources), shares))
        self.text_bytes = offset

    def window(self, position: int, steps: int) -> torch.Tensor:
        """[steps + 1, streams] int64: the bytes from `position` on, the last as target only."""
        along = position + torch.arange(steps + 1, device=self.text.device)[:, None]
        places = self._base + (self._start + along) % self._length
        return self.text[places].long()
