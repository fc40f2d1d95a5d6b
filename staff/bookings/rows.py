"""The rows of the list as HTML.

Fifty rows of nine cells are most of what the page costs. Django's templates take four times as
long for them as `format_html`, which escapes every value just the same.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from django.utils import dateformat
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from booking.lifecycle import ACTIVE, Status
from booking.models.booking import STATUS_LABELS
from booking.notifications.schedule import phone_words
from staff.bookings.queries import Row
from totetaxi.lib.clock import NEW_YORK
from totetaxi.lib.money import usd

# To be ticked by whoever may do something to several at once.
PICK_CELL = (
    '<td class="c-pick"><input type="checkbox" class="tick" name="n" value="{}" form="bulk"'
    ' aria-label="TT-{}"></td>'
)
# Number, status, pickup. The whole row is its link, by the style sheet.
FIRST_CELLS = (
    '<th scope="row"><a href="{}{}/" data-row-link>TT-{}</a></th>'
    '<td class="st {}">{}</td><td class="c-pickup"><span{}>{}</span> {}</td>'
)
CELLS = {
    "customer": '<td class="c-customer">{}</td>',
    "what": '<td class="c-what">{}</td>',
    "route": '<td class="c-route">{} <i>{}</i> {}</td>',
    "van": '<td class="c-van">{}</td>',
    "total": '<td class="c-total">{}</td>',
    "money": '<td class="c-money {}">{}</td>',
    "phone": '<td class="c-phone">{}</td>',
    "pieces": '<td class="c-pieces">{}</td>',
    "booked": '<td class="c-booked">{}</td>',
}
REPEATED, NOTHING = SafeString(' class="again"'), SafeString("")


def rows_html(
    rows: list[Row], *, columns: tuple[str, ...], base: str, day: date, can_pick: bool
) -> SafeString:
    """The table's rows. `base` is the list's own address; `day` is today, whose year is not told.

    A pickup day that stands in the row above too is muted.
    """
    cells_of_row = "".join(CELLS[name] for name in columns)
    pick = PICK_CELL if can_pick else ""
    pattern = f"<tr data-row>{pick}{FIRST_CELLS}{cells_of_row}</tr>\n"
    labels = {status.value: escape(label) for status, label in STATUS_LABELS.items()}
    labels[Status.PENDING.value] = escape(_("Pending"))  # the customer is told what it waits for
    texts = [TEXTS[name] for name in columns]
    base, to = escape(base), escape(_("to"))

    def cells() -> Any:
        before: date | None = None
        for row in rows:
            pickup_day: date = row["pickup_date"]
            wall = row["pickup_at"].astimezone(NEW_YORK).time()
            number = SafeString(row["number"]), SafeString(f"{row['number']:06d}")
            first = (
                *(number if can_pick else ()),
                base,
                *number,
                SafeString(row["status"]),
                labels[row["status"]],
                REPEATED if pickup_day == before else NOTHING,
                _day(pickup_day, pickup_day.year != day.year),
                _time(wall),
            )
            before = pickup_day
            yield (*first, *(text for read in texts for text in read(row, to)))

    return format_html_join("", pattern, cells())


def _customer(row: Row, _to: str) -> tuple[str, ...]:
    return (row["guest_name"] or row["customer__name"] or "",)


def _route(row: Row, to: str) -> tuple[str, ...]:
    return row["pickup_zip"] or "", to, row["delivery_zip"] or ""


def _money(row: Row, _to: str) -> tuple[str, ...]:
    words, tone = money_words(row)
    return SafeString(tone), words


def _phone(row: Row, _to: str) -> tuple[str, ...]:
    return (phone_words(row["guest_phone"] or row["customer__customer_profile__phone"] or ""),)


def _booked(row: Row, _to: str) -> tuple[str, ...]:
    made: datetime = row["created_at"].astimezone(NEW_YORK)
    return (_day(made.date(), True),)


@lru_cache(maxsize=4096)
def _sum(cents: int) -> SafeString:
    return escape(usd(cents))


TEXTS: dict[str, Callable[[Row, str], tuple[Any, ...]]] = {
    "customer": _customer,
    "what": lambda row, _to: (row["title"],),
    "route": _route,
    "van": lambda row, _to: (row["van__number"] or "",),
    "total": lambda row, _to: (_sum(row["total_cents"]),),
    "money": _money,
    "phone": _phone,
    "pieces": lambda row, _to: (row["room_pieces"],),
    "booked": _booked,
}


def money_words(row: Row) -> tuple[str, str]:
    """How a booking's money stands, and its tone: green, amber, red or muted."""
    total, paid, returned = row["total_cents"], row["paid"], row["returned"]
    kept, status = paid - returned, row["status"]
    if status == Status.CANCELLED:
        if kept > 0:
            return _("Kept %(sum)s") % {"sum": usd(kept)}, "muted"
        return (_("Refunded") if paid else "", "muted")
    if kept < total:
        due = _("Due %(sum)s") % {"sum": usd(total - kept)}
        return due, "amber" if status in ACTIVE else "red"
    if kept > total:
        return _("Overpaid %(sum)s") % {"sum": usd(kept - total)}, "red"
    return (_("Paid") if paid else _("Free"), "green")


@lru_cache(maxsize=2048)
def _day(day: date, with_year: bool) -> SafeString:
    return escape(dateformat.format(day, "D M j, Y" if with_year else "D M j"))


@lru_cache(maxsize=512)
def _time(wall: time) -> SafeString:
    return escape(dateformat.time_format(wall, "g:i A"))
