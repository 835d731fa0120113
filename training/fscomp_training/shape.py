"""The shape of an FS-RNN: which tensors it has, and what they cost."""

from dataclasses import dataclass

BYTE_VALUES = 256
GATES = 4  # i, j, f, o, in this order
EPSILON = 1e-3  # added to the variance in every layer norm


@dataclass(frozen=True)
class NetworkShape:
    """`fast_cells` fast cells of `fast_units` units that share one state, and one slow cell.

    Mujika, Meier, Steger 2017, section 3. Tensors are named as `fscomp model import` reads them.
    """

    fast_cells: int
    fast_units: int
    slow_units: int

    def __post_init__(self):
        if self.fast_cells < 2:
            raise ValueError(f"an FS-RNN has at least 2 fast cells, not {self.fast_cells}")
        if min(self.fast_units, self.slow_units) < 1:
            raise ValueError("a cell has at least one unit")

    @property
    def cells(self) -> list[str]:
        """The cells in the order of a step: 1, S, 2, ... k."""
        return ["1", "S"] + [str(i) for i in range(2, self.fast_cells + 1)]

    def units(self, cell: str) -> int:
        return self.slow_units if cell == "S" else self.fast_units

    def inputs(self, cell: str) -> tuple[int, ...]:
        """Widths of the hidden states that are columns of the cell's weights, first to last."""
        if cell in ("S", "2"):
            return (self.fast_units, self.slow_units)
        return (self.fast_units,)

    def tensors(self) -> dict[str, tuple[int, ...]]:
        """Name and extents of each parameter; the matrices come first."""
        matrices = {"E": (BYTE_VALUES, GATES * self.fast_units)}
        vectors = {}
        for cell in self.cells:
            units = self.units(cell)
            matrices[f"W{cell}"] = (GATES * units, sum(self.inputs(cell)))
            vectors[f"g{cell}"] = (GATES * units,)
            vectors[f"b{cell}"] = (GATES * units,)
            vectors[f"gc{cell}"] = (units,)
            vectors[f"bc{cell}"] = (units,)
        matrices["Wo"] = (BYTE_VALUES, self.fast_units)
        vectors["bo"] = (BYTE_VALUES,)
        return matrices | vectors

    @property
    def parameters(self) -> int:
        total = 0
        for extents in self.tensors().values():
            product = 1
            for extent in extents:
                product *= extent
            total += product
        return total

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds that predicting one byte costs; E is a table look-up and costs none."""
        cells = sum(GATES * self.units(n) * sum(self.inputs(n)) for n in self.cells)
        return cells + BYTE_VALUES * self.fast_units

    @classmethod
    def of(cls, tensors) -> "NetworkShape":
        """The shape of named tensors, such as those of a checkpoint.

        Raises ValueError if they are not those of an FS-RNN.
        """
        try:
            fast_units = tensors["W1"].shape[1]
            slow_units = tensors["WS"].shape[0] // GATES
        except KeyError as error:
            raise ValueError(f"there is no tensor {error}") from None
        fast_cells = 2
        while f"W{fast_cells + 1}" in tensors:
            fast_cells += 1
        shape = cls(fast_cells, fast_units, slow_units)
        for name, extents in shape.tensors().items():
            if name not in tensors:
                raise ValueError(f"there is no tensor {name}")
            if tuple(tensors[name].shape) != extents:
                raise ValueError(f"tensor {name} is {tuple(tensors[name].shape)}, not {extents}")
        return shape
