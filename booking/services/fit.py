"""Whether what is held on a day fits its vans, and the alert for a day where it does not.

A day may be closed, or a van taken out of service, although bookings are held there: then staff
confirmed it, and the conflict stays in sight until each of them has another van or another day.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import ngettext

from booking.availability.misfits import Kept, Unfit, unfit_on
from booking.catalogue.calendar import load_calendar
from booking.models import Alert, AlertKind, Booking, close_alert, raise_alert
from totetaxi.lib.clock import today

ABOUT = "day:"


def load_kept(days: Collection[date]) -> dict[date, list[Kept]]:
    """The room that bookings have on each of the days; days without any are left out. One query."""
    return _by_day(Booking.objects.filter(room_held=True, pickup_date__in=days))


def unfit_bookings(days: Collection[date]) -> dict[date, tuple[Unfit, ...]]:
    """What does not fit on each of the days, as they are now; only days with any. Three queries."""
    return _unfit(load_kept(days))


def settle_fit(day: date, unfit: Collection[Unfit], *, now: datetime) -> None:
    """Open the day's alert, say in it how many do not fit, or close it when all do.

    Call it in the transaction that changed the day or a booking on it.
    """
    about = f"{ABOUT}{day}"
    if not unfit:
        close_alert(AlertKind.ROOM_CONFLICT, about=about, now=now)
        return
    words = ngettext(
        "%(count)d booking does not fit on %(day)s",
        "%(count)d bookings do not fit on %(day)s",
        len(unfit),
    ) % {"count": len(unfit), "day": date_format(day, "l, F j")}
    still_open = Alert.objects.filter(
        kind=AlertKind.ROOM_CONFLICT, about=about, closed_at__isnull=True
    )
    if not still_open.update(summary=words):
        raise_alert(AlertKind.ROOM_CONFLICT, about=about, summary=words)


def day_of_alert(about: str) -> date | None:
    """The day that an alert of the kind ROOM_CONFLICT is about; None for what is no day."""
    try:
        return date.fromisoformat(about.removeprefix(ABOUT))
    except ValueError:
        return None


def refit(day: date, *, now: datetime) -> None:
    """`settle_fit` by what the day holds now."""
    settle_fit(day, unfit_bookings([day]).get(day, ()), now=now)


def check_coming_days(now: datetime) -> None:
    """Open and close the alerts of all days from today on.

    Most are settled with the change that made or solved them; this finds what became of bookings
    that were cancelled or moved by their customers, and closes what is past.
    """
    held = Booking.objects.filter(room_held=True, pickup_date__gte=today(now))
    unfit = _unfit(_by_day(held))
    opened = Alert.objects.filter(kind=AlertKind.ROOM_CONFLICT, closed_at__isnull=True)
    known = map(day_of_alert, opened.values_list("about", flat=True))
    for day in sorted({*filter(None, known), *unfit}):
        settle_fit(day, unfit.get(day, ()), now=now)


def _by_day(bookings: QuerySet[Booking]) -> dict[date, list[Kept]]:
    kept: dict[date, list[Kept]] = {}
    rows = bookings.order_by().values_list(
        "pickup_date", "number", "van_id", "room_pieces", "room_needs_rack", "room_whole_van"
    )
    for day, number, van, pieces, needs_rack, whole_van in rows:
        kept.setdefault(day, []).append(Kept(number, van, pieces, needs_rack, whole_van))
    return kept


def _unfit(kept: Mapping[date, list[Kept]]) -> dict[date, tuple[Unfit, ...]]:
    calendar = load_calendar(kept) if kept else {}
    found = {day: unfit_on(calendar[day], rows) for day, rows in kept.items()}
    return {day: unfit for day, unfit in found.items() if unfit}
