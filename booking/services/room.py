"""Taking room in a van: under the day's lock, in the transaction that makes the booking."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from booking.availability.rooms import first_van_with_room, nearest_free_days
from booking.availability.types import DayLoad, Need
from booking.catalogue.calendar import load_calendar
from booking.catalogue.snapshot import Snapshot, get_snapshot
from booking.models import Booking, Day, Van
from booking.pricing.hours import open_times
from booking.pricing.types import Room
from booking.pricing.words import Refusal, gettext_noop, refusal
from totetaxi.lib.clock import today


class NoRoomError(Exception):
    """A day has no room for a request: `refusal` says why, `nearest` are up to 3 days that have."""

    def __init__(self, refused: Refusal, nearest: tuple[date, ...]) -> None:
        self.refusal = refused
        self.nearest = nearest
        super().__init__(str(refused))


def lock_day(day: date) -> Day:
    """Hold a day until the transaction ends: who else takes room on it waits.

    On PostgreSQL this locks the day's row, made if it is missing. On SQLite a transaction that
    writes has the only lock already (`transaction_mode=IMMEDIATE`). Whoever locks several days
    does so in order of date.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A day can only be locked inside a transaction.")
    locked: Day | None = Day.objects.select_for_update().filter(date=day).first()
    if locked is not None:
        return locked
    # Not through `Day.objects`: a day about which nothing is said yet changes no snapshot.
    Day._base_manager.bulk_create([Day(date=day)], ignore_conflicts=True)
    made: Day = Day.objects.select_for_update().get(date=day)
    return made


def take_room(
    pickup_date: date,
    *,
    pieces: int,
    whole_van: bool,
    needs_rack: bool,
    now: datetime,
    service: str | None = None,
    without: UUID | None = None,
) -> Van:
    """The first van with room that day, for the caller to write into its booking.

    Call it inside the transaction that saves the booking with `van`, `room_held` and the pieces:
    the day stays locked until then. `without` leaves out one booking, which is moving.

    Raises NoRoomError. Its days are such that `service` can be picked up; any, without one.
    """
    lock_day(pickup_date)
    snapshot = get_snapshot()
    need = Room(pieces=pieces, needs_rack=needs_rack, whole_van=whole_van)
    day = load_calendar([pickup_date], snapshot.fleet, without=without)[pickup_date]
    van = first_van_with_room(day, need)
    if van is not None:
        return Van.objects.get(pk=van.id)
    nearest = free_days_near(
        pickup_date, need=need, service=service, snapshot=snapshot, now=now, without=without
    )
    raise NoRoomError(_no_room(day), nearest)


def take_room_for(booking: Booking, *, now: datetime) -> Van:
    """The same for what a booking needs on its day. Raises NoRoomError."""
    return take_room(
        booking.pickup_date,
        pieces=booking.room_pieces,
        whole_van=booking.room_whole_van,
        needs_rack=booking.room_needs_rack,
        service=booking.service,
        now=now,
    )


def free_days_near(
    near: date,
    *,
    need: Need,
    service: str | None,
    snapshot: Snapshot,
    now: datetime,
    without: UUID | None = None,
) -> tuple[date, ...]:
    """Up to 3 days nearest to one, on which the service still has a time and a van has room."""
    kinds = [
        hours for code, hours in snapshot.book.hours.items() if service is None or code == service
    ]
    first = today(now)
    ahead = max((hours.horizon_days for hours in kinds), default=-1)
    days = [first + timedelta(days=passed) for passed in range(ahead + 1)]
    open_days = [day for day in days if any(open_times(hours, day, now) for hours in kinds)]
    calendar = load_calendar(open_days, snapshot.fleet, without=without)
    return nearest_free_days(calendar, need, near, open_days)


def full_sentence(day: str, free_days: list[str], *, is_staff: bool = False) -> str:
    """Why a day without room is refused, with the nearest free ones."""
    if not free_days and is_staff:
        text = _("%(day)s is full for a booking of this size, and so are the days near it")
        return text % {"day": day}
    if not free_days:
        return _("%(day)s is full for a booking of this size. Choose another day, or call us") % {
            "day": day
        }
    return _("%(day)s is full for a booking of this size. Nearest free days: %(days)s") % {
        "day": day,
        "days": "; ".join(free_days),
    }


def _no_room(day: DayLoad) -> Refusal:
    if day.is_closed:
        text = gettext_noop("We are closed on {day}. Choose another day.")
        return refusal("closed", text, day=day.date)
    text = gettext_noop("The last room on {day} was just taken. Choose another day.")
    return refusal("just_taken", text, day=day.date)
