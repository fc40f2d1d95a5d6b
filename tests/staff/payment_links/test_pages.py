"""The links of a booking, as a coordinator sees and sends them."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from booking.models import Booking, Message
from payments.models import Payment, PaymentLink
from payments.money import money_state
from staff.models import AuditLog, StaffProfile
from staff.payment_links.forms import DollarsField
from staff.payment_links.panel import LinkPanel, panel_of
from staff.permissions import Role
from tests.factories import (
    make_booking,
    make_colleague,
    make_payment,
    make_payment_link,
    sign_in_staff,
)
from tests.payments.links.linking import asked, big_booking, fresh, withdraw
from totetaxi.lib import clock
from totetaxi.lib.actor import Actor, ActorKind

XSS = '"><script>alert(1)</script>'
# Session, person, booking, money (2), links, what is planned (3), the catalogue's version.
QUERIES = 11


def page_of(booking: Booking) -> str:
    return reverse("staff:payment_links", args=[booking.number])


def send(office: Client, booking: Booking, **typed: str):
    address = reverse("staff:send_payment_links", args=[booking.number])
    return office.post(address, {"hours": "72", **typed})


def panel(booking: Booking, staff: StaffProfile) -> LinkPanel:
    return panel_of(booking, money_state(booking), staff, clock.now())


def states(booking: Booking, staff: StaffProfile) -> list[str]:
    """How each link stands, without when."""
    return [re.split(r" [A-Z][a-z]{2} \d", row.state)[0] for row in panel(booking, staff).rows]


# ----------------------------------------------------------------------------------------- form


def test_form_proposes_what_is_due(office: Client, booking: Booking):
    form = office.get(page_of(booking)).context["form"]
    assert [(name, form[name].value()) for name in form.fields] == [
        ("amount_1", "995.00"),
        ("hours", 72),
    ]


def test_form_proposes_a_sum_for_each_link_above_the_limit(office: Client, booking: Booking):
    form = office.get(page_of(big_booking())).context["form"]
    sums = [form[name].value() for name in form.fields if name != "hours"]
    assert sums == ["400.00", "400.00", "195.00"]


def test_sent_link_is_told_with_its_sum_and_address(office: Client, booking: Booking):
    answer = send(office, booking, amount_1="$995.00", hours="24")
    address = reverse("staff:booking", args=[booking.number])
    assert (answer.status_code, answer["Location"]) == (303, address)
    page = office.get(page_of(booking)).content.decode()
    assert "A link for $995.00 goes to claire@example.com." in page
    link = PaymentLink.objects.get()
    assert (link.expires_at - link.sent_at).total_seconds() == 24 * 3600


def test_several_links_are_sent_at_once(office: Client, booking: Booking):
    big = big_booking()
    send(office, big, amount_1="400", amount_2="400.00", amount_3="195")
    assert asked(big) == [("open", 40000), ("open", 40000), ("open", 19500)]


def test_empty_sums_are_not_sent(office: Client, booking: Booking):
    big = big_booking()
    send(office, big, amount_1="400", amount_2="", amount_3="")
    assert asked(big) == [("open", 40000)]


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "Enter a sum"),
        ("lots", "Enter a sum like 995.00"),
        ("-5", "Enter a sum like 995.00"),
        ("9.5", "Enter a sum like 995.00"),
        (XSS[:14], "Enter a sum like 995.00"),
        ("995.01", "Ask for $0.50 to $995.00."),
        ("0", "Enter a sum"),
    ],
)
def test_wrong_sum_is_told_at_its_field_and_stays(
    office: Client, booking: Booking, typed: str, error: str
):
    answer = send(office, booking, amount_1=typed)
    form = answer.context["form"]
    found = [text for errors in form.errors.values() for text in errors]
    assert (answer.status_code, found, form["amount_1"].value()) == (422, [error], typed)
    assert (asked(booking), AuditLog.objects.count(), Message.objects.count()) == ([], 0, 0)


def test_sums_that_are_too_much_together_send_nothing(office: Client, booking: Booking):
    big = big_booking()
    answer = send(office, big, amount_1="400", amount_2="400", amount_3="400")
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors() == ["Ask for $0.50 to $195.00."]
    assert asked(big) == []


def test_second_click_on_send_asks_for_nothing_twice(office: Client, booking: Booking):
    send(office, booking, amount_1="995.00")
    assert send(office, booking, amount_1="995.00").status_code == 422
    assert asked(booking) == [("open", 99500)]


@pytest.mark.breaks_money("a pending booking with a payment's row alone")
def test_there_is_no_form_where_nothing_is_due(office: Client, booking: Booking):
    make_payment(booking)
    page = office.get(page_of(booking))
    assert (page.status_code, page.context["form"]) == (200, None)


def test_viewer_sees_the_links_and_no_way_to_change_them(client: Client, booking: Booking):
    make_payment_link(booking, 40000)
    viewer = make_colleague(Role.VIEWER)
    sign_in_staff(client, viewer)
    page = client.get(page_of(booking))
    row = page.context["links"].rows[0]
    assert (page.context["form"], row.may_resend, row.may_withdraw) == (None, False, False)
    assert b"Send again" not in page.content


def test_unknown_booking_is_not_found(office: Client, booking: Booking):
    for number in (999999, 10**30):
        assert office.get(f"/staff/bookings/{number}/links/").status_code == 404


# -------------------------------------------------------------------------------------- actions


def test_link_is_sent_again(office: Client, booking: Booking):
    link = make_payment_link(booking, hours=4)
    answer = office.post(reverse("staff:resend_payment_link", args=[link.pk]))
    assert answer["Location"] == reverse("staff:booking", args=[booking.number])
    assert fresh(link).round == 2


def test_link_is_withdrawn(office: Client, booking: Booking, cora: StaffProfile):
    link = make_payment_link(booking)
    office.post(reverse("staff:withdraw_payment_link", args=[link.pk]))
    assert (fresh(link).state, fresh(link).withdrawn_by) == ("withdrawn", cora.user)


@pytest.mark.parametrize("route", ["resend_payment_link", "withdraw_payment_link"])
def test_link_that_is_over_is_refused_with_a_reason(office: Client, booking: Booking, route: str):
    link = withdraw(make_payment_link(booking))
    office.post(reverse(f"staff:{route}", args=[link.pk]))
    page = office.get(page_of(booking)).content.decode()
    assert "This link is not open any more." in page
    assert AuditLog.objects.count() == 0


# ---------------------------------------------------------------------------------------- panel


def test_panel_says_how_each_link_stands(booking: Booking, cora: StaffProfile):
    link = make_payment_link(booking, 40000)
    assert states(booking, cora) == ["Sent, not opened yet"]
    PaymentLink.objects.update(opened_at=clock.now())
    assert states(booking, cora) == ["Opened"]
    make_payment(
        booking, status="pending", purpose="link", link=link, session_expires_at=clock.now()
    )
    assert states(booking, cora) == ["Payment page open"]
    Payment.objects.update(status="expired")
    PaymentLink.objects.update(expires_at=clock.now())
    assert states(booking, cora) == ["Over since"]
    PaymentLink.objects.update(state="paid", paid_at=clock.now())
    assert states(booking, cora) == ["Paid"]


def test_panel_says_who_withdrew_a_link_or_that_nobody_had_to(booking: Booking, cora: StaffProfile):
    withdraw(make_payment_link(booking))
    assert states(booking, cora) == ["Not needed any more"]
    PaymentLink.objects.update(withdrawn_by=cora.user)
    row = panel(booking, cora).rows[0]
    assert row.note.endswith("withdrawn by Cora Lindqvist")


@pytest.mark.breaks_money("a pending booking with a payment's row alone")
def test_panel_says_what_is_due_and_what_links_ask_for(booking: Booking, cora: StaffProfile):
    assert panel(booking, cora).words == "$995.00 is due, and no link asks for it."
    make_payment_link(booking, 40000)
    words = "$995.00 is due; links ask for $400.00 of it, $595.00 is left."
    assert (panel(booking, cora).words, panel(booking, cora).may_send) == (words, True)
    make_payment_link(booking)
    words = "$995.00 is due, and links ask for all of it."
    assert (panel(booking, cora).words, panel(booking, cora).may_send) == (words, False)
    make_payment(booking)
    assert panel(booking, cora).words == ""


def test_panel_names_who_sent_a_link(booking: Booking, cora: StaffProfile):
    make_payment_link(booking, by=Actor(ActorKind.STAFF, cora.user.pk))
    note = panel(booking, cora).rows[0].note
    assert note.startswith("To claire@example.com, ")
    assert " · by Cora Lindqvist · open until " in note


def test_page_makes_as_many_queries_with_many_links(
    office: Client, booking: Booking, django_assert_num_queries: DjangoAssertNumQueries
):
    make_payment_link(booking, 1000)
    office.get(page_of(booking))
    with django_assert_num_queries(QUERIES):
        office.get(page_of(booking))
    for _link in range(30):
        make_payment_link(booking, 1000)
    with django_assert_num_queries(QUERIES):
        office.get(page_of(booking))


def test_what_a_customer_typed_is_shown_as_text(office: Client, booking: Booking):
    hostile = make_booking(contact_name=XSS)
    page = office.get(page_of(hostile)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("995", 99500), ("$1,194.25", 119425), ("1194.25", 119425), ("$ 0.50", 50), ("", None)],
)
def test_dollars_are_read_as_cents(typed: str, cents: int | None):
    assert DollarsField(required=False).clean(typed) == cents
