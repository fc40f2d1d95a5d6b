"""Decisions about refunds against each other, on PostgreSQL; each control has no guard, and fails.

Two requests against each other stand in test_races.py.
"""

from functools import partial
from typing import Any

import pytest

from booking.models import Booking
from payments.models import Payment, PaymentAudit, Refund
from payments.services import refund as refunding
from payments.services import refund_decisions as decisions
from payments.services.refund import request_refund
from payments.services.spread_refund import ask_back
from staff.permissions import Role
from staff.refunds import services
from tests.factories import make_colleague
from tests.payments.shop import Shop, alerts, refunds
from tests.payments.test_races import at_once, meeting, unlocked
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM, Actor, actor_of

pytestmark = [pytest.mark.postgresql, pytest.mark.race]
CREATE = {"method": "POST", "path": "/v1/refunds"}


def person(role: Role, name: str) -> Actor:
    return actor_of(make_colleague(role, name).user)


def asked(shop: Shop, *sums: int) -> list[Refund]:
    """Refunds that Ruth asked for and nobody decided."""
    payment, ruth = shop.paid(), person(Role.SUPPORT, "Ruth Okafor")
    return [
        request_refund(payment.pk, amount_cents=cents, reason="goodwill", by=ruth, now=clock.now())
        for cents in sums
    ]


def approve(refund: Refund, by: Actor, limit_cents: int | None = None) -> Refund:
    return decisions.approve_refund(refund.pk, by=by, limit_cents=limit_cents, now=clock.now())


def outcomes(found: list[Any]) -> list[str]:
    return sorted(type(one).__name__ for one in found)


def acts() -> list[str]:
    return list(PaymentAudit.objects.exclude(refund_key=None).values_list("act", flat=True))


# -------------------------------------------------------------------------- approval and approval


def two_approvals(shop: Shop) -> list[Any]:
    (refund,) = asked(shop, 40000)
    people = [person(Role.MANAGER, name) for name in ("Tom Bellamy", "Ada Whitlock")]
    return at_once(*[partial(approve, refund, by) for by in people])


def test_two_approvals_of_one_refund_are_one_and_the_other_is_told(shop: Shop):
    assert outcomes(two_approvals(shop)) == ["Refund", "RefundDecidedError"]
    shop.work()
    assert refunds() == [("goodwill", "succeeded", 40000)]
    assert acts() == ["refund_requested", "refund_approved", "refunded"]
    assert len(shop.stripe.requests(match=CREATE)) == 1
    assert alerts() == []


def test_control_approvals_without_locks_are_both_written_down(shop: Shop, monkeypatch):
    def unguarded(refund_id: Any) -> Refund:
        return Refund.objects.select_related("payment__booking").get(pk=refund_id)

    monkeypatch.setattr(decisions, "_lock", meeting(unguarded))
    assert outcomes(two_approvals(shop)) == ["Refund", "Refund"]
    assert acts() == ["refund_requested", "refund_approved", "refund_approved"]


def test_approval_against_refusal_is_one_of_them(shop: Shop):
    (refund,) = asked(shop, 40000)
    tom, ada = person(Role.MANAGER, "Tom Bellamy"), person(Role.ADMIN, "Ada Whitlock")
    found = at_once(
        partial(approve, refund, tom),
        partial(decisions.refuse_refund, refund.pk, by=ada, refusal="No", now=clock.now()),
    )
    assert outcomes(found) == ["Refund", "RefundDecidedError"]
    assert len(acts()) == 2


# ------------------------------------------------------------------------ the limit of a booking


def two_refunds_of_one_booking(shop: Shop) -> list[Any]:
    """$300.00 each, and a manager may let $500.00 go."""
    first, second = asked(shop, 30000, 30000)
    tom, ada = person(Role.MANAGER, "Tom Bellamy"), person(Role.MANAGER, "Ada Whitlock")
    return at_once(partial(approve, first, tom, 50000), partial(approve, second, ada, 50000))


def test_two_refunds_at_once_stay_within_the_limit_of_their_booking(shop: Shop):
    assert outcomes(two_refunds_of_one_booking(shop)) == ["OverLimitError", "Refund"]


def test_control_without_the_bookings_lock_both_pass_the_limit(shop: Shop, monkeypatch):
    monkeypatch.setattr(decisions, "lock_payment", unlocked)
    monkeypatch.setattr(decisions, "given_cents", meeting(decisions.given_cents))
    assert outcomes(two_refunds_of_one_booking(shop)) == ["Refund", "Refund"]


# ----------------------------------------------------------------------------- retry and request


def test_retry_against_another_request_never_exceeds_what_came(shop: Shop):
    (failed,) = asked(shop, 60000)
    Refund.objects.filter(pk=failed.pk).update(
        status="failed", approved_by_kind="staff", approved_at=clock.now()
    )
    ada = person(Role.ADMIN, "Ada Whitlock")
    ask = partial(
        request_refund,
        failed.payment_id,
        amount_cents=60000,
        reason="goodwill",
        by=SYSTEM,
        now=clock.now(),
    )
    retry = partial(decisions.retry_refund, failed.pk, by=ada, limit_cents=None, now=clock.now())
    assert outcomes(at_once(ask, retry)) == ["Refund", "RefundTooLargeError"]
    shop.work()
    assert sum(cents for _why, status, cents in refunds() if status == "succeeded") == 60000


def test_two_retries_of_one_refund_are_one(shop: Shop):
    (failed,) = asked(shop, 10000)
    Refund.objects.filter(pk=failed.pk).update(
        status="failed", approved_by_kind="staff", approved_at=clock.now()
    )
    ada = person(Role.ADMIN, "Ada Whitlock")
    retry = partial(decisions.retry_refund, failed.pk, by=ada, limit_cents=None, now=clock.now())
    assert outcomes(at_once(retry, retry)) == ["Refund", "RefundDecidedError"]


# --------------------------------------------------------------------------- the form, twice sent


def send_twice(shop: Shop) -> list[Any]:
    payment = shop.paid()
    ruth = make_colleague(Role.SUPPORT, "Ruth Okafor")
    send = partial(
        services.request_refund,
        ruth,
        payment.booking,
        amount_cents=10000,
        reason=Refund.Reason.GOODWILL,
        note="One item came late",
        left_cents=99500,
        request=None,
        now=clock.now(),
    )
    return at_once(send, send)


def test_form_that_is_sent_twice_at_once_asks_once(shop: Shop):
    assert outcomes(send_twice(shop)) == ["MoneyMovedError", "list"]
    assert refunds() == [("goodwill", "requested", 10000)]


def test_control_form_without_the_bookings_lock_asks_twice(shop: Shop, monkeypatch):
    monkeypatch.setattr(services, "lock_booking", lambda key: Booking.objects.get(pk=key))
    monkeypatch.setattr(services, "money_state", meeting(services.money_state))
    assert outcomes(send_twice(shop)) == ["list", "list"]


# ------------------------------------------------------------------- sums from several payments


def spread_twice(shop: Shop) -> list[Any]:
    payment = shop.paid()
    ruth = person(Role.SUPPORT, "Ruth Okafor")

    def ask() -> list[Refund]:
        booking = payment.booking
        return ask_back(booking, 60000, reason=Refund.Reason.GOODWILL, by=ruth, now=clock.now())

    return at_once(ask, ask)


def test_sums_asked_back_at_once_never_exceed_what_came(shop: Shop):
    found = spread_twice(shop)
    assert outcomes(found) == ["RefundTooLargeError", "list"]
    payment = Payment.objects.get()
    assert refunding.left_of(payment) == 39500
