"""The mail that says that money went back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.bookings.money import card_words
from booking.models import Message, MessageKind
from booking.notifications.facts import booking_facts
from booking.notifications.letter import Letter, NotNeededError, booking_of
from booking.notifications.messages import register_writer
from payments.models import Refund
from totetaxi.lib.money import usd


def refund_made(message: Message, now: datetime) -> Letter:
    """How much went back, to where, why, and when it shows. Context: refund, its key.

    A refund that has failed meanwhile is told of by nobody but a person.
    """
    booking = booking_of(message)
    refund = Refund.objects.select_related("payment").get(pk=message.context["refund"])
    if refund.status != Refund.Status.SUCCEEDED:
        raise NotNeededError(f"the refund is {refund.status}")
    amount = usd(refund.amount_cents)
    context: dict[str, Any] = {
        "amount": amount,
        "card": card_words(refund.payment) if not refund.is_by_hand else "",
        "why": _why(refund),
    }
    return Letter(
        recipient=message.recipient,
        subject=_("Refunded: %(amount)s, %(code)s") % {"amount": amount, "code": booking.code},
        template="refund_made",
        context=vars(booking_facts(booking, now)) | context,
        opens=(booking,),
    )


def _why(refund: Refund) -> str:
    """What it is for, in words for its customer; a note was written for the team."""
    words = {
        Refund.Reason.SURPLUS: _("More was paid than your booking costs, so the rest goes back."),
        Refund.Reason.CANCELLATION: _("It is for your booking that was cancelled."),
        Refund.Reason.CHANGE: _("Your booking costs less since it was changed."),
        Refund.Reason.OUR_FAULT: _("Something went wrong on our side. We are sorry."),
    }
    return words.get(Refund.Reason(refund.reason), "")


def register() -> None:
    """Tell booking's notifications who writes these. Called by the app's `ready`."""
    register_writer(MessageKind.REFUND_MADE, refund_made)
