"""A payment's page: everything about it, and the one safe way where it does not match."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import AlertKind, Booking, MessageKind, plan_message, raise_alert
from payments.audit import note_payment
from payments.models import MoneyAct, Payment, PaymentAttempt, Refund
from staff.alerts.queries import place_of
from staff.models import AuditLog, StaffProfile
from staff.payments.content import Content
from staff.permissions import Role
from tests.factories import (
    make_booking,
    make_colleague,
    make_dispute,
    make_payment,
    make_payment_link,
    make_refund,
    sign_in_staff,
)
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM

pytestmark = pytest.mark.breaks_money("payments are rows alone: no booking follows them")

XSS = '"><script>alert(1)</script>'
# Session, person, sign-in, payment, the booking's payments and what stands beside them (4), and
# refunds, attempts, disputes, audit and messages.
QUERIES = 13


def address(payment: Payment) -> str:
    return reverse("staff:payment", args=[payment.pk])


def content(office: Client, payment: Payment) -> Content:
    found: Content = office.get(address(payment)).context["content"]
    return found


def facts(office: Client, payment: Payment) -> dict[str, str]:
    return {fact.label: fact.text for fact in content(office, payment).facts}


def mismatch(booking: Booking, cents: int, **changes: object) -> Payment:
    """Other money than the $995.00 that were asked for."""
    known = {"amount_cents": 99500, "captured_cents": cents, "status": "mismatch"}
    payment = make_payment(booking, **(known | {"succeeded_at": None} | changes))
    about = str(payment.pk)
    raise_alert(AlertKind.PAYMENT_MISMATCH, about=about, summary="Other money", booking=booking)
    return payment


def priced(booking: Booking, cents: int) -> Booking:
    Booking.objects.filter(pk=booking.pk).update(total_cents=cents)
    return booking


def messages_of(answer: object) -> list[str]:
    return [str(message) for message in answer.context["messages"]]  # type: ignore[attr-defined]  # of a test client


# ----------------------------------------------------------------------------------- what it says


def test_facts_say_what_came_and_what_is_left_of_it(office: Client, booking: Booking):
    payment = make_payment(booking, fee_cents=2916, charge_id="ch_1")
    make_refund(payment, 1000)
    found = facts(office, payment)
    sums = ("Asked", "Came", "Stripe’s fee", "Refunded", "Left to us")
    assert [found[name] for name in sums] == ["$995.00", "$995.00", "$29.16", "$10.00", "$955.84"]
    assert (found["Booking"], found["How"]) == (booking.code, "Visa ending 4242")
    assert (found["Payment intent"], found["Charge"]) == (payment.intent_id, "ch_1")


def test_fee_that_is_not_known_is_left_out(office: Client, booking: Booking):
    found = facts(office, make_payment(booking))
    assert {"Stripe’s fee", "Left to us", "Proof"} & set(found) == set()


def test_money_in_another_currency_is_called_so(office: Client, booking: Booking):
    assert facts(office, mismatch(booking, 90000, currency="eur"))["Came"] == "900.00 EUR"


def test_each_try_is_told_with_its_reason(office: Client, booking: Booking):
    payment = make_payment(booking)
    for minute, code in enumerate(("insufficient_funds", "")):
        PaymentAttempt.objects.create(
            payment=payment,
            charge_id=f"ch_{minute}",
            declined=bool(code),
            code=code,
            at=clock.now() + timedelta(minutes=minute),
        )
    words = [(one.attempt.declined, one.words) for one in content(office, payment).attempts]
    assert words == [(True, "Insufficient funds"), (False, "Paid")]


def test_trail_has_every_payment_of_the_booking(office: Client, booking: Booking):
    ended = make_payment(booking, status="expired", captured_cents=0, succeeded_at=None)
    payment = make_payment(booking)
    make_payment(make_booking())
    trail = content(office, payment).trail
    assert [(row.payment, is_this) for row, _address, is_this in trail] == [
        (ended, False),
        (payment, True),
    ]


def test_refunds_disputes_audit_and_messages_stand_on_it(office: Client, booking: Booking):
    payment = make_payment(booking)
    refund, dispute = make_refund(payment, 100), make_dispute(payment)
    note_payment(MoneyAct.CAPTURED, payment, 99500, by=SYSTEM, now=clock.now(), asked_cents=100)
    for key in (f"payment:{payment.pk}:failed", f"refund:{refund.pk}:made", "another:1"):
        plan_message(
            MessageKind.PAYMENT_FAILED, key=key, recipient="claire@example.com", booking=booking
        )
    found = content(office, payment)
    assert (found.refunds, found.disputes) == ([refund], [dispute])
    act = found.acts[0]
    assert (act.row.act, act.who, act.detail) == ("captured", "By itself", "asked $1.00")
    assert [message.key.split(":")[0] for message in found.messages] == ["payment", "refund"]


def test_mail_of_a_link_stands_at_the_links_payment(office: Client, booking: Booking):
    link = make_payment_link(booking)
    payment = make_payment(booking, purpose="link", link=link)
    assert [message.kind for message in content(office, payment).messages] == ["payment_link"]
    assert facts(office, payment)["Payment link"] == "Link 1"


def test_page_at_stripe_is_linked_where_there_is_one(office: Client, booking: Booking, settings):
    payment = make_payment(booking)
    assert content(office, payment).stripe == ""
    assert b"at Stripe</span>" not in office.get(address(payment)).content
    settings.STRIPE_DASHBOARD = "https://dashboard.stripe.com"
    test_page = f"https://dashboard.stripe.com/test/payments/{payment.intent_id}"
    assert content(office, payment).stripe == test_page
    settings.STRIPE_SECRET_KEY = "sk_live_1"
    live_page = f"https://dashboard.stripe.com/payments/{payment.intent_id}"
    assert content(office, payment).stripe == live_page


def test_what_people_typed_is_shown_as_text(office: Client, booking: Booking):
    hostile = make_booking(contact_name=XSS)
    payment = make_payment(
        hostile, method="offline", session_id=None, intent_id=None, proof=XSS, note=XSS
    )
    page = office.get(address(payment)).content
    assert (page.count(b"<script>alert(1)"), page.count(b"&lt;script&gt;alert(1)")) == (0, 3)


def test_unknown_payment_is_not_found(office: Client, booking: Booking):
    assert office.get("/staff/payments/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_page_makes_as_many_queries_with_much_as_with_little(office: Client, booking: Booking):
    payment = make_payment(booking)

    def cost() -> int:
        office.get(address(payment))
        with CaptureQueriesContext(connection) as queries:
            office.get(address(payment))
        return len(queries)

    few = cost()
    for number in range(20):
        make_refund(payment, 100)
        make_payment(booking, status="expired", captured_cents=0, succeeded_at=None)
        note_payment(MoneyAct.CAPTURED, payment, 1, by=SYSTEM, now=clock.now())
        PaymentAttempt.objects.create(
            payment=payment, charge_id=f"ch_{number}", declined=True, at=clock.now()
        )
    assert (few, cost()) == (QUERIES, QUERIES)


# -------------------------------------------------------------------------------- the one safe way


def test_payment_that_matches_asks_for_nothing(office: Client, booking: Booking):
    assert content(office, make_payment(booking)).decision is None


def test_money_that_is_due_is_accepted(office: Client, booking: Booking, mara: StaffProfile):
    payment = mismatch(priced(booking, 90000), 90000)
    decision = content(office, payment).decision
    assert decision is not None
    assert decision.label == f"Accept $900.00 for {booking.code}"
    answer = office.post(decision.address, follow=True)
    assert messages_of(answer) == [f"$900.00 is accepted for {booking.code}."]
    booking.refresh_from_db()
    payment.refresh_from_db()
    assert (booking.status, payment.status) == ("paid", "succeeded")
    row = AuditLog.objects.get()
    assert (row.action, row.actor, row.object_label) == ("accepted_payment", mara, booking.code)
    assert (row.before, row.after) == ({"asked_cents": 99500}, {"asked_cents": 90000})


def test_any_other_money_is_asked_back(office: Client, booking: Booking, mara: StaffProfile):
    payment = mismatch(booking, 90000)
    decision = content(office, payment).decision
    assert decision is not None
    assert decision.label == "Ask to refund $900.00"
    answer = office.post(decision.address, follow=True)
    assert messages_of(answer) == ["The refund of $900.00 is asked for: somebody else approves it."]
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.status) == (90000, "requested")
    assert (refund.reason, refund.requested_by) == ("mismatch", mara.user)
    assert AuditLog.objects.get().action == "requested_refund"
    assert content(office, payment).decision is None


@pytest.mark.parametrize("way", ["accept_payment", "return_payment"])
def test_what_was_decided_meanwhile_is_told_and_nothing_is_done(
    office: Client, booking: Booking, way: str
):
    payment = make_payment(booking)
    answer = office.post(reverse(f"staff:{way}", args=[payment.pk]), follow=True)
    assert messages_of(answer) == [
        "Nothing was done: this payment stands otherwise now. Look at it again."
    ]
    assert (AuditLog.objects.count(), Refund.objects.count()) == (0, 0)


def test_viewer_reads_who_decides(client: Client, booking: Booking):
    payment = mismatch(booking, 90000)
    sign_in_staff(client, make_colleague(Role.VIEWER))
    page = client.get(address(payment))
    assert page.context["content"].decision.label == ""
    assert b"A manager or an admin decides it." in page.content
    ways = [reverse(f"staff:{way}_payment", args=[payment.pk]) for way in ("accept", "return")]
    assert [client.post(way).status_code for way in ways] == [403, 403]


def test_alert_leads_to_the_payment_whoever_may_see_it(booking: Booking, mara: StaffProfile):
    payment = mismatch(booking, 90000)
    alert = booking.alerts.get()
    assert place_of(alert, mara) == (address(payment), "Decide about the payment")
    coordinator = make_colleague(Role.COORDINATOR)
    page = reverse("staff:booking", args=[booking.number])
    assert place_of(alert, coordinator) == (page, f"Open {booking.code}")
