"""What a cancellation gives back (DECISIONS.md, 10). Hours are elapsed hours, whatever the zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from booking.pricing.words import Sentence, gettext_noop, sentence, spoken_percent
from totetaxi.lib.money import percent_of


@dataclass(frozen=True, slots=True)
class CancellationPolicy:
    """In full while so many hours remain before the pickup, then a share."""

    full_hours: int = 48
    late_percent: Decimal = Decimal(50)


@dataclass(frozen=True, slots=True)
class RefundShare:
    """What is given back, in cents, and why that much."""

    amount_cents: int
    reason: Sentence


def cancellation_refund(
    *,
    captured_cents: int,
    refunded_cents: int,
    pickup_at: datetime,
    now: datetime,
    is_started: bool = False,
    our_fault: bool = False,
    policy: CancellationPolicy,
) -> RefundShare:
    """The share of (captured - refunded) that goes back. `pickup_at` and `now` are aware.

    `is_started`: the booking is in progress or over.
    """
    kept = max(captured_cents - refunded_cents, 0)
    if our_fault:
        return RefundShare(kept, sentence(gettext_noop("In full, as the fault is ours")))
    if is_started:
        return RefundShare(0, sentence(gettext_noop("Nothing once the pickup has begun")))
    # Both in UTC: Python would compare the wall clocks of two times in one zone.
    ahead = pickup_at.astimezone(UTC) - now.astimezone(UTC)
    if ahead >= timedelta(hours=policy.full_hours):
        return RefundShare(
            kept,
            sentence(
                gettext_noop("In full, at least {hours} hours before pickup"),
                hours=policy.full_hours,
            ),
        )
    return RefundShare(
        percent_of(kept, policy.late_percent),
        sentence(
            gettext_noop("{percent}%, less than {hours} hours before pickup"),
            percent=spoken_percent(policy.late_percent),
            hours=policy.full_hours,
        ),
    )
