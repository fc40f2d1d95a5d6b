"""Payment links, made by the service that staff use."""

from datetime import datetime, timedelta

from booking.models import Booking
from payments.models import PaymentLink
from payments.money import money_state
from payments.services.payment_links import create_link
from totetaxi.lib.actor import SYSTEM, Actor
from totetaxi.lib.clock import now as clock_now


def make_payment_link(
    booking: Booking,
    cents: int | None = None,
    *,
    hours: float = 72,
    by: Actor = SYSTEM,
    now: datetime | None = None,
) -> PaymentLink:
    """A link for all that is due and asked for by none, or for `cents`; open for three days."""
    now = now or clock_now()
    if cents is None:
        asked = booking.payment_links.open().values_list("amount_cents", flat=True)
        cents = money_state(booking).to_pay_cents - sum(asked)
    return create_link(
        booking.pk, amount_cents=cents, expires_at=now + timedelta(hours=hours), by=by, now=now
    )
