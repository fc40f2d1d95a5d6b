"""The calls that are being served, so that a reset forgets these too."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Serving:
    """Counts the calls under way, and lets each take its time until somebody waits for the end."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._calls = 0
        self._hurried = False

    @contextmanager
    def call(self) -> Iterator[None]:
        """Count one call while it is served."""
        with self._changed:
            self._calls += 1
        try:
            yield
        finally:
            with self._changed:
                self._calls -= 1
                self._changed.notify_all()

    def pause(self, seconds: float) -> None:
        """Be slow; shorter where somebody waits for the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._hurried, timeout=seconds)

    def end(self) -> None:
        """Return once no call is under way. Pauses are cut short."""
        with self._changed:
            self._hurried = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._calls == 0)
            self._hurried = False
