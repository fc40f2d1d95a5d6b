"""Money that came past Stripe is written down at its booking."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from booking.models import AlertKind, Booking
from payments.models import Payment
from staff.alerts.queries import place_of
from staff.models import AuditLog, KpiDay, StaffProfile
from staff.payments.forms import RecordPaymentForm
from staff.permissions import Role
from tests.factories import make_booking, make_colleague, make_payment, sign_in_staff
from totetaxi.lib import clock

XSS = '"><script>alert(1)</script>'


def page_of(booking: Booking) -> str:
    return reverse("staff:record_payment", args=[booking.number])


def send(office: Client, booking: Booking, **typed: Any):
    filled = {
        "amount": "995.00",
        "way": "transfer",
        "paid_on": clock.today(clock.now()).isoformat(),
        "proof": "Transfer 4411",
        "form_id": str(uuid4()),
    }
    return office.post(page_of(booking), filled | typed)


def errors(answer: object) -> dict[str, list[str]]:
    form: RecordPaymentForm = answer.context["form"]  # type: ignore[attr-defined]  # of a test client
    return {name: list(found) for name, found in form.errors.items()}


def told(office: Client, answer: Any) -> list[str]:
    page = office.get(answer["Location"])
    return [str(message) for message in page.context["messages"]]


def test_form_proposes_what_is_due_and_today(office: Client, booking: Booking):
    make_payment(booking, cents=40000)
    form = office.get(page_of(booking)).context["form"]
    today = clock.today(clock.now())
    assert (form["amount"].value(), form["paid_on"].value()) == ("595.00", today)
    assert (form["way"].value(), form["proof"].value()) == (None, None)


def test_what_was_handed_over_pays_the_booking(
    office: Client, booking: Booking, mara: StaffProfile
):
    answer = send(office, booking, note="At the depot")
    assert (answer.status_code, answer["Location"]) == (
        303,
        reverse("staff:booking", args=[booking.number]),
    )
    assert told(office, answer) == [f"{booking.code}: $995.00 is written down, Bank transfer."]
    payment = Payment.objects.get()
    assert (payment.actor, payment.proof, payment.note) == (
        mara.user,
        "Transfer 4411",
        "At the depot",
    )
    booking.refresh_from_db()
    assert booking.status == "paid"


def test_audit_row_has_the_sum_and_not_the_proof(
    office: Client, booking: Booking, mara: StaffProfile
):
    send(office, booking, note="At the depot")
    row = AuditLog.objects.get()
    assert (row.action, row.actor, row.object_label) == ("recorded_payment", mara, booking.code)
    assert row.after == {
        "amount_cents": 99500,
        "way": "transfer",
        "paid_on": clock.today(clock.now()).isoformat(),
        "over_cents": 0,
    }


def test_it_stands_in_the_bookings_stream(office: Client, booking: Booking):
    page = office.get(send(office, booking)["Location"]).content.decode()
    assert "Paid $995.00, Bank transfer" in page
    assert "Transfer 4411" in page


def test_double_click_writes_it_down_once(office: Client, booking: Booking):
    form_id = str(uuid4())
    first, second = (send(office, booking, form_id=form_id, amount="400") for _click in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert (Payment.objects.count(), AuditLog.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": ""}, {"amount": ["Enter a sum"]}),
        ({"amount": "lots"}, {"amount": ["Enter a sum like 995.00"]}),
        ({"amount": "0"}, {"amount": ["Enter a sum above 0"]}),
        ({"amount": "9,999,999.00"}, {"amount": ["Enter $1,000,000.00 at most"]}),
        ({"way": ""}, {"way": ["Choose how it came"]}),
        ({"proof": " "}, {"proof": ["Enter what proves it"]}),
        ({"paid_on": "soon"}, {"paid_on": ["Enter a day like 2026-12-05"]}),
        ({"paid_on": "2999-01-01"}, {"paid_on": ["This day is still to come"]}),
        ({"paid_on": "1999-01-01"}, {"paid_on": ["Enter a day within the last year"]}),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_stays(
    office: Client, booking: Booking, typed: dict[str, str], said: dict[str, list[str]]
):
    answer = send(office, booking, **typed)
    assert (answer.status_code, errors(answer)) == (422, said)
    form = answer.context["form"]
    assert {name: form[name].value() for name in typed} == typed
    assert (Payment.objects.count(), AuditLog.objects.count()) == (0, 0)


@pytest.mark.parametrize("form_id", ["", "nothing"])
def test_form_without_its_token_is_refused(office: Client, booking: Booking, form_id: str):
    assert send(office, booking, form_id=form_id).status_code == 422
    assert Payment.objects.count() == 0


def test_more_than_is_due_is_asked_about_and_then_proposed_for_refund(
    office: Client, booking: Booking, mara: StaffProfile
):
    typed = {"amount": "1000.00", "form_id": str(uuid4())}
    answer = send(office, booking, **typed)
    assert errors(answer) == {"amount": ["$995.00 is due: this is $5.00 more"]}
    assert answer.context["form"].asks == [
        ("over", "500", "Yes, $5.00 too much was handed over. Its refund will be proposed.")
    ]
    assert send(office, booking, **typed, over="500").status_code == 303
    alert = booking.alerts.get(kind=AlertKind.OVERPAID)
    assert alert.summary == f"{booking.code}: $5.00 more was handed over than is due."
    page = reverse("staff:request_refund", args=[booking.number])
    assert place_of(alert, mara) == (f"{page}?fill=surplus", "Propose the refund")


def test_proposing_the_surplus_closes_its_alert(office: Client, booking: Booking):
    send(office, booking, amount="1000.00", over="500")
    page = reverse("staff:request_refund", args=[booking.number])
    form = office.get(f"{page}?fill=surplus").context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert office.post(page, typed).status_code == 303
    assert booking.alerts.filter(kind=AlertKind.OVERPAID, closed_at=None).count() == 0


def test_the_same_once_more_is_asked_about(office: Client, booking: Booking):
    send(office, booking, amount="100")
    answer = send(office, booking, amount="100")
    assert list(errors(answer)) == ["proof"]
    assert [ask[:2] for ask in answer.context["form"].asks] == [("again", "on")]
    assert send(office, booking, amount="100", again="on").status_code == 303
    assert booking.payments.count() == 2


def test_yes_to_one_question_is_kept_when_the_other_is_asked(office: Client, booking: Booking):
    send(office, booking)
    over = {"amount": "995.00", "over": "99500"}
    answer = send(office, booking, **over)
    assert [ask[0] for ask in answer.context["form"].asks] == ["over", "again"]
    assert send(office, booking, **over, again="on").status_code == 303


def test_cancelled_booking_has_no_form(office: Client, booking: Booking):
    Booking.objects.update(status="cancelled", cancel_reason="staff", room_held=False)
    page = office.get(page_of(booking))
    assert (page.status_code, page.context["form"]) == (200, None)
    text = f"{booking.code} is cancelled. Book it anew, and write the payment down there."
    assert page.context["why_not"] == text
    assert send(office, booking).status_code == 422
    booking_page = office.get(reverse("staff:booking", args=[booking.number])).content
    assert page_of(booking).encode() not in booking_page


def test_day_long_ago_is_counted_where_it_belongs(office: Client, booking: Booking):
    day = clock.today(clock.now()) - timedelta(days=40)
    send(office, booking, paid_on=day.isoformat())
    assert KpiDay.objects.get(date=day).captured_cents == 99500


def test_what_was_typed_is_shown_as_text(office: Client, booking: Booking):
    hostile = make_booking(contact_name=XSS)
    answer = send(office, hostile, amount=XSS[:14], proof=XSS, note=XSS)
    assert answer.content.count(b"<script>alert(1)") == 0


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPPORT, Role.COORDINATOR])
def test_who_may_not_override_payments_writes_nothing_down(
    client: Client, booking: Booking, role: Role
):
    sign_in_staff(client, make_colleague(role))
    assert (client.get(page_of(booking)).status_code, send(client, booking).status_code) == (
        403,
        403,
    )
    page = client.get(reverse("staff:booking", args=[booking.number])).content
    assert b"Record a payment" not in page


def test_unknown_booking_is_not_found(office: Client, booking: Booking):
    assert office.get("/staff/bookings/999999/payments/new/").status_code == 404
