"""Refunds."""

from typing import Any

from payments.models import Payment, Refund
from tests.factories import make_catalogue, make_paid_booking, make_refund
from tests.staff.posts.stage import Post

READS = frozenset({"refunds", "refund"})


def _payment() -> Payment:
    make_catalogue()
    return make_paid_booking().payments.get()


def _refund(status: str, **facts: Any) -> Refund:
    return make_refund(_payment(), 100, status=status, succeeded_at=None, **facts)


def _by_hand() -> Refund:
    refund = _refund("approved", work_state="held")
    Payment.objects.update(method="offline", offline_way="cash", proof="Receipt 12")
    return refund


POSTS: dict[str, Post] = {
    "request_refund": lambda stage: stage.post(
        "request_refund",
        _payment().booking.number,
        amount="100.00",
        reason="goodwill",
        note="One item came late",
        left_cents="99500",
    ),
    "approve_refund": lambda stage: stage.post("approve_refund", _refund("requested").pk),
    "refuse_refund": lambda stage: stage.post(
        "refuse_refund", _refund("requested").pk, refusal="All was carried"
    ),
    "retry_refund": lambda stage: stage.post("retry_refund", _refund("failed").pk),
    "pay_refund": lambda stage: stage.post("pay_refund", _by_hand().pk, proof="Transfer 7"),
}
