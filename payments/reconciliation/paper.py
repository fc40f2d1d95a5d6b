"""A period's report on paper: lines for a terminal, rows for a file that a bookkeeper keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from payments.models import BalanceMovement
from payments.reconciliation.currency import USD, in_words
from payments.reconciliation.report import DaySums, Report, Sums
from payments.reconciliation.why import Why
from totetaxi.lib.clock import new_york
from totetaxi.lib.csv_cells import cell
from totetaxi.lib.money import usd


def csv_rows(report: Report) -> Iterator[list[Any]]:
    """The days, their sum, what does not agree, what was explained, what is listed apart.

    Dollars are numbers; what is in another currency names it.
    """
    yield [
        _("Day"),
        *(f"{side}: {name}" for side in (_("Stripe"), _("ToteTaxi")) for name in _names()),
        _("Difference"),
        _("Not booked yet"),
        _("Paid out"),
        _("Listed apart"),
    ]
    for day, sums in report.days.items():
        yield [day.isoformat(), *_cells(sums)]
    yield [_("Sum"), *_cells(report.total)]
    yield []
    yield [
        _("Does not agree"),
        _("Booking"),
        _("Stripe's id"),
        _("ToteTaxi"),
        _("Stripe"),
        _("Why"),
    ]
    for one in report.differences():
        ids = [_code(one.number), cell(one.stripe_id)]
        cents = [_sum(one.ours_cents, one.currency), _sum(one.stripe_cents, one.currency)]
        yield [_moment(one.at), *ids, *cents, str(one.label)]
    for head, found in ((_("Explained"), report.explained()), (_("Listed apart"), report.apart())):
        yield []
        yield [head, _("Kind"), _("Stripe's id"), _("Amount"), _("Fee"), _("What it is")]
        for row in found.iterator(500):
            cents = [_sum(row.amount_cents, row.currency), _sum(row.fee_cents, row.currency)]
            words = cell(what_it_is(row))
            yield [_moment(row.at), cell(row.kind), cell(row.stripe_id), *cents, words]


def text_lines(report: Report) -> Iterator[str]:
    """The same for eyes: days on which nothing moved are left out."""
    period = report.period
    yield _("Money from %(first)s to %(last)s, New York days") % {
        "first": period.first,
        "last": period.last,
    }
    yield ""
    heads = [*_names(), _("ToteTaxi"), _("Difference"), _("Paid out")]
    yield _line(_("Day"), heads)
    for day, sums in report.days.items():
        if sums != DaySums():
            yield _line(day.isoformat(), _figures(sums))
    yield _line(_("Sum"), _figures(report.total))
    yield ""
    yield from _paragraph(_("Does not agree"), _difference_lines(report))
    yield from _paragraph(_("Explained, in the sums"), _movement_lines(report.explained()))
    yield from _paragraph(_("Listed apart, in no sum"), _movement_lines(report.apart()))
    if waiting := report.total.waiting_cents:
        yield _("Not booked by Stripe yet: %(amount)s of the last hour") % {"amount": usd(waiting)}


def dollars(cents: int) -> str:
    """`-1234.50`: a number for a spreadsheet."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _names() -> list[str]:
    return [_("Gross"), _("Refunds"), _("Disputes"), _("Fees"), _("Net")]


def _sums(sums: Sums) -> list[int]:
    """In the order of `_names`; what is taken away is less than 0."""
    taken = (-sums.refunded_cents, -sums.disputed_cents, -sums.fee_cents)
    return [sums.gross_cents, *taken, sums.net_cents]


def _cells(day: DaySums) -> list[str]:
    cents = [
        *_sums(day.stripe),
        *_sums(day.ours),
        day.difference_cents,
        day.waiting_cents,
        day.payout_cents,
        day.apart_cents,
    ]
    return [dollars(each) for each in cents]


def _figures(day: DaySums) -> list[str]:
    cents = [*_sums(day.stripe), day.ours.net_cents, day.difference_cents, day.payout_cents]
    return [usd(each) for each in cents]


def _line(name: str | date, values: list[str]) -> str:
    return f"{name!s:<12}" + "".join(f"{value:>14}" for value in values)


def _paragraph(head: str, lines: Iterator[str]) -> Iterator[str]:
    first = next(lines, None)
    if first is None:
        yield f"{head}: {_('nothing')}"
        return
    yield f"{head}:"
    yield f"  {first}"
    yield from (f"  {line}" for line in lines)


def _difference_lines(report: Report) -> Iterator[str]:
    for one in report.differences():
        words = _("ToteTaxi %(ours)s, Stripe %(stripe)s") % {
            "ours": in_words(one.ours_cents, one.currency),
            "stripe": in_words(one.stripe_cents, one.currency),
        }
        yield "  ".join([_moment(one.at), _code(one.number), one.stripe_id, words, str(one.label)])


def _movement_lines(rows: QuerySet[BalanceMovement]) -> Iterator[str]:
    for row in rows.iterator(500):
        cents = in_words(row.net_cents, row.currency)
        yield "  ".join([_moment(row.at), row.stripe_id, row.kind, cents, what_it_is(row)])


def what_it_is(movement: BalanceMovement) -> str:
    """Of what is explained or stands apart: a person's words, or why it does."""
    return movement.explanation or str(Why(movement.why).label if movement.why else _("Matched"))


def _sum(cents: int, currency: str) -> str:
    return dollars(cents) if currency == USD else in_words(cents, currency)


def _moment(at: Any) -> str:
    return f"{new_york(at):%Y-%m-%d %H:%M}"


def _code(number: int | None) -> str:
    return f"TT-{number:06d}" if number else ""
