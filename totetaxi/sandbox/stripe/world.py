"""One running sandbox: its settings, memory, clock, faults, and the work that time brings."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from .clock import Clock
from .config import Config
from .control.faults import Faults
from .serving import Serving
from .store import Store


@dataclass(frozen=True, slots=True)
class Cause:
    """The API call that made something happen; both are None when a person or time did."""

    request_id: str | None = None
    idempotency_key: str | None = None


class World:
    """What every part of the sandbox is given. Everything that lasts is in the store."""

    def __init__(self, config: Config) -> None:
        """Open the store that the settings name."""
        self.config = config
        self.store = Store(config.database)
        self.clock = Clock(self.store)
        self.faults = Faults()
        self.serving = Serving()
        self.wake = threading.Event()
        """Set when a webhook was queued, so that the sender need not wait for its next look."""
        self._here = threading.local()

    @property
    def public_url(self) -> str:
        """Where a browser reaches the payment page, without a slash at the end."""
        return (self.config.public_url or f"http://127.0.0.1:{self.config.port}").rstrip("/")

    def configure(self, **changes: Any) -> None:
        """Change settings while running (`webhook_url`, `settle_seconds`, ...)."""
        self.config = replace(self.config, **changes)

    @property
    def cause(self) -> Cause:
        """The API call that the current thread serves."""
        return getattr(self._here, "cause", Cause())

    @cause.setter
    def cause(self, cause: Cause) -> None:
        self._here.cause = cause

    @property
    def quiet(self) -> bool:
        """Whether what the current thread does makes no events."""
        return getattr(self._here, "quiet", False)

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """Make no events and no webhooks in this thread, as for seeded payments."""
        self._here.quiet = True
        try:
            yield
        finally:
            self._here.quiet = False
