"""The cancellation policy in words, for one pickup (DECISIONS.md, 10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from booking.catalogue.words import translated
from booking.pricing.refunds import CancellationPolicy, RefundShare
from totetaxi.lib.clock import new_york
from totetaxi.lib.money import usd

if TYPE_CHECKING:
    from booking.models import PolicySetting

# DECISIONS.md, 20: a certificate is on file a day before.
CERTIFICATE_HOURS = 24


def certificate_due_at(pickup_at: datetime) -> datetime:
    """When the building's certificate must be on file, in UTC: elapsed hours before pickup."""
    return pickup_at.astimezone(UTC) - timedelta(hours=CERTIFICATE_HOURS)


def free_until(pickup_at: datetime, setting: PolicySetting) -> datetime:
    """The last instant, in UTC, at which cancelling costs nothing. Hours are elapsed hours."""
    return pickup_at.astimezone(UTC) - timedelta(hours=setting.full_refund_hours)


def policy_sentence(pickup_at: datetime, now: datetime, setting: PolicySetting) -> str:
    """What changing or cancelling costs for a pickup at `pickup_at`, as of `now` (both aware).

    "Change or cancel without charge until Thursday, December 3, at 9:00 AM. After that, half of
    the price is kept." Where the free time is already over, the charge comes first.
    """
    if now > pickup_at:
        return _("Once we have collected, the price is no longer refunded.")
    kept = _kept_words(setting)
    if not kept:
        return _("Change or cancel without charge until we collect.")
    deadline = free_until(pickup_at, setting)
    if now > deadline:
        return _(
            "Pickup is less than %(hours)d hours away: if you change or cancel, %(kept)s is kept."
        ) % {"hours": setting.full_refund_hours, "kept": kept}
    local = new_york(deadline)
    return _(
        "Change or cancel without charge until %(day)s, at %(time)s. After that, %(kept)s is kept."
    ) % {
        "day": date_format(local, "l, F j"),
        "time": date_format(local, "g:i A"),
        "kept": kept,
    }


def cancellation_policy(setting: PolicySetting) -> CancellationPolicy:
    """The figures in force, for the pure rules."""
    return CancellationPolicy(
        full_hours=setting.full_refund_hours, late_percent=Decimal(setting.late_refund_percent)
    )


def refund_sentence(share: RefundShare, paid_cents: int) -> str:
    """What a cancellation gives back of what was paid, and why that much."""
    why = translated(share.reason)
    if not share.amount_cents:
        return _("Nothing is returned: %(why)s.") % {"why": _lower_first(why)}
    return _("%(amount)s of %(paid)s goes back to the card that paid: %(why)s.") % {
        "amount": usd(share.amount_cents),
        "paid": usd(paid_cents),
        "why": _lower_first(why),
    }


def _lower_first(text: str) -> str:
    """Words that stand in the middle of a sentence; a figure stays as it is."""
    return text[:1].lower() + text[1:]


def _kept_words(setting: PolicySetting) -> str:
    """What is kept after the free time: "half of the price"; empty where nothing is."""
    kept = 100 - Decimal(setting.late_refund_percent)
    if kept <= 0:
        return ""
    if kept == 50:
        return _("half of the price")
    if kept >= 100:
        return _("the whole price")
    return _("%(percent)s%% of the price") % {"percent": f"{kept.normalize():f}"}
