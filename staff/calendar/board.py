"""The days of the calendar as they are shown: each van with its bookings, and what does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from booking.availability.misfits import Kept, Misfit, Unfit, unfit_on, why_not_in
from booking.availability.rooms import first_van_with_room
from booking.availability.types import DayLoad, VanLoad
from booking.catalogue.calendar import load_calendar
from booking.catalogue.fleet import Fleet
from booking.catalogue.snapshot import Snapshot
from booking.lifecycle import ACTIVE, Status
from booking.models import Van
from booking.models.booking import STATUS_LABELS
from booking.pricing.surcharges import applies
from booking.pricing.types import PriceBook, Room
from staff.calendar.load_bar import LoadBar, load_bar
from staff.calendar.queries import Closing, Pickup, closings, pickups_on
from staff.calendar.words import fit_words, what_to_do, why_words
from totetaxi.lib.clock import today


@dataclass(frozen=True, slots=True)
class VanOption:
    """A van in a booking's menu: `note` says what is free, or why it cannot be."""

    van: Van
    note: str
    is_possible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A booking in its van. `why` and `remedy`: that it does not fit, and what to do."""

    pickup: Pickup
    van_number: int | None
    what: str
    route: str
    status_label: str
    options: tuple[VanOption, ...] = ()
    why: str = ""
    remedy: str = ""

    @property
    def short_name(self) -> str:
        """The family name, where seven days stand side by side."""
        return self.pickup.name.split()[-1] if self.pickup.name else ""

    @property
    def is_movable(self) -> bool:
        """Whether it is still to be collected: what is under way or over stays."""
        return self.pickup.status in {Status.PENDING, Status.PAID}


@dataclass(frozen=True, slots=True, kw_only=True)
class VanCell:
    """A van on a day. `load` None: it is not in service. `is_changed`: other than usual."""

    van: Van
    load: VanLoad | None
    bar: LoadBar
    cards: tuple[Card, ...]
    is_changed: bool = False

    @property
    def is_idle(self) -> bool:
        """Not in service, and nothing left in it."""
        return self.load is None and not self.cards

    @property
    def is_full_move(self) -> bool:
        """Whether one booking has it alone."""
        return self.load is not None and self.load.whole_taken


@dataclass(frozen=True, slots=True, kw_only=True)
class DayColumn:
    """One day. `loose`: bookings without room in a van; `fits`: the largest that still goes in."""

    date: date
    load: DayLoad
    bar: LoadBar
    cells: tuple[VanCell, ...]
    loose: tuple[Card, ...]
    unfit: tuple[Card, ...]
    surcharges: tuple[str, ...]
    fits: str
    closing: Closing | None
    is_today: bool
    is_past: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What every day of a calendar is drawn from."""

    snapshot: Snapshot
    vans: tuple[Van, ...]
    now: datetime


def draw_days(days: Sequence[date], snapshot: Snapshot, now: datetime) -> list[DayColumn]:
    """The days with each of their bookings. At most four queries."""
    pickups: dict[date, list[Pickup]] = {day: [] for day in days}
    for pickup in pickups_on(days):
        pickups[pickup.pickup_date].append(pickup)
    loads = load_calendar(days, snapshot.fleet)
    closed = closings([day for day in days if loads[day].is_closed])
    drawn = Drawn(snapshot=snapshot, vans=tuple(Van.objects.order_by("number")), now=now)
    return [_column(drawn, loads[day], pickups[day], closed.get(day)) for day in days]


def _column(
    drawn: Drawn, load: DayLoad, pickups: list[Pickup], closing: Closing | None
) -> DayColumn:
    held = [_kept(one) for one in pickups if one.room_held]
    unfit = {one.kept.number: one for one in unfit_on(load, held)}
    cards = [_card(drawn, load, one, unfit.get(one.number)) for one in pickups]
    cells = tuple(_cell(drawn, load, van, cards) for van in drawn.vans)
    day = today(drawn.now)
    return DayColumn(
        date=load.date,
        load=load,
        bar=load_bar(_parts(pickups), sum(van.pieces for van in load.vans)),
        cells=cells,
        loose=tuple(card for card in cards if _is_loose(card.pickup)),
        unfit=tuple(card for card in cards if card.why),
        surcharges=surcharge_names(load.date, drawn.snapshot.book),
        fits=still_fits(load, drawn.snapshot.book),
        closing=closing,
        is_today=load.date == day,
        is_past=load.date < day,
    )


def _cell(drawn: Drawn, load: DayLoad, van: Van, cards: list[Card]) -> VanCell:
    own = tuple(
        card for card in cards if card.pickup.van_id == van.pk and not _is_loose(card.pickup)
    )
    there = next((each for each in load.vans if each.id == van.pk), None)
    return VanCell(
        van=van,
        load=there,
        bar=load_bar(_parts([card.pickup for card in own]), there.pieces if there else 0),
        cards=own,
        is_changed=_is_changed(drawn.snapshot.fleet, load.date, van.pk),
    )


def _card(drawn: Drawn, load: DayLoad, pickup: Pickup, unfit: Unfit | None) -> Card:
    book = drawn.snapshot.book
    numbers = {van.pk: van.number for van in drawn.vans}
    return Card(
        pickup=pickup,
        van_number=numbers.get(pickup.van_id) if pickup.van_id else None,
        what=_without_service(book, pickup),
        route=_("%(start)s to %(end)s")
        % {"start": area_of(book, pickup.pickup_zip), "end": area_of(book, pickup.delivery_zip)},
        status_label=str(STATUS_LABELS[Status(pickup.status)]),
        options=_options(drawn, load, pickup) if pickup.status in ACTIVE else (),
        why=why_words(unfit) if unfit else "",
        remedy=what_to_do(unfit) if unfit else "",
    )


def _without_service(book: PriceBook, pickup: Pickup) -> str:
    """`Petite`: a package is told by its own name, where there is little room."""
    hours = book.hours.get(pickup.service)
    return pickup.title.removeprefix(hours.name).strip() or pickup.title if hours else pickup.title


def _options(drawn: Drawn, load: DayLoad, pickup: Pickup) -> tuple[VanOption, ...]:
    """The other vans in service that day; none on a closed day."""
    if load.is_closed:
        return ()
    rows = {van.pk: van for van in drawn.vans}
    need = _kept(pickup)
    found = []
    for van in load.vans:
        if van.id == pickup.van_id and pickup.room_held:
            continue
        why = why_not_in(van, need) or _over_cap(load, pickup)
        found.append(VanOption(rows[van.id], fit_words(van, why), why is None))
    return tuple(found)


def _over_cap(load: DayLoad, pickup: Pickup) -> Misfit | None:
    """A cap stops only what holds no room yet."""
    if pickup.room_held or load.cap_pieces is None:
        return None
    return Misfit.OVER_CAP if load.used_pieces + pickup.room_pieces > load.cap_pieces else None


def _kept(pickup: Pickup) -> Kept:
    return Kept(
        number=pickup.number,
        van_id=pickup.van_id or UUID(int=0),
        pieces=pickup.room_pieces,
        needs_rack=pickup.room_needs_rack,
        whole_van=pickup.room_whole_van,
    )


def _is_loose(pickup: Pickup) -> bool:
    """Still to be carried, and without room in any van."""
    return pickup.status in ACTIVE and not pickup.room_held


def _parts(pickups: Sequence[Pickup]) -> list[tuple[int, str]]:
    """What holds room, in the order of the bar: kept, held unpaid; and what was carried."""
    kinds = {Status.PENDING: "hold", Status.COMPLETED: "done"}
    return [
        (one.room_pieces, kinds.get(Status(one.status), "kept"))
        for one in pickups
        if one.room_held or one.status == Status.COMPLETED
    ]


def _is_changed(fleet: Fleet, day: date, van_id: UUID) -> bool:
    def of(vans: Sequence[VanLoad]) -> VanLoad | None:
        return next((van for van in vans if van.id == van_id), None)

    return of(fleet.vans_of(day)) != of(fleet.usual)


def surcharge_names(day: date, book: PriceBook) -> tuple[str, ...]:
    """The rules that make a day dearer, whatever the time."""
    return tuple(rule.name for rule in book.surcharges if applies(rule, day, None, book))


def area_of(book: PriceBook, zip_code: str) -> str:
    """`East Hampton`, or the ZIP of what is not in the catalogue any more."""
    zone = book.zones.get(zip_code)
    return zone.area if zone and zone.area else zip_code


def still_fits(load: DayLoad, book: PriceBook) -> str:
    """The largest Mini Move that still has room, else how many pieces; empty for none."""
    sizes = [package for package in book.packages.values() if package.is_active]
    for package in sorted(sizes, key=lambda size: (size.whole_van, size.pieces), reverse=True):
        if first_van_with_room(load, Room(package.pieces, whole_van=package.whole_van)):
            return package.name
    free = max((van.free_pieces for van in load.vans), default=0)
    if load.cap_pieces is not None:
        free = min(free, max(load.cap_pieces - load.used_pieces, 0))
    return _("%(count)d pieces") % {"count": free} if free and not load.is_closed else ""
