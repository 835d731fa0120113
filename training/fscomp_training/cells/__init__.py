"""Cells that networks are made of."""

from .base import Cell, map_state
from .diagonal import DiagonalGRU, DiagonalLSTM
from .lstm import LSTM
from .minimal import MinGRU, MinLSTM

KINDS: dict[str, type[Cell]] = {
    cell.kind: cell for cell in (LSTM, MinGRU, MinLSTM, DiagonalGRU, DiagonalLSTM)
}

__all__ = ["Cell", "DiagonalGRU", "DiagonalLSTM", "KINDS", "LSTM", "MinGRU", "MinLSTM", "map_state"]
