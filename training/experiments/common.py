"""What the experiments share: texts, results that are kept as they come, and pictures."""

import json
import math
import os
import sys
from html import escape
from pathlib import Path

TRAINING = Path(__file__).resolve().parents[1]
DATA = TRAINING.parent / "corpora" / "data"
SCRATCH = TRAINING.parent / ".build" / "experiments"  # checkpoints, not kept
sys.path.insert(0, str(TRAINING))

COLORS = ["#1b6ca8", "#d1495b", "#3c8d40", "#8a5a9e", "#e09f3e", "#2a9d8f", "#7a7a7a", "#9c4a1a",
          "#4a4e9c", "#b8860b"]


def be_modest():
    """One thread at low priority."""
    import torch

    torch.set_num_threads(1)
    os.nice(10)


def read_text(path: Path, count: int, start: int = 0):
    """Bytes of a file as uint8. Raises ValueError if there are fewer than `count`."""
    import torch

    with open(path, "rb") as file:
        file.seek(start)
        content = file.read(count)
    if len(content) < count:
        raise ValueError(f"{path} has {len(content)} bytes from {start} on, not {count}")
    return torch.frombuffer(bytearray(content), dtype=torch.uint8)


class Results:
    """A JSON file of named results, written whenever one is added."""

    def __init__(self, path: Path):
        self.path = path
        self.entries = json.loads(path.read_text()) if path.exists() else {}

    def add(self, name: str, entry: dict):
        self.entries[name] = entry
        lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in self.entries.items()]
        self.path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


class Axis:
    """From numbers to pixels, linear or logarithmic, with round ticks."""

    def __init__(self, values, first: float, last: float, log: bool = False):
        self.log, self.first, self.last = log, first, last
        low, high = min(values), max(values)
        if log:
            low, high = math.log10(low), math.log10(high)
        margin = 0.05 * (high - low or 1)
        self.low, self.high = low - margin, high + margin

    def __call__(self, value: float) -> float:
        position = math.log10(value) if self.log else value
        return self.first + (position - self.low) / (self.high - self.low) * (
            self.last - self.first
        )

    def ticks(self) -> list[float]:
        if self.log:
            low, high = math.floor(self.low), math.ceil(self.high)
            steps = (1, 2, 5) if high - low <= 3 else (1,)
            values = [step * 10.0**power for power in range(low, high + 1) for step in steps]
            return [v for v in values if self.low <= math.log10(v) <= self.high]
        rough = (self.high - self.low) / 5
        unit = 10 ** math.floor(math.log10(rough))
        step = next(s * unit for s in (1, 2, 5, 10) if s * unit >= rough)
        first = math.ceil(self.low / step)
        return [i * step for i in range(first, math.floor(self.high / step) + 1)]


class Panel:
    """One diagram of a picture: named series of points, as lines or as dots."""

    def __init__(self, title, x_label, y_label, *, log_x=False, log_y=False, dots=False):
        self.title, self.x_label, self.y_label = title, x_label, y_label
        self.log_x, self.log_y, self.dots = log_x, log_y, dots
        self.series: list[tuple[str, list[tuple[float, float]]]] = []

    def add(self, name: str, points):
        self.series.append((name, list(points)))

    def svg(self, left: float, top: float, width: float, height: float) -> list[str]:
        points = [point for _, series in self.series for point in series]
        # Names of lines have a column of their own.
        legend = 0 if self.dots else 10 + 7 * max(len(name) for name, _ in self.series)
        x = Axis([p[0] for p in points], left + 60, left + width - 12 - legend, self.log_x)
        y = Axis([p[1] for p in points], top + height - 44, top + 28, self.log_y)
        middle = (x.first + x.last) / 2
        out = [_label(middle, top + 16, self.title, "middle", bold=True)]
        out.append(_label(middle, top + height - 8, self.x_label, "middle"))
        out.append(_label(left + 4, top + 26, self.y_label, "start"))
        for tick in x.ticks():
            out.append(_line(x(tick), y.first, x(tick), y.last, "#e4e4e4"))
            out.append(_label(x(tick), y.first + 15, f"{tick:g}", "middle"))
        for tick in y.ticks():
            out.append(_line(x.first, y(tick), x.last, y(tick), "#e4e4e4"))
            out.append(_label(x.first - 5, y(tick) + 4, f"{tick:.4g}", "end"))
        for i, (name, series) in enumerate(self.series):
            color = COLORS[i % len(COLORS)]
            placed = [(x(a), y(b)) for a, b in series]
            if self.dots:
                for a, b in placed:
                    out.append(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" fill="{color}"/>')
                    out.append(_label(a + 6, b + 4, name, "start"))
            else:
                path = " ".join(f"{a:.1f},{b:.1f}" for a, b in placed)
                out.append(
                    f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="1.8"/>'
                )
                out.append(_label(x.last + 10, top + 40 + 15 * i, name, "start", color))
        return out


def draw(path: Path, panels: list[Panel], width: int = 560, height: int = 340):
    """Panels one below the other, as SVG."""
    total = height * len(panels)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{total}" '
        f'viewBox="0 0 {width} {total}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{total}" fill="white"/>',
    ]
    for i, panel in enumerate(panels):
        lines += panel.svg(0, i * height, width, height)
    path.write_text("\n".join(lines + ["</svg>"]) + "\n")


def _label(x, y, text, anchor, color="#222", bold=False):
    weight = ' font-weight="bold"' if bold else ""
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}"{weight}>'
            f"{escape(text)}</text>")


def _line(x1, y1, x2, y2, color):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{color}"/>')
