"""Small charts: a bar a day, a line where it was four weeks earlier. Pure: paths for an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 560, 120
SHARE = 0.64  # of a day's width that its bar takes


@dataclass(frozen=True)
class Chart:
    """Paths in a box of 560 x 120 units, and the figure at its upper edge."""

    bars: str
    before: str
    top: int


def draw(values: Sequence[int], before: Sequence[int]) -> Chart:
    """A chart of as many days as there are values; what is below zero has no bar."""
    top = nice_top(max([*values, *before, 1]))
    step = WIDTH / max(len(values), 1)
    bars = "".join(_bar(n * step, step, value / top) for n, value in enumerate(values) if value > 0)
    lines = "".join(_line(n * step, step, value / top) for n, value in enumerate(before))
    return Chart(bars, lines, top)


def nice_top(most: int) -> int:
    """The next round figure: 1 to 6 or 8, with zeros behind it."""
    power = 1
    while True:
        for figure in (1, 2, 3, 4, 5, 6, 8):
            if figure * power >= most:
                return figure * power
        power *= 10


def _bar(x: float, step: float, share: float) -> str:
    width, height = step * SHARE, share * HEIGHT
    return f"M{x + (step - width) / 2:.1f} {HEIGHT}v-{height:.1f}h{width:.1f}v{height:.1f}z"


def _line(x: float, step: float, share: float) -> str:
    height = HEIGHT - max(share, 0) * HEIGHT
    return f"M{x + step * 0.1:.1f} {height:.1f}h{step * 0.8:.1f}"
