"""A refund's page: what it is about, what the rules say to whoever reads it, and the decisions."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from payments.models import Dispute, Payment, Refund
from payments.services.refund import request_refund
from staff.models import AuditLog, StaffProfile, StaffSignIn
from staff.permissions import Role
from tests.factories import make_colleague, make_payment, make_refund
from tests.payments.shop import alerts, refunds
from tests.staff.codes import code_for, give_app
from tests.staff.refunds.conftest import browser_of
from totetaxi.lib import clock
from totetaxi.lib.actor import actor_of

# Session, person (2), the refund; money (2), dispute, limit, others beside it, what was done.
QUERIES = 10


def ask(payment: Payment, cents: int, by: StaffProfile) -> Refund:
    return request_refund(
        payment.pk,
        amount_cents=cents,
        reason=Refund.Reason.OUR_FAULT,
        note="One of 10 items was not carried",
        by=actor_of(by.user),
        now=clock.now(),
    )


def url(name: str, refund: Refund) -> str:
    return reverse(f"staff:{name}", args=[refund.pk])


def texts(answer: HttpResponse) -> list[str]:
    return [check.text for check in answer.context["content"].checks]


def sums(answer: HttpResponse) -> list[tuple[str, str]]:
    return [(row.label, row.amount) for row in answer.context["content"].sums][1:]


def forget_confirmation() -> None:
    """As if everybody had signed in an hour ago."""
    StaffSignIn.objects.update(confirmed_at=clock.now() - timedelta(hours=1))


# ---------------------------------------------------------------------------------------- reading


def test_page_says_what_the_rules_say_to_this_person(payment: Payment, ruth, tom):
    make_refund(payment, 5000, reason="goodwill")
    refund = ask(payment, 10925, ruth)
    answer = browser_of(tom).get(url("refund", refund))
    assert texts(answer) == [
        "You did not ask for it, and it is within your $500.00",
        "No other refund of this payment is under way",
        f"“Refund made” goes to {payment.booking.contact.email} once Stripe confirms",
    ]
    assert sums(answer) == [
        ("Refunded before", "$50.00"),
        ("This refund", "refund $109.25"),
        ("Kept, $159.25 less than the booking’s total of $995.00", "$835.75"),
    ]
    content = answer.context["content"]
    assert (content.goes_to, content.asked_by) == (
        "Visa ending 4242, in 5 to 10 days",
        "Ruth Okafor",
    )
    assert (content.may_approve, content.may_refuse, content.may_retry) == (True, True, False)


def test_what_waits_beside_it_is_told(payment: Payment, ruth, tom):
    first, second = ask(payment, 10000, ruth), ask(payment, 20000, ruth)
    answer = browser_of(tom).get(url("refund", second))
    assert texts(answer)[1] == "Another refund of this payment waits or is under way: $100.00"
    assert sums(answer)[1] == ("Asked for or under way beside it", "$100.00")
    assert first.status == "requested"


def test_own_request_is_for_somebody_else(payment: Payment, tom):
    refund = ask(payment, 100, tom)
    client = browser_of(tom)
    answer = client.get(url("refund", refund))
    assert texts(answer)[0] == "You asked for this refund yourself. Somebody else approves it."
    assert answer.context["content"].may_approve is False
    refused = client.post(url("approve_refund", refund))
    assert (refused.status_code, refunds()) == (409, [("our_fault", "requested", 100)])


def test_sum_above_the_limit_is_for_an_admin(payment: Payment, ruth, tom):
    refund = ask(payment, 50001, ruth)
    client = browser_of(tom)
    assert client.get(url("refund", refund)).context["content"].may_approve is False
    assert client.post(url("approve_refund", refund)).status_code == 409
    admin = browser_of(make_colleague(Role.ADMIN, "Ada Whitlock"))
    assert texts(admin.get(url("refund", refund)))[0] == (
        "You did not ask for it, and you may approve any sum"
    )
    assert admin.post(url("approve_refund", refund)).status_code == 303
    assert refunds() == [("our_fault", "approved", 50001)]


def test_disputed_payment_stands_in_the_way(payment: Payment, ruth, tom):
    refund = ask(payment, 100, ruth)
    Dispute.objects.create(
        payment=payment,
        stripe_id="dp_1",
        status="under_review",
        stripe_status="under_review",
        amount_cents=99500,
        opened_at=clock.now(),
    )
    client = browser_of(tom)
    assert texts(client.get(url("refund", refund)))[0] == (
        "The card holder disputes this payment. It can be refunded once the dispute is won."
    )
    assert client.post(url("approve_refund", refund)).status_code == 409


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPPORT, Role.COORDINATOR])
def test_who_may_not_approve_reads_and_decides_nothing(payment: Payment, ruth, role: Role):
    refund = ask(payment, 100, ruth)
    client = browser_of(make_colleague(role, "Cora Lindqvist"))
    content = client.get(url("refund", refund)).context["content"]
    assert (content.may_approve, content.may_refuse) == (False, False)
    names = ("approve_refund", "refuse_refund", "retry_refund", "pay_refund")
    assert {client.post(url(name, refund)).status_code for name in names} == {403}


def test_page_costs_the_same_with_many_refunds(
    payment: Payment, ruth, tom, django_assert_num_queries
):
    refund = ask(payment, 100, ruth)
    client = browser_of(tom)
    client.get(url("refund", refund))
    with django_assert_num_queries(QUERIES):
        client.get(url("refund", refund))
    for _refund in range(20):
        make_refund(make_payment(payment.booking, cents=100), 50, reason="goodwill")
        make_refund(payment, 50, reason="goodwill")
    with django_assert_num_queries(QUERIES):
        client.get(url("refund", refund))


# -------------------------------------------------------------------------------------- decisions


def test_approval_is_made_and_written_down(payment: Payment, ruth, tom):
    refund = ask(payment, 10925, ruth)
    answer = browser_of(tom).post(url("approve_refund", refund))
    assert answer["Location"] == url("refund", refund)
    assert (refunds(), alerts()) == ([("our_fault", "approved", 10925)], [])
    row = AuditLog.objects.get()
    assert (row.action, row.object_label, row.after) == (
        "approved_refund",
        payment.booking.code,
        {"refund": str(refund.pk), "amount_cents": 10925, "status": "approved"},
    )
    acts = browser_of(tom).get(url("refund", refund)).context["content"].acts
    assert [(act.text, act.who) for act in acts] == [
        ("Refund asked for", "Ruth Okafor"),
        ("Refund approved", "Tom Bellamy"),
    ]


def test_approval_asks_for_the_second_factor_again(payment: Payment, ruth, tom):
    secret = give_app(tom)
    refund = ask(payment, 10925, ruth)
    client = browser_of(tom)
    forget_confirmation()
    assert client.get(url("refund", refund)).context["asks_code"] is True
    empty = client.post(url("approve_refund", refund))
    assert (empty.status_code, empty.context["form"].errors) == (422, {"code": ["Enter the code"]})
    wrong = client.post(url("approve_refund", refund), {"code": "000000"})
    assert (wrong.status_code, refunds()) == (422, [("our_fault", "requested", 10925)])
    right = client.post(url("approve_refund", refund), {"code": code_for(secret)})
    assert (right.status_code, refunds()) == (303, [("our_fault", "approved", 10925)])
    assert list(AuditLog.objects.order_by("id").values_list("action", flat=True)) == [
        "failed_second_factor",
        "confirmed",
        "approved_refund",
    ]


@pytest.mark.parametrize("name", ["retry_refund", "pay_refund"])
def test_other_moves_of_money_ask_who_it_is_on_a_page_of_their_own(payment: Payment, tom, name):
    refund = make_refund(payment, 100, status="failed", succeeded_at=None)
    client = browser_of(tom)
    forget_confirmation()
    answer = client.post(url(name, refund), headers={"Referer": url("refund", refund)})
    assert answer["Location"] == (
        f"{reverse('staff:confirm')}?next=%2Fstaff%2Frefunds%2F{refund.pk}%2F"
    )


def test_refusal_wants_a_reason(payment: Payment, ruth, tom):
    refund = ask(payment, 100, ruth)
    client = browser_of(tom)
    empty = client.post(url("refuse_refund", refund), {"refusal": " "})
    assert (empty.status_code, empty.context["refuse"].errors) == (
        422,
        {"refusal": ["Write why it does not go back"]},
    )
    client.post(url("refuse_refund", refund), {"refusal": "All ten were carried"})
    refund.refresh_from_db()
    assert (refund.status, refund.refusal) == ("refused", "All ten were carried")
    assert list(AuditLog.objects.values_list("action", flat=True)) == ["refused_refund"]


def test_second_decision_is_told_of_the_first(payment: Payment, ruth, tom):
    refund = ask(payment, 100, ruth)
    client = browser_of(tom)
    client.post(url("approve_refund", refund))
    answer = client.post(url("refuse_refund", refund), {"refusal": "No"})
    assert (answer.status_code, answer.context["notice"]) == (
        409,
        "It was decided already. It stands so now: approved.",
    )


def test_failed_refund_is_tried_again(payment: Payment, tom):
    refund = make_refund(
        payment, 100, status="failed", succeeded_at=None, failure_reason="lost_or_stolen_card"
    )
    client = browser_of(tom)
    content = client.get(url("refund", refund)).context["content"]
    assert (content.may_retry, content.failure) == (True, "lost or stolen card")
    answer = client.post(url("retry_refund", refund))
    again = Refund.objects.get(retry_of=refund)
    assert answer["Location"] == url("refund", again)
    before = client.get(url("refund", refund)).context["content"]
    assert (before.may_retry, before.state.text, before.next_try) == (
        False,
        "Failed, tried again",
        again,
    )


def test_refund_by_hand_wants_what_proves_it(payment: Payment, ruth, tom):
    Payment.objects.update(method="offline", offline_way="transfer", proof="T-1")
    refund = ask(payment, 100, ruth)
    client = browser_of(tom)
    client.post(url("approve_refund", refund))
    content = client.get(url("refund", refund)).context["content"]
    assert (content.may_pay, content.state.text, content.goes_to) == (
        True,
        "To pay by hand",
        "By hand: it was paid to us directly (bank transfer)",
    )
    empty = client.post(url("pay_refund", refund), {"proof": ""})
    assert (empty.status_code, empty.context["pay"].errors) == (
        422,
        {"proof": ["Write what proves that it was paid out"]},
    )
    client.post(url("pay_refund", refund), {"proof": "Transfer 88"})
    refund.refresh_from_db()
    assert (refund.status, refund.proof, alerts()) == ("succeeded", "Transfer 88", [])
    after = AuditLog.objects.get(action="paid_refund").after
    assert after == {"refund": str(refund.pk), "amount_cents": 100, "status": "succeeded"}


def test_failed_refund_may_be_paid_another_way(payment: Payment, ruth, tom):
    facts = {"status": "failed", "succeeded_at": None, "reason": "goodwill"}
    refund = make_refund(payment, 100, **facts)
    content = browser_of(ruth).get(url("refund", refund)).context["content"]
    assert (content.may_retry, content.may_pay) == (False, False)
    client = browser_of(tom)
    page = client.get(url("refund", refund))
    assert (page.context["content"].may_pay, "Or pay it another way" in page.text) == (True, True)
    answer = client.post(url("pay_refund", refund), {"proof": "Cheque 77"})
    again = Refund.objects.get(retry_of=refund)
    assert answer["Location"] == url("refund", again)
    assert (again.status, again.proof) == ("succeeded", "Cheque 77")
    content = client.get(url("refund", again)).context["content"]
    assert (content.may_pay, content.goes_to) == (
        False,
        "By hand: Visa ending 4242 could not take it",
    )
    after = AuditLog.objects.get(action="paid_refund").after
    assert after["retry_of"] == str(refund.pk)


def test_refund_that_is_not_there_is_not_found(tom):
    client: Client = browser_of(tom)
    missing = Refund(pk="00000000-0000-4000-8000-000000000000")
    assert client.get(url("refund", missing)).status_code == 404
    assert client.post(url("approve_refund", missing)).status_code == 404
