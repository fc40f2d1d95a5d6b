"""Which bookings of a day no longer fit, and which vans would take them."""

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from booking.availability import DayLoad, Kept, Misfit, VanLoad, unfit_on
from booking.availability.misfits import with_room_taken

DAY = date(2026, 12, 8)
ONE, TWO = UUID(int=1), UUID(int=2)
RACK = VanLoad(1, ONE, has_rack=True)
PLAIN = VanLoad(2, TWO)


def day(*vans: VanLoad, closed: bool = False, cap: int | None = None) -> DayLoad:
    return DayLoad(DAY, vans or (RACK, PLAIN), is_closed=closed, cap_pieces=cap)


def found(load: DayLoad, *kept: Kept) -> list[tuple[int, Misfit, list[int]]]:
    """Number, reason, and the numbers of the vans that would take it."""
    return [
        (one.kept.number, one.why, [van.number for van in one.others])
        for one in unfit_on(load, kept)
    ]


def test_what_fits_is_not_named() -> None:
    assert found(day(), Kept(1, ONE, 60), Kept(2, TWO, 60, whole_van=True)) == []


def test_who_booked_first_keeps_the_room() -> None:
    small = VanLoad(1, ONE, pieces=40)
    rows = (Kept(7, ONE, 15), Kept(3, ONE, 30), Kept(9, ONE, 10))
    assert found(day(small, PLAIN), *rows) == [(7, Misfit.TOO_MUCH, [2])]


def test_van_out_of_service_leaves_its_bookings_to_the_others() -> None:
    rows = (Kept(1, TWO, 15), Kept(2, TWO, 50), Kept(3, ONE, 40))
    assert found(day(RACK), *rows) == [
        (1, Misfit.NO_SERVICE, [1]),
        (2, Misfit.NO_SERVICE, []),
    ]


def test_rack_that_is_gone() -> None:
    bare = VanLoad(1, ONE)
    racked = VanLoad(2, TWO, has_rack=True)
    surf = Kept(1, ONE, 5, needs_rack=True)
    assert found(day(bare, PLAIN), surf) == [(1, Misfit.NO_RACK, [])]
    assert found(day(bare, racked), surf) == [(1, Misfit.NO_RACK, [2])]


def test_nothing_goes_beside_a_full_move() -> None:
    full = Kept(1, ONE, 60, whole_van=True)
    assert found(day(), full, Kept(2, ONE, 5)) == [(2, Misfit.SHARED, [2])]
    assert found(day(), Kept(1, ONE, 5), Kept(2, ONE, 60, whole_van=True)) == [
        (2, Misfit.SHARED, [2])
    ]


def test_closed_day_leaves_only_another_day() -> None:
    assert found(day(closed=True), Kept(1, ONE, 5), Kept(2, TWO, 5)) == [
        (1, Misfit.CLOSED, []),
        (2, Misfit.CLOSED, []),
    ]


def test_cap_keeps_who_came_first_over_all_vans() -> None:
    rows = (Kept(1, TWO, 20), Kept(2, ONE, 20), Kept(3, TWO, 5))
    assert found(day(cap=30), *rows) == [(2, Misfit.OVER_CAP, [])]
    assert found(day(cap=45), *rows) == []


def test_day_that_is_passed_in_loaded_is_counted_anew() -> None:
    loaded = VanLoad(1, ONE, has_rack=True, used_pieces=60, whole_taken=True)
    assert found(day(loaded), Kept(1, ONE, 60)) == []


kept_rows = st.lists(
    st.builds(
        Kept,
        number=st.integers(1, 99),
        van_id=st.sampled_from([ONE, TWO, UUID(int=3)]),
        pieces=st.integers(1, 60),
        needs_rack=st.booleans(),
        whole_van=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda one: one.number,
)


@given(kept_rows, st.integers(0, 90), st.booleans(), st.one_of(st.none(), st.integers(0, 150)))
def test_what_stays_never_breaks_the_rule_of_vans(
    rows: list[Kept], pieces: int, has_rack: bool, cap: int | None
) -> None:
    """Invariant 5: no van holds more than its pieces, its rack, or anything beside a full move."""
    vans = {ONE: VanLoad(1, ONE, pieces, has_rack), TWO: PLAIN}
    load = day(*vans.values(), cap=cap)
    unfit = unfit_on(load, rows)
    stays = [one for one in rows if one.number not in {each.kept.number for each in unfit}]
    assert unfit_on(load, stays) == ()
    for van in vans.values():
        own = [one for one in stays if one.van_id == van.id]
        assert sum(one.pieces for one in own) <= van.pieces
        assert not any(one.needs_rack for one in own) or van.has_rack
        assert len(own) == 1 or not any(one.whole_van for one in own)
    assert cap is None or sum(one.pieces for one in stays) <= cap


@given(kept_rows)
def test_vans_that_are_named_do_take_it(rows: list[Kept]) -> None:
    load = day()
    unfit = unfit_on(load, rows)
    stays = [one for one in rows if one.number not in {each.kept.number for each in unfit}]
    for one in unfit:
        for van in one.others:
            moved = Kept(100, van.id, one.kept.pieces, one.kept.needs_rack, one.kept.whole_van)
            assert unfit_on(load, [*stays, moved]) == ()


def test_taking_room_counts_pieces_and_the_whole_van() -> None:
    van = with_room_taken(RACK, Kept(1, ONE, 15))
    assert (van.used_pieces, van.whole_taken) == (15, False)
    assert with_room_taken(RACK, Kept(1, ONE, 60, whole_van=True)).free_pieces == 0
