"""The report by day as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from payments.models import BalanceMovement
from payments.reconciliation.currency import in_words
from payments.reconciliation.differences import Difference
from payments.reconciliation.report import DaySums, Report, Sums
from payments.reconciliation.tell import booking_of
from staff.templatetags.office import stamp
from totetaxi.lib.money import usd
from totetaxi.templatetags.formats import ny_date

# Of what does not agree, or stands apart, so much is shown; the file has all of it.
MOST = 100


@dataclass(frozen=True)
class Line:
    """A day in words: Stripe's sums, then ours, the difference, and what was paid out."""

    name: str
    cells: list[str]
    differs: bool


@dataclass(frozen=True)
class Detail:
    """One thing that does not agree, or stands apart."""

    when: str
    number: int | None
    code: str
    what: str
    stripe_id: str
    ours: str
    stripe: str


def report_context(report: Report) -> dict[str, Any]:
    """For the template: days on which something moved, their sum, and what differs, was explained
    or is apart.
    """
    days = [_line(day, sums) for day, sums in report.days.items() if sums != DaySums()]
    total = report.total
    return {
        "days": days,
        "total": _line(_("Sum"), total),
        "differences": [_difference(one) for one in islice(report.differences(), MOST)],
        "explained": [_movement(one) for one in report.explained()[:MOST]],
        "apart": [_movement(one) for one in report.apart()[:MOST]],
        "waiting": usd(total.waiting_cents) if total.waiting_cents else "",
        "most": MOST,
    }


def _line(name: str | date, sums: DaySums) -> Line:
    words = name if isinstance(name, str) else ny_date(name, "short")
    cells = [
        *_cells(sums.stripe),
        usd(sums.stripe.net_cents),
        usd(sums.ours.net_cents),
        usd(sums.difference_cents),
        usd(sums.payout_cents),
    ]
    return Line(words, cells, bool(sums.difference_cents))


def _cells(sums: Sums) -> list[str]:
    taken = (sums.refunded_cents, sums.disputed_cents, sums.fee_cents)
    return [usd(sums.gross_cents), *(usd(cents) for cents in taken)]


def _difference(one: Difference) -> Detail:
    return Detail(
        when=stamp(one.at),
        number=one.number,
        code=f"TT-{one.number:06d}" if one.number else "",
        what=str(one.label),
        stripe_id=one.stripe_id,
        ours=in_words(one.ours_cents, one.currency),
        stripe=in_words(one.stripe_cents, one.currency),
    )


def _movement(one: BalanceMovement) -> Detail:
    booking = booking_of(one)
    return Detail(
        when=stamp(one.at),
        number=booking.number if booking else None,
        code=booking.code if booking else "",
        what=one.explanation or one.kind.replace("_", " "),
        stripe_id=one.stripe_id,
        ours="",
        stripe=in_words(one.net_cents, one.currency),
    )
