"""A change in words: of the price (`Weekend 15 % no longer applies`), and of the room for staff."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.changes.price import PriceChange
from booking.changes.room import RoomChange
from booking.models import Booking
from booking.pricing.codes import LineCode
from booking.pricing.types import Line, Quote
from booking.services.spoken import day_words
from totetaxi.lib.clock import today
from totetaxi.lib.money import usd

# These come and go by themselves; everything else is put in or left out by whoever changes it.
RULED = frozenset(
    {LineCode.SURCHARGE, LineCode.SAME_DAY, LineCode.COI, LineCode.DISTANCE, LineCode.TAX}
)
MOST_REASONS = 3


def price_reason(change: PriceChange) -> str:
    """Why the price changes; empty where the two quotes have the same lines."""
    reasons = list(_reasons(change.before, change.after))
    more = len(reasons) - MOST_REASONS
    if more > 0:
        text = ngettext("%(count)d more change", "%(count)d more changes", more)
        reasons = [*reasons[:MOST_REASONS], text % {"count": more}]
    return ", ".join(reasons)


def difference_words(cents: int) -> str:
    """`$639.00 less`, `$175.00 more`, `unchanged`."""
    if not cents:
        return _("unchanged")
    text = _("%(amount)s more") if cents > 0 else _("%(amount)s less")
    return text % {"amount": usd(abs(cents))}


def _reasons(before: Quote, after: Quote) -> Iterator[str]:
    """What left, what came, and what costs something else under its old name."""
    was, now = _sums(before), _sums(after)
    for line in before.lines:
        if was.pop(key := (line.code, line.label), None) is not None and key not in now:
            gone = _("%(name)s no longer applies") if line.code in RULED else _("without %(name)s")
            yield gone % {"name": name_of(line)}
    was = _sums(before)
    for line in after.lines:
        if (amount := now.pop(key := (line.code, line.label), None)) is None:
            continue
        if key not in was:
            came = _("%(name)s applies") if line.code in RULED else _("with %(name)s")
            yield came % {"name": name_of(line)}
        elif amount != was[key] and line.code not in {LineCode.SURCHARGE, LineCode.DISCOUNT}:
            text = _("%(name)s costs %(amount)s")
            yield text % {"name": name_of(line), "amount": usd(amount)}


def _sums(quoted: Quote) -> Counter[tuple[str, str]]:
    """The cents of each line's name; two addresses may have a distance line each."""
    sums: Counter[tuple[str, str]] = Counter()
    for line in quoted.lines:
        sums[line.code, line.label] += line.amount_cents
    return sums


def name_of(line: Line) -> str:
    """`Weekend 15 %`, `Distance`."""
    percent = dict(line.reason.parts).get("percent") if line.reason else None
    return f"{line.label} {percent} %" if percent else line.label


def room_words(room: RoomChange, booking: Booking, pickup_at: datetime) -> str:
    """Where a changed booking goes, as staff read it: `Van 1 has room, 52 of 60; ...`."""
    days = {"new": day_words(pickup_at), "old": day_words(booking.pickup_at)}
    if room.van_id is None and booking.room_held:
        return _("No van carries it: arrange the vans. Its place on %(old)s is given back") % days
    if room.van_id is None:
        return _("No van is kept for it on %(new)s: arrange the vans") % days
    if room.van is None:
        return _("Its place in the van on %(new)s stays") % days
    text = _("Van %(number)d has room on %(new)s, %(used)d of %(pieces)d with it")
    if booking.room_held and today(pickup_at) != booking.pickup_date:
        text = _(
            "Van %(number)d has room on %(new)s, %(used)d of %(pieces)d with it; "
            "its place on %(old)s is given back"
        )
    figures = {"number": room.van.number, "used": room.van.used_pieces, "pieces": room.van.pieces}
    return text % (days | figures)
