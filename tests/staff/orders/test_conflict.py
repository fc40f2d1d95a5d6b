"""Two coordinators edit one booking: the second is told, chooses, and nothing is lost."""

import pytest

from booking.models import Booking, Leg
from staff.models import AuditLog
from staff.orders.conflict import Opened, unseal
from staff.permissions import Role
from tests.factories import make_booking, next_weekday
from tests.staff.orders.desk import Desk
from totetaxi.lib.clock import now as clock_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(desk: Desk) -> Desk:
    return Desk(Role.COORDINATOR, "Maya Park")


def rows_of(answer) -> list[tuple[str, str, str, str, bool]]:
    conflict = answer.context["conflict"]
    return [(row.name, row.was, row.theirs, row.mine, row.is_open) for row in conflict.rows]


def test_the_second_is_told_who_changed_what(desk: Desk, other: Desk) -> None:
    booking = make_booking()
    desk.open(booking, "trip")
    other.change(booking, "trip", pickup_street="9 Broome Street")
    answer = desk.see(delivery_street="4 Dune Road")
    assert (answer.status_code, answer.context["conflict"].who) == (409, "Maya Park")
    assert rows_of(answer) == [
        (
            "pickup_street",
            "118 East 93rd Street",
            "9 Broome Street",
            "118 East 93rd Street",
            True,
        ),
        ("delivery_street", "27 Pondview Lane", "27 Pondview Lane", "4 Dune Road", True),
    ]
    assert answer.context["conflict"].fits is True


def test_nothing_is_saved_before_the_second_has_chosen(desk: Desk, other: Desk) -> None:
    booking = make_booking()
    desk.open(booking, "trip")
    desk.see(delivery_street="4 Dune Road")
    other.change(booking, "trip", pickup_street="9 Broome Street")
    assert desk.save().status_code == 409
    booking.refresh_from_db()
    delivery = booking.addresses.get(leg=Leg.DELIVERY)
    assert (delivery.street, booking.revision) == ("27 Pondview Lane", 1)
    assert AuditLog.objects.filter(actor=desk.staff).count() == 0


def test_different_fields_fit_together(desk: Desk, other: Desk) -> None:
    booking = make_booking()
    desk.open(booking, "trip")
    other.change(booking, "trip", pickup_street="9 Broome Street")
    desk.see(delivery_street="4 Dune Road")
    shown = desk.choose(pickup_street="theirs", delivery_street="mine")
    assert shown.context["change_set"].is_possible
    desk.form["pickup_street"] = "9 Broome Street"  # as the page that is shown has it
    assert desk.save().status_code == 303
    streets = {row.leg: row.street for row in Booking.objects.get().addresses.all()}
    assert streets == {"pickup": "9 Broome Street", "delivery": "4 Dune Road"}


def test_the_same_field_is_chosen_by_the_second(desk: Desk, other: Desk) -> None:
    booking = make_booking()
    desk.open(booking, "trip")
    other.change(booking, "trip", pickup_street="9 Broome Street")
    answer = desk.see(pickup_street="10 Broome Street")
    assert answer.context["conflict"].fits is False
    shown = desk.choose(pickup_street="mine")
    assert shown.status_code == 200
    desk.save()
    assert Booking.objects.get().addresses.get(leg="pickup").street == "10 Broome Street"


def test_a_change_of_another_part_is_told_and_stays(desk: Desk, other: Desk) -> None:
    booking = make_booking()
    day = next_weekday(clock_now(), days=8)
    desk.open(booking, "people")
    other.change(booking, "when", pickup_date=day.isoformat())
    answer = desk.see(contact_name="Nina Okoye")
    told = {name: is_open for name, _was, _theirs, _mine, is_open in rows_of(answer)}
    assert told == {"contact_name": True, "pickup_date": False}
    desk.choose(contact_name="mine")
    desk.save()
    booking.refresh_from_db()
    assert (booking.pickup_date, booking.guest_name) == (day, "Nina Okoye")


def test_what_was_typed_goes_back_to_the_form(desk: Desk, other: Desk) -> None:
    booking = make_booking()
    desk.open(booking, "trip")
    other.change(booking, "trip", pickup_street="9 Broome Street")
    desk.see(delivery_street="4 Dune Road")
    again = desk.see()
    assert (again.status_code, 'value="4 Dune Road"' in again.content.decode()) == (200, True)


def test_a_third_change_is_told_too(desk: Desk, other: Desk) -> None:
    booking = make_booking()
    desk.open(booking, "trip")
    other.change(booking, "trip", pickup_street="9 Broome Street")
    desk.see(delivery_street="4 Dune Road")
    other.change(booking, "trip", pickup_street="11 Broome Street")
    answer = desk.choose(pickup_street="theirs", delivery_street="mine")
    assert (answer.status_code, rows_of(answer)[0][2]) == (409, "11 Broome Street")


def test_typing_over_a_change_shows_a_notice_in_place_of_the_effects(
    desk: Desk, other: Desk
) -> None:
    booking = make_booking()
    desk.open(booking, "trip")
    other.change(booking, "trip", pickup_street="9 Broome Street")
    form = desk.form | {"delivery_street": "4 Dune Road"}
    answer = desk.client.post(desk.address, form, headers={"HX-Request": "true"})
    assert "Maya Park changed this booking meanwhile." in answer.content.decode()


def test_a_form_that_we_did_not_make_is_a_conflict(desk: Desk) -> None:
    assert unseal("forged") == Opened(-1, {})
    desk.open(make_booking(), "trip")
    desk.form["opened"] = "forged"
    assert desk.see(delivery_street="4 Dune Road").status_code == 409
