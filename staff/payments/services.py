"""What staff do with payments: the domain's call and its audit row, in one transaction."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from booking.services.status import lock_booking
from payments.models import Payment, Refund
from payments.services import mismatch, offline, strike
from payments.services.offline import OfflineMoney
from staff.audit import record
from staff.kpi.services import COUNTED_AGAIN_DAYS, count_days
from staff.models import Action, StaffProfile
from totetaxi.lib.actor import Actor, ActorKind
from totetaxi.lib.clock import today
from totetaxi.lib.contention import retried


@retried
def record_payment(
    staff: StaffProfile,
    booking_id: UUID,
    money: OfflineMoney,
    *,
    request: HttpRequest,
    now: datetime,
) -> Payment:
    """Write down money that came past Stripe, once for each form.

    Raises OfflineRefusedError, MoreThanDueError, WrittenBeforeError.
    """
    with transaction.atomic():
        lock_booking(booking_id)
        key = offline.key_of(money.form_id)
        is_known = Payment.objects.filter(idempotency_key=key).exists()
        payment = offline.record_offline(booking_id, money, by=_actor(staff), now=now)
        if is_known:
            return payment
        record(
            staff,
            Action.RECORDED_PAYMENT,
            payment.booking,
            after={
                "amount_cents": money.amount_cents,
                "way": str(money.way),
                "paid_on": money.paid_on,
                "over_cents": money.over_cents,
            },
            request=request,
            now=now,
        )
        _count_again(money.paid_on, now)
    return payment


@retried
def strike_payment(
    staff: StaffProfile, payment_id: UUID, *, why: str, request: HttpRequest, now: datetime
) -> Payment:
    """Let an offline payment count no more that was written down by mistake.

    Raises StrikeRefusedError.
    """
    with transaction.atomic():
        payment = strike.strike_payment(payment_id, why=why, by=_actor(staff), now=now)
        record(
            staff,
            Action.STRUCK_PAYMENT,
            payment.booking,
            before={"amount_cents": payment.captured_cents, "proof": payment.proof},
            after={"why": why},
            request=request,
            now=now,
        )
        if payment.succeeded_at:
            _count_again(today(payment.succeeded_at), now)
    return payment


def _count_again(day: date, now: datetime) -> None:
    """The figures of a day that no night counts any more."""
    if day < today(now) - timedelta(days=COUNTED_AGAIN_DAYS - 1):
        count_days(day, day, now=now)


@retried
def accept_payment(
    staff: StaffProfile, payment_id: UUID, *, request: HttpRequest, now: datetime
) -> Payment:
    """Count as paid what came, as it is just what is due. Raises MismatchDecidedError."""
    with transaction.atomic():
        asked_cents = Payment.objects.values_list("amount_cents", flat=True).get(pk=payment_id)
        payment = mismatch.accept_mismatch(payment_id, by=_actor(staff), now=now)
        record(
            staff,
            Action.ACCEPTED_PAYMENT,
            payment.booking,
            before={"asked_cents": asked_cents},
            after={"asked_cents": payment.amount_cents},
            request=request,
            now=now,
        )
    return payment


@retried
def return_payment(
    staff: StaffProfile, payment_id: UUID, *, request: HttpRequest, now: datetime
) -> Refund:
    """Ask for all of a payment that does not match to go back; somebody else approves it.

    Raises MismatchDecidedError, RefundTooLargeError.
    """
    with transaction.atomic():
        refund = mismatch.return_mismatch(payment_id, by=_actor(staff), now=now)
        record(
            staff,
            Action.REQUESTED_REFUND,
            refund.payment.booking,
            after={"amount_cents": refund.amount_cents, "reason": refund.reason},
            request=request,
            now=now,
        )
    return refund


def _actor(staff: StaffProfile) -> Actor:
    return Actor(ActorKind.STAFF, staff.user_id)
