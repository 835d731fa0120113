"""A training run: windows, updates, validation, checkpoints; in pieces of any length."""

import csv
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from . import cell as plain_cell
from . import board, checkpoint, noise
from .cell import Manner
from .checkpoint import CheckpointError
from .distributed import Processes
from .evaluation import Evaluator
from .graph import recorded
from .noise import Regularization
from .optimizer import Optimizer
from .parameters import Parameters
from .recipe import Recipe, resolve
from .shape import LSTM
from .streams import Streams, read_bytes
from .window import Window, in_bits

CHECKPOINT, BEST, BEFORE_FINISH, LOG = (
    "checkpoint.safetensors",
    "best.safetensors",
    "before-finish.safetensors",
    "log.csv",
)
LOG_COLUMNS = ["bytes", "seconds", "train_bpc", "valid_bpc", "rate", "gradient", "bytes_per_second"]
FORGET_SALT = 0x7FFFFFFF  # no step of no cell has it
# Windows that a GPU may be behind by: if each were waited for, it would be idle in between.
BEHIND = 16


class TrainingError(Exception):
    """A run cannot go on."""


@dataclass(frozen=True)
class Machine:
    """How the computation is done; results differ by rounding only."""

    processes: Processes
    compute: torch.dtype  # factors of matrix products
    kernels: object = plain_cell
    align: int = 1
    graphs: bool = True  # on a GPU, whole windows as CUDA graphs

    @classmethod
    def choose(cls, processes: Processes, precision: str = "auto") -> "Machine":
        """precision: `auto`, bfloat16 on a GPU and float32 elsewhere; or `bf16` or `fp32`."""
        on_gpu = processes.device.type == "cuda"
        if precision == "auto":
            precision = "bf16" if on_gpu else "fp32"
        compute = {"bf16": torch.bfloat16, "fp32": torch.float32}[precision]
        if not on_gpu:
            return cls(processes, compute)
        from . import triton_cell

        # Rows of 32 bytes or more: what tensor cores and wide loads want.
        return cls(processes, compute, triton_cell, 16)

    def recorded(self, action: Callable[[], None]) -> Callable[[], None]:
        return recorded(action, self.processes.device) if self.graphs else action

    def norm_rows(self, streams: int) -> int:
        if self.kernels is plain_cell:
            return 1
        return self.kernels.norm_rows(self.processes.device, streams)


def say(line: str):
    print(line, flush=True)


class Trainer:
    """One process's part in a run.

    The state of a run is a function of the recipe and of the number of windows done, on any number
    of processes up to rounding; on the same machine and number of processes, to the last bit.
    """

    def __init__(self, recipe: Recipe, machine: Machine, folder: Path, report=say, board=None):
        """board: a TensorBoard writer, which gets what the log does."""
        self.recipe, self.machine, self.folder = recipe, machine, Path(folder)
        self.processes = machine.processes
        self.report = report if self.processes.is_first else lambda *_: None
        self.board = board
        device = self.processes.device
        first, count = self.processes.share(recipe.train.streams)
        self.first_stream, self.stream_count = first, count
        self.streams = Streams(
            recipe.data.sources(), recipe.train.streams, first, count, device=device
        )
        valid = read_bytes(resolve(recipe.data.valid))
        self.valid_text = valid[: recipe.valid.bytes] if recipe.valid.bytes else valid
        self.total = recipe.train.bytes or int(recipe.train.epochs * self.streams.text_bytes)
        self.window_bytes = recipe.train.streams * recipe.train.steps

        self.parameters = Parameters(recipe.network, device=device)
        self.parameters.initialize(recipe.train.seed)
        self.optimizer = Optimizer(self.parameters, recipe.optimizer)
        self.schedule = recipe.schedule.make()
        self.windows = 0
        self.seconds = 0.0
        self.best: float | None = None
        self.next_validation = recipe.valid.every
        self.behind = BEHIND if device.type == "cuda" else 1
        self.pending: list[torch.Tensor] = []  # of windows: cost in nats per byte, gradient's norm
        self.costs: list[float] = []  # of windows that were waited for, since the last line of log
        self.gradient = self.rate = 0.0  # the last window's
        self.is_finishing = False
        self.wants_stop = False
        self._prepare()

    # --- phases -----------------------------------------------------------------------------------

    @property
    def bytes_seen(self) -> int:
        return self.windows * self.window_bytes

    @property
    def progress(self) -> float:
        return self.bytes_seen / self.total

    def _should_finish(self) -> bool:
        return self.recipe.finish.share > 0 and self.progress >= 1 - self.recipe.finish.share

    def _prepare(self):
        """Buffers, graph and evaluator for the phase that the run is in."""
        recipe, machine = self.recipe, self.machine
        finishing = self.is_finishing
        regularization = recipe.regularization
        if finishing:
            # Zoneout is evaluated by mixing old and new state, which fixed point does not do; the
            # network gets used to doing without.
            regularization = Regularization(keep_input=regularization.keep_input)
        thresholds = regularization.thresholds
        self.window = Window(
            self.parameters,
            recipe.train.steps,
            self.stream_count,
            compute=machine.compute,
            align=machine.align,
            manner=Manner(
                thresholds, quantized=finishing, first_stream=self.first_stream
            ),
            quantized_weights=finishing,
            kernels=machine.kernels,
            norm_rows=machine.norm_rows(self.stream_count),
        )
        window, scale = self.window, 1 / self.window_bytes
        self.passes = machine.recorded(lambda: window.forward_backward(scale))
        self.measured = self.parameters
        if self.optimizer.average is not None:
            self.measured = Parameters(
                recipe.network, device=self.processes.device, gradients=False
            )
        self.evaluator = Evaluator(
            self.valid_text,
            recipe.valid.lanes,
            self.measured,
            compute=machine.compute,
            align=machine.align,
            manner=Manner(thresholds, expected=True, quantized=finishing),
            quantized_weights=finishing,
            kernels=machine.kernels,
            graphs=machine.graphs,
            processes=self.processes,
        )

    def _begin_finish(self):
        self.save(self.folder / BEFORE_FINISH)
        state = {name: view.clone() for name, view in self.window.state().items()}
        # The old buffers go before the new ones come.
        self.window = self.passes = self.evaluator = None
        self.is_finishing, self.best = True, None
        self._prepare()
        self.window.set_state(state)
        self.report("finishing: weights and hidden states are rounded from here on")

    # --- one window -------------------------------------------------------------------------------

    def train_window(self):
        """Begins a window on the device; waits for it, and those before, once `behind` are due."""
        window, train = self.window, self.recipe.train
        key = noise.window_key(train.seed, self.windows)
        window.key.fill_(key)
        if train.forget and self.windows:
            bits = noise.draws(window.key, FORGET_SALT, self.first_stream, self.stream_count, 1)
            window.forget(bits[:, 0] < train.forget * 2**32)
        window.bytes.copy_(self.streams.window(self.windows * train.steps, train.steps))
        self.passes()
        window.carry()
        self.processes.add_up(self.parameters.gradient)
        loss = window.loss.double()
        self.processes.add_up(loss)
        factor = self.schedule.factor((self.bytes_seen + self.window_bytes) / self.total)
        norm = self.optimizer.update(factor)
        window.pack()
        self.windows += 1
        self.rate = self.recipe.optimizer.rate * factor
        self.pending.append(torch.stack([loss / self.window_bytes, norm.double()]))
        if len(self.pending) >= self.behind:
            self.settle()

    def settle(self):
        """Waits for the windows that are under way.

        Raises TrainingError if a cost or gradient is not a number; no checkpoint has it.
        """
        if not self.pending:
            return
        costs, gradients = torch.stack(self.pending).T.tolist()
        if not all(abs(number) < float("inf") for number in costs + gradients):
            raise TrainingError(self._not_finite())
        self.pending = []
        self.costs += map(in_bits, costs)
        self.gradient = gradients[-1]

    def _not_finite(self) -> str:
        """Names what is not a number any more."""
        seen = self.bytes_seen - len(self.pending) * self.window_bytes
        for name, gradient in self.parameters.gradients.items():
            if not torch.isfinite(gradient).all():
                return f"the gradient of {name} is not finite after {seen} bytes"
        return f"the loss is not finite after {seen} bytes"

    def validate(self) -> float:
        """Bits per byte on the validation text; keeps the weights if they are the best so far."""
        self.settle()
        if self.measured is not self.parameters:
            self.measured.flat.copy_(self.optimizer.average)
        bits = self.evaluator.bits_per_byte()
        self.schedule.validated(bits)
        if self.best is None or bits < self.best:
            self.best = bits
            if self.processes.is_first:
                checkpoint.write(
                    self.folder / BEST,
                    self.measured.tensors,
                    {"bytes": self.bytes_seen, "valid_bpc": bits, "finishing": self.is_finishing,
                     "recipe": self.recipe.what_trains()},
                )
        return bits

    # --- the run ----------------------------------------------------------------------------------

    def run(self, deadline: float = float("inf"), report_every: float = 10.0) -> bool:
        """Goes on until the end, or until `time.monotonic()` is at `deadline`, or a signal.

        Leaves a checkpoint in any case. True if the run is complete.
        """
        last_report = time.monotonic()
        last_bytes, self.costs = self.bytes_seen, []
        while self.windows == 0 or self.progress < 1:
            if self._should_finish() and not self.is_finishing:
                self._begin_finish()
            before = time.monotonic()
            self.train_window()
            now = time.monotonic()
            self.seconds += now - before
            at_end = self.progress >= 1
            valid = None
            if self.bytes_seen >= self.next_validation or at_end:
                self.next_validation = self.bytes_seen + self.recipe.valid.every
                valid = self.validate()
                # Should the machine fail, this much is kept.
                self.save(self.folder / CHECKPOINT)
            if valid is not None or now - last_report >= report_every:
                self.settle()
                speed = (self.bytes_seen - last_bytes) / max(now - last_report, 1e-9)
                self._log(sum(self.costs) / len(self.costs), valid, speed)
                last_report, last_bytes, self.costs = time.monotonic(), self.bytes_seen, []
            if self.processes.from_first(self.wants_stop or time.monotonic() >= deadline):
                break
        self.save(self.folder / CHECKPOINT)
        return self.progress >= 1

    def stop_on_signals(self):
        """Interrupt and terminate stop the run after the window at hand."""

        def stop(*_):
            self.wants_stop = True

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)

    def _log(self, train, valid, speed):
        left = (self.total - self.bytes_seen) / speed
        text = f"{self.bytes_seen / 1e6:9.1f} MB {100 * self.progress:5.1f} %  train {train:.4f}"
        text += f"  valid {valid:.4f}" if valid is not None else ""
        text += f"  rate {self.rate:.2e}  gradient {self.gradient:.3f}  {speed / 1e3:.1f} KB/s"
        self.report(text + f"  {max(left, 0) / 60:.0f} min left")
        if not self.processes.is_first:
            return
        path = self.folder / LOG
        path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not path.exists()
        with open(path, "a", newline="") as file:
            writer = csv.writer(file)
            if is_new:
                writer.writerow(LOG_COLUMNS)
            row = [f"{self.seconds:.1f}", f"{train:.5f}", "" if valid is None else f"{valid:.5f}"]
            writer.writerow(
                [self.bytes_seen, *row, f"{self.rate:.4e}", f"{self.gradient:.4f}", f"{speed:.0f}"]
            )
        if self.board is not None:
            board.add(self.board, self.bytes_seen, {
                "train_bpc": train, "valid_bpc": valid, "rate": self.rate, "gradient": self.gradient,
                "bytes_per_second": speed,
            })

    # --- checkpoints ------------------------------------------------------------------------------

    def save(self, path: Path):
        """Everything that `resume` needs. Called on all processes, written by the first."""
        self.settle()
        tensors = dict(self.parameters.tensors) | self.optimizer.tensors()
        for name, view in self.window.state().items():
            collected = self.processes.collect(view)
            if collected is not None:
                tensors[f"state.{name}"] = collected
        if self.processes.is_first:
            progress = {
                "recipe": self.recipe.what_trains(),
                "windows": self.windows,
                "seconds": self.seconds,
                "updates": self.optimizer.update_count,
                "schedule": self.schedule.state(),
                "best": self.best,
                "next_validation": self.next_validation,
                "finishing": self.is_finishing,
            }
            checkpoint.write(path, tensors, progress)
        self.processes.wait()

    def resume(self, path: Path):
        """Takes up the run that `path` was saved by. Raises CheckpointError."""
        tensors, progress = checkpoint.read(path)
        if "windows" not in progress:
            raise CheckpointError(f"{path} has weights but not the state of a run")
        self._compare(progress["recipe"])
        try:
            self.load_weights(tensors)
            self.optimizer.restore(tensors, progress["updates"])
        except (KeyError, RuntimeError) as error:
            raise CheckpointError(f"{path}: {error}") from None
        self.windows, self.seconds = progress["windows"], progress["seconds"]
        self.schedule.restore(progress["schedule"])
        self.next_validation = progress["next_validation"]
        if progress["finishing"]:
            self.is_finishing = True
            self._prepare()
        self.best = progress["best"]
        mine = slice(self.first_stream, self.first_stream + self.stream_count)
        self.window.set_state({n: tensors[f"state.{n}"][mine] for n in self.window.state()})
        self.window.pack()
        if self.processes.is_first:
            self._forget_later_log()

    def load_weights(self, tensors: dict[str, torch.Tensor]):
        """Begins from given weights instead of random ones. Raises CheckpointError."""
        found = checkpoint.weights(tensors, averaged=False)
        wanted = self.recipe.network.tensors()
        if {name: tuple(t.shape) for name, t in found.items()} != wanted:
            raise CheckpointError("the weights are of a network of another shape")
        self.parameters.load(found)
        if self.optimizer.average is not None:
            self.optimizer.average.copy_(self.parameters.flat)
        self.window.pack()

    def _compare(self, theirs: dict):
        ours = self.recipe.what_trains()
        # Of runs from when all slow cells were LSTMs.
        theirs = theirs | {"network": {"slow_cell": LSTM} | theirs.get("network", {})}
        differing = [
            f"{section}.{key}" if isinstance(value, dict) else section
            for section, value in ours.items()
            for key in (value if isinstance(value, dict) else [None])
            if (value != theirs.get(section) if key is None
                else value[key] != theirs.get(section, {}).get(key))
        ]
        fatal = [name for name in differing if name.startswith("network") or name in
                 ("train.streams", "train.steps")]
        if fatal:
            raise CheckpointError(f"the checkpoint has other values of {', '.join(fatal)}")
        if differing:
            print(f"note: not as in the checkpoint: {', '.join(differing)}", file=sys.stderr)

    def _forget_later_log(self):
        """Lines about what came after the checkpoint, which is going to be done again."""
        path = self.folder / LOG
        if not path.exists():
            return
        lines = path.read_text().splitlines(keepends=True)
        kept = [n for n in lines[1:] if int(n.split(",")[0]) <= self.bytes_seen]
        checkpoint.write_atomically(path, "".join(lines[:1] + kept).encode())
