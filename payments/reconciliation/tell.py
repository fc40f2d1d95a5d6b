"""One alert for each thing that nobody has explained, closed once it is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from booking.models import Alert, AlertKind, Booking, close_alert, raise_alert
from payments.models import BalanceMovement, Payment, Refund
from payments.reconciliation.why import Why
from totetaxi.lib.money import usd

MOVEMENT, PAYMENT, REFUND = "movement", "payment", "refund"


def about(what: str, key: UUID | str) -> str:
    """What an alert of the kind MONEY_OPEN is about: `movement:`, `payment:` or `refund:` a key."""
    return f"{what}:{key}"


def read_about(text: str) -> tuple[str, UUID | None]:
    """`(what, key)` of an alert's `about`; the key is None for what is no such thing."""
    what, _colon, key = text.partition(":")
    try:
        return what, UUID(key)
    except ValueError:
        return what, None


def read_told(text: str) -> tuple[str, UUID | None]:
    """The same of any alert of the kind MONEY_OPEN: a key alone is of a refund that Stripe made
    once more.
    """
    return read_about(text if ":" in text else about(REFUND, text))


def booking_of(movement: BalanceMovement) -> Booking | None:
    """Whose money it is, as far as we know."""
    owner = movement.refund or movement.dispute
    payment = movement.payment or (owner.payment if owner else None)
    return payment.booking if payment else None


def tell_of(movement: BalanceMovement, *, now: datetime) -> None:
    """Open or close the alert of a movement, as it stands. In the caller's transaction.

    While somebody is to decide about its payment, that is the one alert of both.
    """
    named = about(MOVEMENT, movement.pk)
    if movement.standing != BalanceMovement.Standing.OPEN or _waits_for_decision(movement):
        close_alert(AlertKind.MONEY_OPEN, about=named, now=now)
        return
    if is_told(named):
        return
    booking = booking_of(movement)
    words = {
        "amount": usd(abs(movement.amount_cents)),
        "code": booking.code if booking else "",
        "why": Why(movement.why).label,
    }
    text = _("%(code)s: %(amount)s moved at Stripe. %(why)s.")
    if booking is None:
        text = _("%(amount)s moved at Stripe. %(why)s.")
    raise_alert(AlertKind.MONEY_OPEN, about=named, summary=text % words, booking=booking)


def _waits_for_decision(movement: BalanceMovement) -> bool:
    return movement.payment_id is not None and is_told(
        str(movement.payment_id), kind=AlertKind.PAYMENT_MISMATCH
    )


def tell_of_missing(thing: Payment | Refund) -> None:
    """A succeeded payment or refund of ours of which Stripe has booked nothing.

    Once for ever: who closed the alert by hand has looked into it.
    """
    what = PAYMENT if isinstance(thing, Payment) else REFUND
    payment = thing if isinstance(thing, Payment) else thing.payment
    cents = thing.captured_cents if isinstance(thing, Payment) else thing.amount_cents
    named = about(what, thing.pk)
    if Alert.objects.filter(kind=AlertKind.MONEY_OPEN, about=named).exists():
        return
    text = (
        _("%(code)s: Stripe has not booked the payment of %(amount)s.")
        if what == PAYMENT
        else _("%(code)s: Stripe has not booked the refund of %(amount)s.")
    )
    raise_alert(
        AlertKind.MONEY_OPEN,
        about=named,
        summary=text % {"code": payment.booking.code, "amount": usd(cents)},
        booking=payment.booking,
    )


def is_told(named: str, *, kind: AlertKind = AlertKind.MONEY_OPEN) -> bool:
    """Whether an open alert is about something."""
    return Alert.objects.filter(kind=kind, about=named, closed_at__isnull=True).exists()
