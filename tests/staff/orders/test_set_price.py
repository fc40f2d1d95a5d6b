"""Another price: with a reason and the permission, and kept through later changes."""

import pytest
from django.urls import reverse

from booking.models import Booking, Note
from payments.models import Payment, Refund
from staff.models import AuditLog
from staff.permissions import Role
from tests.factories import make_booking, make_payment, next_weekday
from tests.staff.orders.desk import Desk
from tests.staff.orders.test_edit import paid, told
from totetaxi.lib.clock import now as clock_now

pytestmark = pytest.mark.django_db


def price(desk: Desk, booking: Booking, total: str, reason: str = "A neighbour’s lamp"):
    """Type a price, see what it does, set it."""
    address = reverse("staff:set_booking_price", args=[booking.number])
    form = {"total": total, "reason": reason}
    shown = desk.client.post(address, form | {"step": "see"}).context["change_set"]
    form |= {"fingerprint": shown.fingerprint if shown else "", "step": "save"}
    return desk.client.post(address, form)


def lines(booking: Booking) -> list[tuple[str, int]]:
    return list(booking.lines.values_list("label", "amount_cents"))


def test_a_price_is_one_line_that_makes_the_lines_add_up(desk: Desk) -> None:
    booking = make_booking(package="petite")
    answer = price(desk, booking, "900")
    booking.refresh_from_db()
    assert answer.status_code == 303
    assert (booking.total_cents, booking.price_overridden) == (90_000, True)
    assert lines(booking) == [("Mini Move Petite", 99_500), ("Agreed price", -9_500)]


def test_a_price_stays_through_later_changes(desk: Desk) -> None:
    booking = make_booking(package="petite")
    price(desk, booking, "900")
    desk.change(booking, "building", coi="on")
    booking.refresh_from_db()
    assert (booking.total_cents, lines(booking)[-1]) == (95_000, ("Booking changed", 5_000))


def test_a_price_of_nothing_confirms_the_booking(desk: Desk) -> None:
    booking = make_booking()
    price(desk, booking, "0")
    booking.refresh_from_db()
    payment = Payment.objects.get()
    assert (booking.status, booking.total_cents) == ("paid", 0)
    assert (payment.method, payment.amount_cents) == ("free", 0)


def test_a_lower_price_of_a_paid_booking_requests_a_refund(desk: Desk) -> None:
    booking = paid(make_booking(package="petite"))
    answer = price(desk, booking, "$700.00")
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.status) == (29_500, "requested")
    assert told(answer) == [
        (
            f"{booking.code} is saved: $700.00 in all. "
            "A refund of $295.00 is requested and waits for approval."
        )
    ]


def test_even_a_little_goes_back_only_once_somebody_else_approves(desk: Desk) -> None:
    booking = paid(make_booking(package="petite"))
    address = reverse("staff:set_booking_price", args=[booking.number])
    shown = desk.client.post(address, {"total": "990", "reason": "A dent", "step": "see"})
    assert shown.context["save"] == "Set the price to $990.00 and request a refund of $5.00"
    price(desk, booking, "990")
    assert Refund.objects.get().status == "requested"


def test_a_price_says_why_to_the_team_and_not_to_the_customer(desk: Desk) -> None:
    booking = make_booking(package="petite")
    price(desk, booking, "900")
    row = AuditLog.objects.get()
    assert (row.action, row.before, row.after) == (
        "set_price",
        {"total_cents": 99_500},
        {"total_cents": 90_000, "reason": "A neighbour’s lamp"},
    )
    assert Note.objects.get().body == "Price set to $900.00, was $995.00: A neighbour’s lamp"
    assert [line.reason for line in booking.lines.filter(is_adjustment=True)] == [""]


def test_a_price_needs_its_reason(desk: Desk) -> None:
    booking = make_booking()
    answer = price(desk, booking, "900", reason="")
    booking.refresh_from_db()
    assert (answer.status_code, booking.price_overridden) == (422, False)


@pytest.mark.parametrize("typed", ["", "nine", "-5", "9.999", "1,000,000.01"])
def test_what_is_no_sum_is_refused(desk: Desk, typed: str) -> None:
    assert price(desk, make_booking(), typed).status_code == 422


def test_the_price_that_it_is_already_is_refused(desk: Desk) -> None:
    answer = price(desk, make_booking(package="petite"), "995")
    assert (answer.status_code, answer.context["general"]) == (
        422,
        ["That is the price already."],
    )


def test_a_rest_too_small_for_a_card_is_refused(desk: Desk) -> None:
    booking = make_booking(package="petite")
    make_payment(booking, cents=89_970)
    answer = price(desk, booking, "900")
    assert answer.context["general"] == [
        "That leaves $0.30 to pay, and a card takes $0.50 at least."
    ]


def test_a_price_moves_with_the_day_only_by_the_difference(desk: Desk) -> None:
    booking = make_booking(package="petite")
    price(desk, booking, "900")
    day = next_weekday(clock_now(), days=8)
    desk.change(booking, "when", pickup_date=day.isoformat())
    booking.refresh_from_db()
    assert (booking.pickup_date, booking.total_cents) == (day, 90_000)


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.VIEWER, 403), (Role.SUPPORT, 403), (Role.COORDINATOR, 403), (Role.MANAGER, 200)],
)
def test_who_may_set_a_price(desk: Desk, role: Role, status: int) -> None:
    booking = make_booking()
    address = reverse("staff:set_booking_price", args=[booking.number])
    assert Desk(role).client.get(address).status_code == status
