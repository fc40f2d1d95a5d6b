"""Which cards were tried, and when trying becomes a matter for staff (DECISIONS.md, 8)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from booking.models import AlertKind, Booking, raise_alert
from payments import declines
from payments.models import Payment, PaymentAttempt
from payments.results import Charge
from payments.services.locks import lock_payment

ATTEMPTS_BEFORE_ALERT = 3


def record_attempts(payment_id: UUID, charges: Sequence[Charge]) -> None:
    """Write down each charge, newest first as Stripe lists them, once.

    The third declined one of a booking alerts staff.
    """
    ended = [charge for charge in charges if charge.is_paid or charge.is_declined]
    known = set(
        PaymentAttempt.objects.filter(charge_id__in=[one.id for one in ended]).values_list(
            "charge_id", flat=True
        )
    )
    fresh = [charge for charge in ended if charge.id not in known]
    if not fresh:
        return
    with transaction.atomic():
        booking, payment = lock_payment(payment_id)
        before = _declined(booking)
        PaymentAttempt.objects.bulk_create(
            [
                PaymentAttempt(
                    payment=payment,
                    charge_id=charge.id,
                    declined=charge.is_declined,
                    code=charge.code,
                    at=charge.at,
                )
                for charge in reversed(fresh)
            ],
            ignore_conflicts=True,
        )
        if before < ATTEMPTS_BEFORE_ALERT <= _declined(booking):
            raise_alert(
                AlertKind.PAYMENT_FAILING,
                about=str(booking.pk),
                summary=_("%(code)s: the card was declined three times.") % {"code": booking.code},
                booking=booking,
            )


def last_decline(payment: Payment) -> PaymentAttempt | None:
    """The last declined charge of a payment, if any."""
    return payment.card_attempts.filter(declined=True).last()


def advice_of(booking: Booking, declined: PaymentAttempt) -> str:
    """What the customer is told to do after a declined card; from the third one, that staff know
    and help. Trying once more stays open to them.
    """
    words = declines.advice(declined.code)
    if _declined(booking) < ATTEMPTS_BEFORE_ALERT:
        return words
    helped = _("Three tries failed, so our team has been told: call us, and we help you to pay.")
    return f"{words} {helped}"


def _declined(booking: Booking) -> int:
    return PaymentAttempt.objects.filter(payment__booking=booking, declined=True).count()
