"""The catalogue and the fleet as frozen values, kept in the process while their stamp holds.

Each write to one of their rows changes the stamp in its own transaction (`models.versioned`), so
a snapshot costs one query of one row, and is never older than the last committed change.
"""

from dataclasses import dataclass
from uuid import UUID

from booking.catalogue.fleet import Fleet, load_fleet
from booking.catalogue.price_book import load_price_book
from booking.models import CatalogueVersion, PolicySetting
from booking.pricing.types import PriceBook


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What there was to buy, the vans, and the figures of the policy, at one stamp."""

    stamp: UUID | None
    book: PriceBook
    fleet: Fleet
    policy: PolicySetting


class _Kept:
    """The process's last snapshot. Replaced as a whole, so that threads never see half of one."""

    snapshot: Snapshot | None = None


def get_snapshot(stamp: UUID | None = None) -> Snapshot:
    """The current catalogue and fleet. One query, or as many as it takes to load them anew.

    Keep the answer for as long as one request takes, and pass it on: that costs no query. Nor
    does a caller pay one that has just read the `stamp` along with a row of its own.
    """
    stamp = stamp or CatalogueVersion.current_stamp()
    kept = _Kept.snapshot
    if kept is not None and stamp is not None and kept.stamp == stamp:
        return kept
    return _load(stamp)


def _load(stamp: UUID | None) -> Snapshot:
    """Load until no row changed meanwhile: half of a change must not become a price."""
    while True:
        fresh = Snapshot(stamp, load_price_book(), load_fleet(), PolicySetting.current())
        stamp = CatalogueVersion.current_stamp()
        if fresh.stamp == stamp:
            _Kept.snapshot = fresh
            return fresh


def get_price_book() -> PriceBook:
    """The current price book (see `get_snapshot`, which also has the fleet for the same query)."""
    return get_snapshot().book
