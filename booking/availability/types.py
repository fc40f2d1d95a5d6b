"""What is known of the vans of a day. Counts are passed in; nothing here reads a database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Need(Protocol):
    """The room that a request takes; the engine's `Quote.room` is one."""

    @property
    def pieces(self) -> int:
        """How many pieces' room it takes."""

    @property
    def needs_rack(self) -> bool:
        """Whether the van must have a specialty rack."""

    @property
    def whole_van(self) -> bool:
        """Whether it takes a whole empty van."""


@dataclass(frozen=True, slots=True)
class VanLoad:
    """One van on one day, and what is held in it."""

    number: int
    id: UUID
    pieces: int = 60
    has_rack: bool = False
    used_pieces: int = 0
    whole_taken: bool = False

    @property
    def free_pieces(self) -> int:
        """The pieces that still fit; 0 once the van belongs to one booking alone."""
        return 0 if self.whole_taken else max(self.pieces - self.used_pieces, 0)


@dataclass(frozen=True, slots=True)
class DayLoad:
    """The vans in service on a New York day, in order of number.

    `used_pieces` counts all that is held that day, also in vans since taken out of service;
    a cap counts against it. `cap_pieces` None: no cap.
    """

    date: date
    vans: tuple[VanLoad, ...] = ()
    is_closed: bool = False
    closed_reason: str = ""
    cap_pieces: int | None = None
    used_pieces: int = 0


Calendar = Mapping[date, DayLoad]


class RoomState(StrEnum):
    """Whether a day has room for a request."""

    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class DayRoom:
    """A day's answer to one request: `left` more like it would fit."""

    date: date
    state: RoomState
    left: int = 0
    closed_reason: str = ""

    @property
    def is_scarce(self) -> bool:
        """Whether to show "N left" (DECISIONS.md, 18)."""
        return self.state is RoomState.OPEN and self.left <= SCARCE_AT


SCARCE_AT = 3
