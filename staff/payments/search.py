"""The palette's payments: found by an id as Stripe shows it."""

from __future__ import annotations

from staff.models import StaffProfile
from staff.payments.filters import Filters
from staff.payments.listing import payment_address, rows_of
from staff.payments.queries import STRIPE_ID, find
from staff.shell.palette import MOST_OF_A_SOURCE, Hit
from totetaxi.lib.money import usd


def find_payments(text: str, _profile: StaffProfile) -> list[Hit]:
    """The payment of a session, an intent, a charge, a refund or a dispute. Four queries for what
    looks like an id, none for anything else.
    """
    if not STRIPE_ID.fullmatch(text):
        return []
    found = find(Filters(q=text)).select_related("booking").order_by("-created_at")
    return [
        Hit(
            url=payment_address(row.payment.pk),
            title=usd(row.payment.amount_cents),
            detail=f"{row.code} · {row.how}",
            icon="card",
            state=row.state.text,
        )
        for row in rows_of(list(found[:MOST_OF_A_SOURCE]))
    ]
