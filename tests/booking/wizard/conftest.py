"""The wizard on Sunday, November 22, 2026, at 10:00 in New York, with the standard catalogue."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from tests.booking.wizard.visitor import Visitor
from tests.factories import make_catalogue
from totetaxi.lib import clock

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


class Clock:
    """The clock that the views read; a test may set it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()
    monkeypatch.setattr(clock, "now", stopped)
    return stopped


@pytest.fixture
def visitor(db: None, frozen: Clock) -> Visitor:
    cache.clear()  # how often something was asked
    make_catalogue()
    return Visitor()
