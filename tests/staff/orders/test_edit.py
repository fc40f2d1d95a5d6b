"""A section of a booking is edited: its effect is shown, then it is saved as it was shown."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import AccessToken, Booking, BookingEvent, Leg, Message, MessageKind
from booking.services.order import order_of
from payments.models import PaymentLink, Refund
from staff.models import AuditLog
from staff.orders.sections import SECTIONS
from staff.permissions import Role
from tests.factories import make_booking, make_customer, make_payment, next_weekday
from tests.staff.orders.desk import Desk
from totetaxi.lib.actor import SYSTEM
from totetaxi.lib.clock import now as clock_now

pytestmark = pytest.mark.django_db


def paid(booking: Booking) -> Booking:
    """The booking, paid by card."""
    from django.db import transaction

    from booking.services.confirm import confirm_booking

    make_payment(booking)
    with transaction.atomic():
        locked = Booking.objects.select_for_update().get(pk=booking.pk)
        confirm_booking(locked, by=SYSTEM, now=clock_now())
    return Booking.objects.get(pk=booking.pk)


def told(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.mark.parametrize("section", [section.key for section in SECTIONS])
def test_each_section_opens_with_what_is_saved(desk: Desk, section: str) -> None:
    answer = desk.open(make_booking(), section)
    assert (answer.status_code, answer.context["change_set"]) == (200, None)


@pytest.mark.parametrize("section", [section.key for section in SECTIONS])
def test_saving_what_is_booked_changes_nothing(desk: Desk, section: str) -> None:
    booking = make_booking()
    desk.open(booking, section)
    answer = desk.save()
    booking.refresh_from_db()
    assert (answer.status_code, booking.revision, AuditLog.objects.count()) == (200, 0, 0)
    assert "Nothing differs from what is booked." in answer.content.decode()


def test_an_unknown_section_is_not_found(desk: Desk) -> None:
    booking = make_booking()
    address = reverse("staff:edit_booking", args=[booking.number, "cellar"])
    assert desk.client.get(address).status_code == 404


def test_a_booking_that_is_none_is_not_found(desk: Desk) -> None:
    address = reverse("staff:edit_booking", args=[10**18, "trip"])
    assert desk.client.get(address).status_code == 404


def test_another_address_is_saved(desk: Desk) -> None:
    booking = make_booking()
    answer = desk.change(booking, "trip", delivery_street="4 Dune Road", delivery_unit="")
    assert answer.status_code == 303
    booking = Booking.objects.get(pk=booking.pk)
    delivery = booking.addresses.get(leg=Leg.DELIVERY)
    assert (delivery.street, booking.revision) == ("4 Dune Road", 1)


def test_a_dearer_order_of_a_pending_booking_is_priced_anew(desk: Desk) -> None:
    booking = make_booking(package="petite")
    desk.change(booking, "what", choice="mini_move:standard")
    booking.refresh_from_db()
    lines = list(booking.lines.values_list("code", "amount_cents"))
    assert (booking.total_cents, lines) == (172_500, [("base", 172_500)])


def test_a_dearer_order_of_a_paid_booking_sends_a_link_for_the_difference(desk: Desk) -> None:
    booking = paid(make_booking(package="petite"))
    desk.open(booking, "what")
    desk.see(choice="mini_move:standard")
    answer = desk.save(send_link="on")
    link = PaymentLink.objects.get()
    assert (link.booking_id, link.amount_cents) == (booking.pk, 73_000)
    email = booking.contact.email
    assert told(answer) == [
        f"{booking.code} is saved: $1,725.00 in all. A payment link for $730.00 is with {email}."
    ]


def test_a_dearer_order_without_a_link_says_what_is_due(desk: Desk) -> None:
    booking = paid(make_booking(package="petite"))
    answer = desk.change(booking, "what", choice="mini_move:standard")
    assert PaymentLink.objects.count() == 0
    assert told(answer) == [f"{booking.code} is saved: $1,725.00 in all. $730.00 is to be paid."]


def test_a_cheaper_order_of_a_paid_booking_requests_a_refund(desk: Desk) -> None:
    booking = paid(make_booking(package="standard"))
    answer = desk.change(booking, "what", choice="mini_move:petite")
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.status) == (73_000, Refund.Status.REQUESTED)
    assert told(answer) == [
        (
            f"{booking.code} is saved: $995.00 in all. "
            "A refund of $730.00 is requested and waits for approval."
        )
    ]


def test_another_day_moves_the_booking(desk: Desk) -> None:
    booking = make_booking()
    day = next_weekday(clock_now(), days=8)
    desk.change(booking, "when", pickup_date=day.isoformat(), pickup_time="10:30")
    booking.refresh_from_db()
    assert (booking.pickup_date, f"{booking.pickup_time:%H:%M}") == (day, "10:30")


def test_a_day_that_is_over_is_refused_at_its_field(desk: Desk) -> None:
    booking = make_booking()
    desk.open(booking, "when")
    yesterday = (clock_now() - timedelta(days=2)).date()
    answer = desk.see(pickup_date=yesterday.isoformat())
    assert (answer.status_code, [item["target"] for item in answer.context["error_items"]]) == (
        422,
        ["id_pickup_date"],
    )


def test_what_was_typed_wrong_stays_and_nothing_is_saved(desk: Desk) -> None:
    booking = make_booking()
    desk.open(booking, "people")
    answer = desk.see(contact_phone="12", contact_name="Nina Okoye")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert ('value="Nina Okoye"' in page, 'value="12"' in page) == (True, True)
    booking.refresh_from_db()
    assert (booking.guest_name, booking.revision) == ("Claire Ellery", 0)


def test_a_guests_contact_is_edited(desk: Desk) -> None:
    booking = make_booking()
    desk.change(booking, "people", contact_name="Nina Okoye", contact_email="nina@example.com")
    booking.refresh_from_db()
    assert (booking.guest_name, booking.email_key) == ("Nina Okoye", "nina@example.com")


def test_an_accounts_contact_is_not_edited_here(desk: Desk) -> None:
    booking = make_booking(customer_id=make_customer().pk)
    desk.open(booking, "people")
    desk.see(contact_name="Mallory", other_contact_name="Ana", other_contact_phone="2125550136")
    desk.save()
    booking = Booking.objects.get(pk=booking.pk)
    assert (booking.contact.name, booking.guest_name) == ("Claire Ellery", "")
    assert (booking.other_contact_name, booking.other_contact_phone) == ("Ana", "+12125550136")


def test_the_building_is_edited(desk: Desk) -> None:
    booking = make_booking()
    desk.change(
        booking,
        "building",
        coi="on",
        coi_wording="Park Avenue Realty\n1 Park Avenue",
        pickup_has_doorman="on",
        delivery_access_notes="Gate code 4411",
        driver_notes="Two dogs.",
    )
    order = order_of(Booking.objects.get(pk=booking.pk))
    assert (order.request.coi, order.coi_wording) == (True, "Park Avenue Realty\n1 Park Avenue")
    assert (order.pickup.has_doorman, order.delivery.access_notes) == (True, "Gate code 4411")
    assert order.driver_notes == "Two dogs."


def test_an_edit_leaves_an_audit_row_with_names_and_no_personal_values(desk: Desk) -> None:
    booking = make_booking()
    desk.change(booking, "trip", delivery_street="4 Dune Road", delivery_state="NY")
    row = AuditLog.objects.get()
    assert (row.action, row.object_label, row.actor_id) == (
        "changed_order",
        booking.code,
        desk.staff.pk,
    )
    withheld = "(not kept)"
    assert (row.before, row.after) == (
        {"delivery_street": withheld},
        {"delivery_street": withheld},
    )


def test_an_edit_is_an_event_of_staff(desk: Desk) -> None:
    booking = make_booking()
    desk.change(booking, "what", choice="mini_move:standard")
    event = booking.events.get(kind=BookingEvent.Kind.CHANGE)
    assert (event.reason, event.actor_kind, event.actor_id) == (
        "reordered",
        "staff",
        desk.staff.user_id,
    )


def test_another_effect_than_was_shown_is_shown_and_not_saved(desk: Desk) -> None:
    booking = make_booking(package="petite")
    desk.open(booking, "what")
    desk.see(choice="mini_move:standard")
    desk.form["fingerprint"] = "of another effect"
    answer = desk.save()
    booking.refresh_from_db()
    assert (answer.status_code, booking.total_cents) == (409, 99_500)
    assert answer.context["is_other"] is True
    assert desk.save().status_code == 303


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.VIEWER, 403), (Role.SUPPORT, 200), (Role.COORDINATOR, 200), (Role.MANAGER, 200)],
)
def test_who_may_edit(desk: Desk, role: Role, status: int) -> None:
    booking = make_booking()
    other = Desk(role)
    address = reverse("staff:edit_booking", args=[booking.number, "trip"])
    assert other.client.get(address).status_code == status


def test_a_changed_field_gets_the_effects_alone(desk: Desk) -> None:
    booking = make_booking()
    desk.open(booking, "what")
    form = desk.form | {"choice": "mini_move:standard"}
    answer = desk.client.post(desk.address, form, headers={"HX-Request": "true"})
    assert next(template.name for template in answer.templates) == "staff/orders/effects.html"


def test_a_piece_never_saves(desk: Desk) -> None:
    booking = make_booking()
    desk.open(booking, "what")
    desk.see(choice="mini_move:standard")
    form = desk.form | {"step": "save"}
    desk.client.post(desk.address, form, headers={"HX-Request": "true"})
    booking.refresh_from_db()
    assert booking.revision == 0


def test_a_booking_that_is_over_says_so(desk: Desk) -> None:
    booking = make_booking()
    Booking.objects.filter(pk=booking.pk).update(
        status="cancelled", cancel_reason="staff", room_held=False
    )
    desk.open(booking, "what")
    answer = desk.see(choice="mini_move:standard")
    assert (answer.status_code, answer.context["general"]) == (
        422,
        ["This booking is over. It cannot be changed any more."],
    )


def test_on_the_road_people_may_be_corrected_and_the_order_not(desk: Desk) -> None:
    booking = paid(make_booking())
    Booking.objects.filter(pk=booking.pk).update(status="in_progress")
    assert desk.change(booking, "people", contact_name="Nina Okoye").status_code == 303
    desk.open(booking, "what")
    answer = desk.see(choice="mini_move:standard")
    assert answer.context["general"] == [
        "It is on the road: the trip and the order cannot be changed any more."
    ]


def test_what_customers_typed_is_shown_harmlessly(desk: Desk) -> None:
    nasty = "<script>alert(1)</script>"
    booking = make_booking(contact_name=nasty, driver_notes=nasty, other_contact_name=nasty)
    for section in ("people", "building"):
        assert nasty not in desk.open(booking, section).content.decode()


def test_the_page_makes_the_same_queries_for_any_booking(desk: Desk) -> None:
    booking = make_booking()
    desk.open(booking, "what")
    with CaptureQueriesContext(connection) as few:
        desk.client.get(desk.address)
    for _more in range(3):
        make_booking()
    with CaptureQueriesContext(connection) as many:
        desk.client.get(desk.address)
    assert len(many) == len(few) == 8


def test_links_in_mails_to_a_mistyped_address_open_the_booking_no_more(desk: Desk) -> None:
    booking = make_booking(contact_email="claire@exmaple.com")
    link = reverse("booking:open_link", args=[AccessToken.issue(booking=booking)])
    stranger, page = Client(), reverse("accounts:booking", args=[booking.pk])
    assert stranger.get(link).status_code == 303
    assert stranger.get(page).status_code == 200
    desk.change(booking, "people", contact_email="claire@example.com")
    message = Message.objects.get(kind=MessageKind.RESCHEDULED)
    assert [stranger.get(url).status_code for url in (link, page)] == [404, 404]
    assert (message.recipient, message.booking_id) == ("claire@example.com", booking.pk)


def test_links_in_mails_stay_while_the_address_is_the_same(desk: Desk) -> None:
    booking = make_booking()
    token = AccessToken.issue(booking=booking)
    desk.change(booking, "people", contact_name="Somebody Else")
    assert AccessToken.find(token) is not None
