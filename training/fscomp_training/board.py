"""TensorBoard, for those who have it."""

from pathlib import Path


class BoardError(Exception):
    """TensorBoard is not installed."""


def writer(folder: Path):
    """A writer of TensorBoard's event files into `folder`. Raises BoardError."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise BoardError("TensorBoard is not here: pip install tensorboard") from None
    return SummaryWriter(str(folder))


def add(writer, position: int, values: dict[str, float | None]):
    """One row of the log; `position` is the number of bytes seen."""
    for name, value in values.items():
        if value is not None:
            writer.add_scalar(name, value, position)
    writer.flush()
