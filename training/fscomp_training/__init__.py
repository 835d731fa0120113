"""Fast-slow recurrent networks for text: trained at scale, and of any cell.

The cells and networks below are plain `nn.Module`s. What trains the codec's network at speed is in
the modules of the package (`trainer`, `window`); README.md says which is which.
"""

from .cells import LSTM, Cell, DiagonalGRU, DiagonalLSTM, MinGRU, MinLSTM
from .memory_caching import MemoryCaching
from .wiring import FastSlow, Network, Sequential, Stacked

__all__ = [
    "Cell",
    "DiagonalGRU",
    "DiagonalLSTM",
    "FastSlow",
    "LSTM",
    "MemoryCaching",
    "MinGRU",
    "MinLSTM",
    "Network",
    "Sequential",
    "Stacked",
]
