"""What Stripe's page shows for a payment: the booking's lines, and where it leads back to."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from booking.models import Booking
from payments import gateway
from payments.models import Payment
from payments.new_session import NewSession, SessionLine
from payments.results import Session
from payments.services.customers import with_customer

_LONGEST_NAME = 250


def create_session(payment: Payment, *, now: datetime) -> Session:
    """Have Stripe open the page of a payment; with the account's saved cards where it is itself
    who pays, not somebody who came by the booking's private link.

    Raises as `gateway.create_session` does, also where the account's customer cannot be made.
    """
    key = payment.idempotency_key or ""
    customer = payment.booking.customer
    if customer is None or customer.is_staff or payment.actor_id != customer.pk:
        return gateway.create_session(order_session(payment), key=key)
    return with_customer(
        customer,
        lambda customer_id: gateway.create_session(
            order_session(payment, customer_id=customer_id), key=key
        ),
        now=now,
    )


def order_session(payment: Payment, *, customer_id: str = "") -> NewSession:
    """The same for the same payment at any time, so that its stored key may be used again."""
    booking = payment.booking
    back = reverse("payments:checkout_return", args=[payment.pk])
    return NewSession(
        payment_id=str(payment.pk),
        booking_id=str(booking.pk),
        booking_number=booking.code,
        email=payment.link.sent_to if payment.link else booking.contact.email,
        customer_id=customer_id,
        lines=_lines(booking, payment.amount_cents),
        expires_at=payment.session_expires_at,  # type: ignore[arg-type]  # by constraint
        # Stripe puts the session's id in this place.
        success_url=f"{settings.SITE_URL}{back}?session_id={{CHECKOUT_SESSION_ID}}",
        cancel_url=f"{settings.SITE_URL}{reverse('payments:checkout_left', args=[payment.pk])}",
    )


def _lines(booking: Booking, amount_cents: int) -> tuple[SessionLine, ...]:
    """The booking's lines, or their sum where Stripe cannot show them (DECISIONS.md, 11)."""
    rows = list(booking.lines.all())
    showable = all(row.amount_cents >= 0 and not row.is_adjustment for row in rows)
    if not showable or sum(row.amount_cents for row in rows) != amount_cents:
        text = f"{booking.title}, {booking.code}"
        return (SessionLine(name=text[:_LONGEST_NAME], reason="", amount_cents=amount_cents),)
    return tuple(
        SessionLine(
            name=row.label[:_LONGEST_NAME], reason=row.reason, amount_cents=row.amount_cents
        )
        for row in rows
    )
