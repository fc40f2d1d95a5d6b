"""What became of a change, read from the database again: nothing says saved that is not."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from booking.lifecycle import Status
from booking.models import Booking
from payments.models import Refund
from payments.money import money_state
from totetaxi.lib.money import usd

UNDER_WAY = (Refund.Status.APPROVED, Refund.Status.PENDING, Refund.Status.SUCCEEDED)


def changed_words(booking_id: object, since: datetime) -> str:
    """`TT-000455 is saved: $4,260.00 in all.`, what went back since then, what is to be paid."""
    booking = Booking.objects.get(pk=booking_id)
    words = _("%(code)s is saved: %(total)s in all.")
    parts = [words % {"code": booking.code, "total": usd(booking.total_cents)}]
    return " ".join([*parts, *_refunds(booking, since), *_due(booking)])


def taken_words(booking_id: object) -> str:
    """What became of a new booking."""
    booking = Booking.objects.get(pk=booking_id)
    if booking.status == Status.PAID:
        return _("%(code)s is booked and confirmed, free of charge.") % {"code": booking.code}
    words = _("%(code)s is booked: %(total)s.")
    parts = [words % {"code": booking.code, "total": usd(booking.total_cents)}]
    return " ".join([*parts, *_links(booking)])


def _refunds(booking: Booking, since: datetime) -> list[str]:
    """What this change has asked back."""
    asked = Refund.objects.filter(
        payment__booking=booking, reason=Refund.Reason.CHANGE, created_at__gte=since
    ).values_list("status", "amount_cents")
    rows = list(asked)
    waiting = sum(cents for status, cents in rows if status == Refund.Status.REQUESTED)
    going = sum(cents for status, cents in rows if status in UNDER_WAY)
    found = []
    if waiting:
        text = _("A refund of %(amount)s is requested and waits for approval.")
        found.append(text % {"amount": usd(waiting)})
    if going:
        found.append(_("%(amount)s goes back to the card.") % {"amount": usd(going)})
    return found


def _due(booking: Booking) -> list[str]:
    """What is to be paid, and whether a link asks for it."""
    due = money_state(booking).to_pay_cents
    if not due or booking.status == Status.CANCELLED:
        return []
    links = _links(booking)
    return links or [_("%(amount)s is to be paid.") % {"amount": usd(due)}]


def _links(booking: Booking) -> list[str]:
    """What open links ask for, and of whom."""
    links = list(booking.payment_links.open())
    if not links:
        return []
    asked = usd(sum(link.amount_cents for link in links))
    if len(links) == 1:
        text = _("A payment link for %(amount)s is with %(email)s.")
    else:
        text = _("%(count)d payment links for %(amount)s together are with %(email)s.")
    return [text % {"count": len(links), "amount": asked, "email": links[0].sent_to}]
