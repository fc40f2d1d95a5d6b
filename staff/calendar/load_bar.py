"""The bar of a van's load: a segment for each booking, as parts of a hundred."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """One booking's part of the bar, in percent. `kind`: kept, hold (unpaid) or done."""

    x: str
    width: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBar:
    """What a van holds and could hold, in pieces. It may hold more than it should."""

    used: int
    pieces: int
    segments: tuple[Segment, ...]

    @property
    def over(self) -> int:
        """The pieces that are too many; 0 for none."""
        return max(self.used - self.pieces, 0)


def load_bar(parts: Iterable[tuple[int, str]], pieces: int) -> LoadBar:
    """The bar of `(pieces, kind)` in order, in a van that takes so many."""
    kept = [(count, kind) for count, kind in parts if count]
    used = sum(count for count, _kind in kept)
    whole = max(used, pieces, 1)
    segments, start = [], 0
    for count, kind in kept:
        segments.append(Segment(_percent(start, whole), _percent(count, whole), kind))
        start += count
    return LoadBar(used=used, pieces=pieces, segments=tuple(segments))


def _percent(count: int, whole: int) -> str:
    return f"{100 * count / whole:.2f}%"
