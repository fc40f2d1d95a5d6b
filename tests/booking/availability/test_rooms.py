"""Which van has room, how many more fit, and which days lie near. No database."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.availability import (
    DayLoad,
    RoomState,
    VanLoad,
    first_van_with_room,
    nearest_free_days,
    room_on,
)
from booking.pricing.types import Room

DAY = date(2026, 12, 1)
VAN_1 = VanLoad(number=1, id=UUID(int=1), has_rack=True)
VAN_2 = VanLoad(number=2, id=UUID(int=2))
EMPTY = DayLoad(DAY, (VAN_1, VAN_2))
PETITE = Room(15)
STANDARD = Room(30)
FULL = Room(60, whole_van=True)
CRIB = Room(5, needs_rack=True)


def taken(day: DayLoad, need: Room) -> DayLoad | None:
    """The day after one more booking, or None where there was no room."""
    chosen = first_van_with_room(day, need)
    if chosen is None:
        return None
    vans = tuple(
        replace(
            van,
            used_pieces=van.used_pieces + need.pieces,
            whole_taken=van.whole_taken or need.whole_van,
        )
        if van == chosen
        else van
        for van in day.vans
    )
    return replace(day, vans=vans, used_pieces=day.used_pieces + need.pieces)


def van_number(day: DayLoad, need: Room) -> int | None:
    van = first_van_with_room(day, need)
    return van.number if van else None


def used(*pieces: int) -> DayLoad:
    """A day on which the vans hold so many pieces."""
    vans = tuple(
        replace(van, used_pieces=held) for van, held in zip((VAN_1, VAN_2), pieces, strict=True)
    )
    return DayLoad(DAY, vans, used_pieces=sum(pieces))


@pytest.mark.parametrize(
    ("day", "need", "number"),
    [
        (EMPTY, PETITE, 1),
        (used(45, 0), PETITE, 1),
        (used(46, 0), PETITE, 2),
        (used(46, 46), PETITE, None),
        (used(1, 0), FULL, 2),
        (used(1, 1), FULL, None),
        (used(55, 0), CRIB, 1),
        (used(56, 0), CRIB, None),  # van 2 has no rack
        (EMPTY, Room(61), None),
        (used(40, 40), STANDARD, None),  # 40 are left, but no booking is split
        (replace(EMPTY, vans=(VAN_2, VAN_1)), PETITE, 1),
        (replace(EMPTY, is_closed=True), PETITE, None),
        (replace(used(30, 0), cap_pieces=44), PETITE, None),
        (replace(used(30, 0), cap_pieces=45), PETITE, 1),
        (replace(EMPTY, cap_pieces=59), FULL, None),
        (replace(EMPTY, vans=()), PETITE, None),
    ],
)
def test_first_van_with_room(day: DayLoad, need: Room, number: int | None) -> None:
    assert van_number(day, need) == number


def test_whole_van_is_closed_to_others() -> None:
    vans = (replace(VAN_1, whole_taken=True, used_pieces=60), VAN_2)
    assert van_number(replace(EMPTY, vans=vans), Room(1)) == 2
    assert van_number(replace(EMPTY, vans=vans), CRIB) is None
    # Also where staff have since given the van more room.
    larger = replace(vans[0], pieces=80)
    assert van_number(replace(EMPTY, vans=(larger,)), Room(1)) is None


@pytest.mark.parametrize(
    ("day", "need", "state", "left"),
    [
        (EMPTY, PETITE, RoomState.OPEN, 8),
        (EMPTY, FULL, RoomState.OPEN, 2),
        (EMPTY, CRIB, RoomState.OPEN, 12),
        (used(40, 40), PETITE, RoomState.OPEN, 2),
        (used(40, 40), STANDARD, RoomState.FULL, 0),
        (replace(EMPTY, cap_pieces=50), PETITE, RoomState.OPEN, 3),
        (replace(used(60, 0), cap_pieces=50), Room(1), RoomState.FULL, 0),
        (used(90, 0), PETITE, RoomState.OPEN, 4),  # van 1 is over its room: no minus
    ],
)
def test_room_left_counts_more_requests_like_this(
    day: DayLoad, need: Room, state: RoomState, left: int
) -> None:
    found = room_on(day, need)
    assert (found.state, found.left) == (state, left)


@pytest.mark.parametrize(("pieces", "scarce"), [(60, True), (40, True), (30, False), (61, False)])
def test_room_is_scarce_at_three_or_fewer(pieces: int, scarce: bool) -> None:
    # 60 and 40 fit twice, 30 four times, 61 never: full is not scarce.
    assert room_on(EMPTY, Room(pieces)).is_scarce is scarce


def test_closed_day_says_why() -> None:
    found = room_on(replace(EMPTY, is_closed=True, closed_reason="snow"), PETITE)
    assert (found.state, found.left, found.closed_reason) == (RoomState.CLOSED, 0, "snow")


def test_nearest_free_days_are_sorted_and_only_among_those_offered() -> None:
    days = [DAY + timedelta(days=ahead) for ahead in range(-3, 6)]
    full = {DAY, DAY + timedelta(days=1)}
    calendar = {day: replace(used(60, 60) if day in full else EMPTY, date=day) for day in days}
    among = [day for day in days if day != DAY - timedelta(days=1)]
    assert nearest_free_days(calendar, PETITE, DAY, among) == (
        DAY - timedelta(days=3),
        DAY - timedelta(days=2),
        DAY + timedelta(days=2),
    )
    assert nearest_free_days(calendar, Room(61), DAY, among) == ()


NEEDS = st.one_of(
    st.builds(Room, pieces=st.integers(1, 70), needs_rack=st.booleans()),
    st.sampled_from([PETITE, STANDARD, FULL, CRIB]),
)
DAYS = st.builds(
    DayLoad,
    date=st.just(DAY),
    vans=st.lists(
        st.builds(
            VanLoad,
            number=st.integers(1, 9),
            id=st.uuids(),
            pieces=st.integers(0, 80),
            has_rack=st.booleans(),
        ),
        max_size=4,
        unique_by=lambda van: van.number,
    ).map(tuple),
    cap_pieces=st.none() | st.integers(0, 150),
)


@given(DAYS, st.lists(NEEDS, max_size=30))
def test_room_is_never_oversold(day: DayLoad, needs: list[Room]) -> None:
    bookings: dict[UUID, list[Room]] = {van.id: [] for van in day.vans}
    for need in needs:
        chosen = first_van_with_room(day, need)
        after = taken(day, need)
        if chosen is None or after is None:
            continue
        bookings[chosen.id].append(need)
        day = after
    for van in day.vans:
        held = bookings[van.id]
        assert sum(need.pieces for need in held) <= van.pieces
        assert van.has_rack or not any(need.needs_rack for need in held)
        assert len(held) == 1 or not any(need.whole_van for need in held)
    total = sum(need.pieces for held in bookings.values() for need in held)
    assert day.cap_pieces is None or total <= day.cap_pieces


@given(DAYS, st.lists(NEEDS, max_size=6), NEEDS)
def test_left_is_exactly_how_many_more_can_be_taken(
    day: DayLoad, before: list[Room], need: Room
) -> None:
    for earlier in before:
        day = taken(day, earlier) or day
    left = room_on(day, need).left
    for _turn in range(left):
        after = taken(day, need)
        assert after is not None
        day = after
    assert taken(day, need) is None
