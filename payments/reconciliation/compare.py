"""A period of Stripe's against ours, to the cent, page by page: however long it is, only a page
of it is in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from payments import balance_gateway
from payments.balance_results import DisputeAnswer, StripeCharge
from payments.models import Dispute, Payment, Refund
from payments.reconciliation.ask import heal_charge
from payments.reconciliation.mirror import judge_older, mirror
from payments.reconciliation.open_payments import compare_sessions
from payments.reconciliation.ours import check_ours
from payments.results import RefundAnswer
from payments.services.disputes import learn_dispute
from payments.services.every import every
from payments.services.follow_refund import STATUSES, follow_refund
from payments.services.settle import SETTLED


def compare_period(since: datetime, until: datetime, *, now: datetime) -> None:
    """Heal what was missed between two moments (half-open), and tell of what cannot be healed.

    What is open of other days is looked at again too.

    Safe at any time, and if two run at once. Raises GatewayDownError as soon as Stripe does not
    answer, any other error once everything else was compared.
    """
    books = balance_gateway
    failures = [
        *(compare_sessions(page, now) for page in books.session_pages(since, until)),
        *(_compare_charges(page, now) for page in books.charge_pages(since, until)),
        *(_compare_refunds(page, now) for page in books.refund_pages(since, until)),
        *(_compare_disputes(page, now) for page in books.dispute_pages(since, until)),
        _follow_open_disputes(now),
        *(mirror(page, now=now) for page in books.balance_pages(since, until)),
        check_ours(since, until, now=now),
        judge_older(since, until, now=now),
    ]
    for failure in failures:
        if failure is not None:
            raise failure


def _compare_charges(charges: Sequence[StripeCharge], now: datetime) -> Exception | None:
    """Paid charges that have our mark, and of which something is not known yet."""
    marked = [charge for charge in charges if charge.is_paid and charge.payment_id]
    known = set(
        Payment.objects.filter(
            charge_id__in=[charge.id for charge in marked],
            status__in=SETTLED,
            fee_cents__isnull=False,
        ).values_list("charge_id", flat=True)
    )
    missed = [charge for charge in marked if charge.id not in known]
    return every(lambda charge: heal_charge(charge, now=now), missed)


def _compare_refunds(refunds: Sequence[RefundAnswer], now: datetime) -> Exception | None:
    """Refunds that stand otherwise than ours, or of which we know nothing."""
    known = dict(
        Refund.objects.filter(stripe_id__in=[one.id for one in refunds]).values_list(
            "stripe_id", "status"
        )
    )
    missed = [one for one in refunds if known.get(one.id) != STATUSES.get(one.status)]
    return every(lambda refund: follow_refund(refund, now=now), missed)


def _compare_disputes(disputes: Sequence[DisputeAnswer], now: datetime) -> Exception | None:
    known = dict(
        Dispute.objects.filter(stripe_id__in=[one.id for one in disputes]).values_list(
            "stripe_id", "stripe_status"
        )
    )
    missed = [one for one in disputes if known.get(one.id) != one.status]
    return every(lambda dispute: learn_dispute(dispute.id, now=now), missed)


def _follow_open_disputes(now: datetime) -> Exception | None:
    """A bank decides when it likes, and a lost dispute moves nothing more: those are asked for."""
    waiting = Dispute.objects.open().values_list("stripe_id", flat=True)
    return every(lambda stripe_id: learn_dispute(stripe_id, now=now), waiting)
