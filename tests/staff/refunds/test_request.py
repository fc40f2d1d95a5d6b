"""Money is asked back from a booking's page."""

import pytest
from django.urls import reverse

from booking.models import Booking
from payments.models import Payment, Refund
from staff.models import AuditLog, StaffProfile
from tests.factories import make_payment, make_refund
from tests.payments.shop import alerts, refunds
from tests.staff.refunds.conftest import browser_of

XSS = '"><script>alert(1)</script>'
# Session, person (2), booking, money (2), payments, their refunds.
QUERIES = 8


def page_of(payment: Payment) -> str:
    return reverse("staff:request_refund", args=[payment.booking.number])


def typed(**changes: str) -> dict[str, str]:
    return {
        "amount": "109.25",
        "reason": "our_fault",
        "note": "One of 10 items was not carried",
        "left_cents": "99500",
    } | changes


def test_nothing_is_filled_in_until_it_is_asked_for(payment: Payment, ruth: StaffProfile):
    client = browser_of(ruth)
    form = client.get(page_of(payment)).context["form"]
    assert (form["amount"].value(), form["reason"].value(), form["note"].value()) == (
        None,
        None,
        None,
    )
    assert (
        client.get(f"{page_of(payment)}?fill=whole").context["form"]["amount"].value() == "995.00"
    )


def test_page_shows_what_became_of_each_payment(payment: Payment, ruth: StaffProfile):
    make_refund(payment, 9500, reason="goodwill")
    make_refund(payment, 10000, status="requested", succeeded_at=None)
    make_refund(payment, 5000, status="failed", succeeded_at=None)
    make_payment(payment.booking, cents=14925)
    rows = browser_of(ruth).get(page_of(payment)).context["rows"]
    assert [
        (row.payment.captured_cents, row.refunded_cents, row.under_way_cents, row.left_cents)
        for row in rows
    ] == [(14925, 0, 0, 14925), (99500, 9500, 15000, 75000)]


def test_refund_is_asked_for_and_waits_for_somebody_else(payment: Payment, ruth: StaffProfile):
    answer = browser_of(ruth).post(page_of(payment), typed())
    refund = Refund.objects.get()
    assert answer["Location"] == f"/staff/refunds/{refund.pk}/"
    assert (refund.amount_cents, refund.reason, refund.status, refund.requested_by_id) == (
        10925,
        "our_fault",
        "requested",
        ruth.user_id,
    )
    assert alerts() == ["refund_requested"]
    row = AuditLog.objects.get()
    assert (row.action, row.object_label, row.after) == (
        "requested_refund",
        payment.booking.code,
        {
            "refund": [str(refund.pk)],
            "amount_cents": 10925,
            "reason": "our_fault",
            "note": "(not kept)",
        },
    )


def test_form_that_is_sent_twice_asks_once(payment: Payment, ruth: StaffProfile):
    client = browser_of(ruth)
    client.post(page_of(payment), typed())
    again = client.post(page_of(payment), typed())
    assert (again.status_code, refunds()) == (409, [("our_fault", "requested", 10925)])
    assert again.context["notice"] == (
        "Meanwhile something else was asked back or came in: $885.75 is left now. "
        "Nothing was done; look again."
    )
    form = again.context["form"]
    assert (form["amount"].value(), form["left_cents"].value()) == ("109.25", 88575)


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    payment: Payment, ruth: StaffProfile
):
    client = browser_of(ruth)
    wrong = {
        "amount": {"amount": "995.01"},
        "reason": {"reason": "change"},
        "note": {"note": ""},
    }
    found = {
        name: client.post(page_of(payment), typed(**changes)).context["form"].errors
        for name, changes in wrong.items()
    }
    assert found == {
        "amount": {"amount": ["Enter $995.00 at most: more is not left"]},
        "reason": {
            "reason": ["Select a valid choice. change is not one of the available choices."]
        },
        "note": {"note": ["Write what happened"]},
    }
    answer = client.post(page_of(payment), typed(amount="0", note=XSS))
    assert (answer.status_code, answer.context["form"].errors) == (
        422,
        {"amount": ["Enter a sum"]},
    )
    assert answer.content.count(XSS.encode()) == 0
    assert refunds() == []


def test_what_was_paid_too_much_is_proposed(payment: Payment, ruth: StaffProfile):
    make_payment(payment.booking, cents=28500)
    client = browser_of(ruth)
    form = client.get(f"{page_of(payment)}?fill=surplus").context["form"]
    assert (form["amount"].value(), form["reason"].value()) == ("285.00", "surplus")
    more = typed(amount="285.01", reason="surplus", note="", left_cents="128000")
    assert client.post(page_of(payment), more).context["form"].errors == {
        "amount": ["Enter $285.00 at most: that was paid too much"]
    }
    client.post(page_of(payment), more | {"amount": "285.00"})
    assert refunds() == [("surplus", "requested", 28500)]


def test_reasons_follow_the_booking(payment: Payment, ruth: StaffProfile):
    client = browser_of(ruth)

    def reasons() -> list[str]:
        field = client.get(page_of(payment)).context["form"].fields["reason"]
        return [key for key, _words in field.choices]

    assert reasons() == ["our_fault", "goodwill"]
    Booking.objects.update(status="cancelled", cancel_reason="staff", room_held=False)
    assert reasons() == ["cancellation", "our_fault", "goodwill"]


def test_nothing_left_leaves_nothing_to_ask_for(payment: Payment, ruth: StaffProfile):
    make_refund(payment, 99500, reason="goodwill")
    answer = browser_of(ruth).get(page_of(payment))
    assert answer.context["form"] is None


@pytest.mark.breaks_money("payments' rows alone")
def test_page_costs_the_same_with_many_payments(
    payment: Payment, ruth: StaffProfile, django_assert_num_queries
):
    client = browser_of(ruth)
    client.get(page_of(payment))
    with django_assert_num_queries(QUERIES):
        client.get(page_of(payment))
    for _payment in range(20):
        make_refund(make_payment(payment.booking, cents=100), 100, reason="goodwill")
    with django_assert_num_queries(QUERIES):
        client.get(page_of(payment))
