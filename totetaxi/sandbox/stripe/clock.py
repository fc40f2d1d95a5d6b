"""The time inside the sandbox: the machine's, plus an offset that tests may set."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from .store import Store


class Clock:
    """Unix seconds; the offset is remembered, so a restart does not turn time back."""

    def __init__(self, store: Store) -> None:
        """Read the remembered offset."""
        self._store = store
        self._offset: float = store.setting("clock_offset", 0.0)
        self._pinned = threading.local()

    @property
    def offset(self) -> float:
        """Seconds that the sandbox is ahead of the machine."""
        return self._offset

    def set_offset(self, seconds: float) -> None:
        """Set how far the sandbox is ahead of the machine."""
        self._offset = seconds
        self._store.set_setting("clock_offset", seconds)

    def now(self) -> int:
        """Return the time in whole Unix seconds."""
        return int(self.precise())

    def precise(self) -> float:
        """Return the time in Unix seconds, for schedules."""
        pinned: float | None = getattr(self._pinned, "moment", None)
        return time.time() + self._offset if pinned is None else pinned

    @contextmanager
    def at(self, moment: float) -> Iterator[None]:
        """Let this thread live at another moment, to make what happened long ago."""
        self._pinned.moment = moment
        try:
            yield
        finally:
            self._pinned.moment = None
