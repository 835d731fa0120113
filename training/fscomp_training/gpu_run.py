"""A whole training run on a machine that is lent for some minutes and has nothing but PyTorch.

`training/run-on-gpu.sh` is how to call it. What may crash, hang or leave a device unusable is done
in processes of its own; this one watches the clock and never touches the device.
"""

import argparse
import dataclasses
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

STARTED = time.monotonic()

import torch  # noqa: E402

from . import checkpoint, data_pack, engines, fixed_point, returned  # noqa: E402
from .cell import Manner  # noqa: E402
from .checkpoint import CheckpointError  # noqa: E402
from .evaluation import Evaluator  # noqa: E402
from .noise import Regularization  # noqa: E402
from .parameters import Parameters  # noqa: E402
from .recipe import Recipe, RecipeError, resolve  # noqa: E402
from .shape import NetworkShape  # noqa: E402
from .streams import read_bytes  # noqa: E402
from .timed import Plan, TimedTrainer, fitted  # noqa: E402
from .trainer import BEST, CHECKPOINT, TrainingError  # noqa: E402

TRAINING = Path(__file__).resolve().parents[1]
DATA, RUN = "data", "run"  # folders in the working folder
PATIENCE = 10.0  # seconds until a process that was asked to end is ended
HALVINGS = 2  # of the rate, after numbers that were none
# A step of any number of lanes takes 20 ms on an H100, nearly all of it in starting kernels.
FIXED_POINT_LANES, FIXED_POINT_STEPS = 1024, 256


class NothingWorks(Exception):
    """No engine computes what it should, or there is no time left to find one."""


def say(line: str):
    print(f"[{time.monotonic() - STARTED:6.1f} s] {line}", flush=True)


# --- in processes of their own --------------------------------------------------------------------


def look(device: str) -> dict:
    """What there is."""
    found = {"torch": torch.__version__, "python": sys.version.split()[0], "device": "cpu"}
    try:
        import triton

        found["triton"] = triton.__version__
    except ImportError:
        found["triton"] = None
    if device != "cpu" and torch.cuda.is_available():
        found["device"] = torch.cuda.get_device_name(0)
        found["memory_gb"] = round(torch.cuda.get_device_properties(0).total_memory / 1e9, 1)
    elif device == "cuda":
        raise RuntimeError("there is no GPU")
    return found


def probe(engine: engines.Engine, recipe: Recipe, device: str) -> dict:
    """Whether an engine is right, and how fast."""
    machine = engine.machine(device)
    engines.check(recipe, machine)
    return dataclasses.asdict(engines.measure(recipe, machine))


def train(
    engine, recipe: Recipe, device: str, run: Path, plan: Plan, speed: engines.Speed,
    resumed: Path | None, origin: Path | None, text_factor: float, end: float,
) -> dict:
    trainer = TimedTrainer(
        fitted(recipe, plan, speed), engine.machine(device), run, plan, speed, report=say
    )
    trainer.stop_on_signals()
    if resumed:
        trainer.resume(resumed)
        say(f"going on after {trainer.bytes_seen / 1e6:.1f} MB")
    elif origin:
        trainer.load_weights(checkpoint.read(origin)[0])
    trainer.begin()
    found = {
        "symbols": trainer.bytes_seen,
        "planned_symbols": trainer.total,
        "complete": trainer.progress >= 1,
        "finishing": trainer.is_finishing,
        "training_seconds": round(trainer.seconds, 1),
    }
    trainer.window = trainer.passes = trainer.evaluator = None  # room on the device
    if not trainer.wants_stop:
        found |= evaluate(engine, recipe, device, run, speed, text_factor, end)
    return found


def evaluate(engine, recipe, device, run: Path, speed, text_factor: float, end: float) -> dict:
    """Bits a symbol and an original byte, of the validation text or, for want of time, a part.

    text_factor: symbols a byte.
    """
    if not (run / BEST).exists():
        return {}
    machine = engine.machine(device)
    tensors, progress = checkpoint.read(run / BEST)
    tensors, finishing = checkpoint.weights(tensors), progress["finishing"]
    text, lanes = read_bytes(resolve(recipe.data.valid)), recipe.valid.lanes
    room = int(max(0.0, end - time.monotonic() - speed.preparation) * speed.validation)
    text = text[: max(lanes, min(len(text), room))]
    parameters = Parameters(recipe.network, device=machine.processes.device, gradients=False)
    parameters.load(tensors)
    regularization = recipe.regularization
    if finishing:
        regularization = Regularization(keep_input=regularization.keep_input)
    bits = Evaluator(
        text, lanes, parameters, compute=machine.compute, align=machine.align,
        manner=Manner(regularization.thresholds, expected=True, quantized=finishing),
        quantized_weights=finishing, kernels=machine.kernels, graphs=machine.graphs,
        processes=machine.processes,
    ).bits_per_byte()
    found = {
        "valid_symbols": len(text) // lanes * lanes,
        "bits_per_symbol": round(bits, 5),
        "symbols_per_byte": round(text_factor, 6),
        "bits_per_byte": round(bits * text_factor, 5),
    }
    say(f"validation: {bits:.4f} bits a symbol, {bits * text_factor:.4f} an original byte")
    shape = NetworkShape.of(tensors)
    whole = shape.fast_units % 16 == shape.slow_units % 16 == 0
    if finishing and whole and shape.is_all_lstms:
        text = text[: FIXED_POINT_LANES * FIXED_POINT_STEPS]
        lanes = min(FIXED_POINT_LANES, max(1, len(text) // 16))
        bits = fixed_point.bits_per_byte(tensors, text, lanes, machine.processes.device)
        found["fixed_point"] = {
            "symbols": len(text) // lanes * lanes, "lanes": lanes,
            "bits_per_symbol": round(bits, 5), "bits_per_byte": round(bits * text_factor, 5),
        }
    return found


# --- here -----------------------------------------------------------------------------------------


class Conductor:
    def __init__(self, options):
        self.options = options
        self.limit, self.work, self.out = options.limit, options.work, options.out
        self.run_folder = self.work / RUN
        self.run_folder.mkdir(parents=True, exist_ok=True)
        self.stopped = False
        self.notes: dict = {"status": "began", "recipe": options.recipe.stem, "engines": {}}
        self.collected = None
        self.processes = multiprocessing.get_context("fork")

    @property
    def left(self) -> float:
        return STARTED + self.limit - time.monotonic()

    # --- processes --------------------------------------------------------------------------------

    def attempt(self, what: str, seconds: float, action, *arguments, watch=None) -> dict:
        """What `action` returns, done in a process of its own, or {"error": ...}."""
        say(what)
        began = time.monotonic()
        answer = self.work / "answer.json"
        answer.unlink(missing_ok=True)
        process = self.processes.Process(
            target=_in_child, args=(answer, self.options.threads, action, arguments), daemon=False
        )
        process.start()
        ends = False
        while process.is_alive():
            process.join(0.2)
            if watch:
                watch()
            if process.is_alive() and (self.stopped or time.monotonic() - began > seconds):
                if not ends:
                    ends = time.monotonic()
                    process.terminate()
                elif time.monotonic() - ends > PATIENCE:
                    process.kill()
        if answer.exists():
            result = json.loads(answer.read_text())
        elif ends and not self.stopped:
            result = {"error": f"stopped after {seconds:.0f} s"}
        else:
            result = {"error": f"ended with status {process.exitcode}"}
        if "error" in result:
            say(f"{what}: {result['error']}")
        return result

    # --- steps ------------------------------------------------------------------------------------

    def perform(self):
        notes, options = self.notes, self.options
        notes["machine"] = self.attempt(
            "what there is", self.limit / 6, look, options.device
        )
        if "error" in notes["machine"]:
            raise NothingWorks(notes["machine"]["error"])
        say(json.dumps(notes["machine"]))
        tests = self._start_tests()
        texts = self._texts()
        recipe = Recipe.read(options.recipe, options.set)
        for source in [*recipe.data.sources(), Path(resolve(recipe.data.valid))]:
            path = getattr(source, "path", source)
            if not path.exists():
                raise FileNotFoundError(f"{path} is neither here nor in the pack")
        shutil.copyfile(options.recipe, self.run_folder / "recipe.toml")
        factor = texts[recipe.data.valid].symbols_per_byte if recipe.data.valid in texts else 1.0
        self._finish_tests(tests)
        self._train(recipe, factor)

    def _texts(self) -> dict[str, data_pack.Text]:
        if not self.options.data:
            return {}
        texts = data_pack.unpack(self.options.data, self.work / DATA)
        os.environ["FSCOMP_TRAINING_ROOT"] = str(self.work / DATA)
        say(f"unpacked {self.options.data}:\n{data_pack.table(texts)}")
        self.notes["texts"] = [dataclasses.asdict(text) for text in texts]
        return {text.name: text for text in texts}

    def _start_tests(self):
        if self.notes["machine"]["device"] == "cpu":
            self.notes["cuda_tests"] = "there is no GPU"
            return None
        if self.options.engine:
            self.notes["cuda_tests"] = "left out: an engine was given"
            return None
        report = open(self.work / "tests.txt", "wb")
        return subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore",
             TRAINING / "tests/test_cuda.py"], stdout=report, stderr=subprocess.STDOUT,
        ), time.monotonic() + min(60.0, self.limit / 9)

    def _finish_tests(self, tests):
        """Their result is for the reader: what decides is each engine's own check."""
        if not tests:
            return
        process, end = tests
        try:
            status = process.wait(max(0.1, end - time.monotonic()))
            verdict = "passed" if status == 0 else f"failed with status {status}"
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            verdict = "not done in time"
        text = (self.work / "tests.txt").read_text(errors="replace")
        say(f"tests on the GPU: {verdict}\n{text[-3000:]}")
        self.notes["cuda_tests"] = verdict

    def _usable(self, recipe: Recipe):
        """Engines that pass, with their speed: the fastest of a group first, then later groups."""
        for group in engines.groups(self.options.engine):
            passed = []
            for engine in group:
                if self.stopped or self.left < self.limit / 4:
                    break
                result = self.attempt(
                    f"trying {engine.name}", min(90.0, self.limit / 6), probe, engine, recipe,
                    self.options.device,
                )
                self.notes["engines"][engine.name] = result
                if "error" not in result:
                    speed = engines.Speed(**result)
                    say(f"{engine.name}: {speed.training / 1e6:.3f} MB/s")
                    passed.append((engine, speed))
            yield from sorted(passed, key=lambda found: -found[1].training)

    def _train(self, recipe: Recipe, factor: float):
        options, halvings, result, engine = self.options, 0, None, None
        resumed = self._resumed()
        usable = self._usable(recipe)
        while not self.stopped:
            if engine is None:
                engine, speed = next(usable, (None, None))
                if engine is None:
                    break
            plan, end = self._plan(recipe, speed)
            if plan.end - time.monotonic() < self.limit / 50:
                break
            self.notes["engine"] = engine.name
            result = self.attempt(
                f"training with {engine.name}", end - time.monotonic(), train, engine, recipe,
                options.device, self.run_folder, plan, speed, resumed, options.origin, factor, end,
                watch=self._watch,
            )
            if "error" not in result:
                self.notes |= {"status": "stopped" if self.stopped else "done", **result}
                return
            self.notes.setdefault("failures", []).append(f"{engine.name}: {result['error']}")
            if (self.run_folder / CHECKPOINT).exists():
                resumed = self.run_folder / CHECKPOINT
            if result.get("kind") == TrainingError.__name__ and halvings < HALVINGS:
                halvings += 1
                optimizer = dataclasses.replace(recipe.optimizer, rate=recipe.optimizer.rate / 2)
                recipe = dataclasses.replace(recipe, optimizer=optimizer)
                say(f"going on with half of the rate, {optimizer.rate:g}")
            else:
                engine = None
        if result is None and not self.stopped:
            raise NothingWorks("no engine passed in the time that there was")
        self.notes["status"] = "stopped" if self.stopped else "failed"
        if result is not None and engine is not None and not self.stopped and self.left > 10:
            # Training was cut off, but it has left weights.
            self.notes |= self.attempt(
                "evaluating", self.left - 5, evaluate, engine, recipe, options.device,
                self.run_folder, speed, factor, STARTED + self.limit - 10,
            )

    def _resumed(self) -> Path | None:
        if not self.options.resume:
            return None
        restored = returned.restore(self.options.resume, self.run_folder)
        path = self.run_folder / CHECKPOINT
        if path not in restored:
            raise CheckpointError(
                f"{self.options.resume} has weights only: restore them, and begin with --from"
            )
        return path

    def _plan(self, recipe: Recipe, speed) -> tuple[Plan, float]:
        """When training has to end, and when the evaluation after it."""
        collecting = min(self.limit / 12, 1 + recipe.network.parameters * 16 / 30e6)
        valid = resolve(recipe.data.valid).stat().st_size
        evaluating = 1 + speed.preparation + 1.2 * valid / speed.validation
        # Fixed point takes its time for each step, however few lanes take it.
        evaluating += min(10.0, self.limit / 50)
        end = STARTED + self.limit - collecting
        plan = Plan(
            end=end - min(self.limit / 8, evaluating),
            seconds=0.75 * self.limit,
            later_calls=self.options.later_calls,
        )
        return plan, end

    def _watch(self):
        """Whenever there is a new checkpoint, it goes where it survives this machine."""
        try:
            stamp = (self.run_folder / CHECKPOINT).stat().st_mtime_ns
        except FileNotFoundError:
            return
        if stamp != self.collected:
            self.collected = stamp
            self.collect()

    def collect(self):
        self.notes["seconds"] = round(time.monotonic() - STARTED, 1)
        try:
            returned.collect(self.run_folder, self.out, self.notes, self.options.room)
        except (CheckpointError, OSError) as error:
            say(f"nothing could be returned this time: {error}")


def _in_child(answer: Path, threads: int | None, action, arguments):
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if threads:
        torch.set_num_threads(threads)
    try:
        result = action(*arguments)
    except BaseException as error:
        traceback.print_exc()
        first = (str(error).splitlines() or [""])[0]
        result = {"error": f"{type(error).__name__}: {first}", "kind": type(error).__name__}
    checkpoint.write_atomically(answer, json.dumps(result).encode())
    sys.stdout.flush()
    sys.stderr.flush()
    # Neither the parent's clean-up nor that of a broken device.
    os._exit(0)


def run(options) -> int:
    conductor = Conductor(options)

    def stop(*_):
        conductor.stopped = True

    handlers = {n: signal.signal(n, stop) for n in (signal.SIGTERM, signal.SIGINT)}
    torch.set_num_threads(1)  # threads of this process would be missing in those that it forks
    try:
        conductor.perform()
    except (NothingWorks, RecipeError, CheckpointError, data_pack.PackError, OSError,
            ValueError) as error:
        conductor.notes["status"] = f"failed: {error}"
    finally:
        conductor.collect()
        for number, handler in handlers.items():
            signal.signal(number, handler)
    say(f"{conductor.notes['status']}: {options.out}")
    return 0 if conductor.notes["status"] == "done" else 1


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="run-on-gpu.sh",
        description="Trains by a recipe in one call of some minutes, on a machine that has nothing "
        "but PyTorch. With --pack: packs the texts for that; --pack --help.",
    )
    parser.add_argument("--recipe", type=Path, metavar="FILE")
    parser.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE",
                        help="change one value of the recipe; may be repeated")
    parser.add_argument("--data", type=Path, metavar="PACK",
                        help="texts, as --pack makes them (default: those of the repository)")
    parser.add_argument("--out", type=Path, metavar="FOLDER",
                        default=os.environ.get("OUT") and Path(os.environ["OUT"]),
                        help="where everything goes that is to come back (default: $OUT)")
    parser.add_argument("--limit", type=float, default=540, metavar="SECONDS",
                        help="for everything together (default: 540)")
    parser.add_argument("--room", type=int, default=returned.TOTAL, metavar="BYTES",
                        help="for what comes back; weights and checkpoint lose digits, or the "
                             "checkpoint is left out, to fit (default: %(default)s)")
    parser.add_argument("--later-calls", type=int, default=0, metavar="N",
                        help="the run goes on in N calls after this one, and its schedule ends "
                             "with the last (default: 0)")
    parser.add_argument("--resume", type=Path, metavar="FOLDER",
                        help="go on with what an earlier call has put into FOLDER")
    parser.add_argument("--from", dest="origin", type=Path, metavar="WEIGHTS",
                        help="begin from the weights of a checkpoint, with a new optimizer")
    parser.add_argument("--engine", metavar="NAME",
                        help="try this one first, and alone if it passes, without the tests: "
                             "that of an earlier call, as its summary names it")
    parser.add_argument("--device", choices=["auto", "cuda", "cpu"], default="auto")
    parser.add_argument("--threads", type=int, metavar="N", help="processor threads")
    parser.add_argument("--restore", type=Path, metavar="FOLDER",
                        help="only put together in --out what an earlier call put into FOLDER")
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--collect", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    if not options.out:
        parser.error("--out or $OUT must say where the results go")
    if not (options.recipe or options.restore or options.collect):
        parser.error("--recipe is needed")
    if options.resume and options.origin:
        parser.error("--from begins a run; it does not go with --resume")
    return options


def main(words: list[str] | None = None) -> int:
    options = arguments(words)
    try:
        if options.restore:
            for path in returned.restore(options.restore, options.out):
                print(path)
        elif options.collect:
            notes = {"status": "ended by force"}
            if (options.out / returned.SUMMARY).exists():
                notes = json.loads((options.out / returned.SUMMARY).read_text()) | notes
            returned.collect(options.work / RUN, options.out, notes, options.room)
        else:
            return run(options)
        return 0
    except (CheckpointError, OSError) as error:
        print(f"run-on-gpu: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is on the disk. What a broken device would still hold up is not waited for.
    os._exit(status)
