"""An offline payment that was written down by mistake is struck out on its page."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from booking.models import AlertKind, Booking
from payments.models import Payment
from staff.alerts.queries import place_of
from staff.models import AuditLog, KpiDay, StaffProfile
from staff.permissions import Role
from tests.factories import make_colleague, make_payment, make_refund, sign_in_staff
from totetaxi.lib import clock

pytestmark = pytest.mark.breaks_money("payments are rows alone: no booking follows them")

MISTAKE = "Written down by mistake"


@pytest.fixture
def payment(booking: Booking) -> Payment:
    return make_payment(booking, method="offline", intent_id=None, session_id=None)


def page_of(payment: Payment) -> str:
    return reverse("staff:payment", args=[payment.pk])


def strike(
    office: Client, payment: Payment, why: str = "Another booking’s transfer"
) -> HttpResponse:
    return office.post(reverse("staff:strike_payment", args=[payment.pk]), {"why": why})


def test_it_counts_no_more_and_says_why(office: Client, payment: Payment, mara: StaffProfile):
    assert MISTAKE in office.get(page_of(payment)).text
    assert strike(office, payment)["Location"] == page_of(payment)
    payment.refresh_from_db()
    assert payment.status == "struck"
    page = office.get(page_of(payment))
    assert [str(message) for message in page.context["messages"]] == [
        f"{payment.booking.code}: $995.00 is struck out and counts no more."
    ]
    facts = {fact.label: fact.text for fact in page.context["content"].facts}
    assert (facts["Struck out"], "Came" in facts) == ("Another booking’s transfer", False)
    assert MISTAKE not in page.text
    row = AuditLog.objects.get()
    assert (row.action, row.actor, row.object_label) == (
        "struck_payment",
        mara,
        payment.booking.code,
    )
    assert (row.before["amount_cents"], row.after) == (99500, {"why": "Another booking’s transfer"})


def test_it_stays_in_the_history_of_its_booking(office: Client, payment: Payment):
    strike(office, payment)
    page = office.get(reverse("staff:booking", args=[payment.booking.number])).text
    assert "Struck out: $995.00, Cash" in page
    assert "Another booking’s transfer" in page


def test_alert_leads_to_asking_for_the_money(office: Client, payment: Payment, mara: StaffProfile):
    strike(office, payment)
    alert = payment.booking.alerts.get(kind=AlertKind.PARTLY_PAID)
    assert place_of(alert, mara)[0].startswith(f"/staff/bookings/{payment.booking.number}/")


def test_booking_that_counts_as_paid_and_owes_is_among_what_is_open(
    office: Client, payment: Payment
):
    Booking.objects.update(status="paid")
    strike(office, payment)
    sections = office.get(reverse("staff:money")).context["sections"]
    rows = [row for section in sections for row in section.rows if row.standing == "open"]
    assert [row.difference for row in rows] == ["$995.00 short"]


def test_reason_is_wanted_at_its_field(office: Client, payment: Payment):
    answer = strike(office, payment, why=" ")
    assert (answer.status_code, answer.context["strike"].errors) == (
        422,
        {"why": ["Write what the mistake was"]},
    )
    payment.refresh_from_db()
    assert (payment.status, AuditLog.objects.count()) == ("succeeded", 0)


def test_what_is_asked_back_is_settled_first(office: Client, payment: Payment):
    make_refund(payment, 100, status="requested", succeeded_at=None)
    assert MISTAKE not in office.get(page_of(payment)).text
    answer = strike(office, payment)
    assert (answer.status_code, "Settle that first." in answer.text) == (409, True)
    assert answer.context["strike"]["why"].value() == "Another booking’s transfer"


def test_second_click_is_told_of_the_first(office: Client, payment: Payment):
    strike(office, payment)
    answer = strike(office, payment)
    assert (answer.status_code, "stands otherwise now" in answer.text) == (409, True)
    assert AuditLog.objects.count() == 1


def test_figures_of_a_day_long_ago_are_counted_anew(office: Client, payment: Payment):
    at = clock.now() - timedelta(days=40)
    Payment.objects.update(succeeded_at=at)
    KpiDay.objects.create(date=clock.today(at), counted_at=at, captured_cents=99500)
    strike(office, payment)
    assert KpiDay.objects.get().captured_cents == 0


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPPORT, Role.COORDINATOR])
def test_who_may_not_override_payments_strikes_nothing_out(
    client: Client, payment: Payment, role: Role
):
    sign_in_staff(client, make_colleague(role))
    assert strike(client, payment).status_code == 403
    payment.refresh_from_db()
    assert payment.status == "succeeded"
