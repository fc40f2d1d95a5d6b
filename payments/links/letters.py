"""The mail that asks for money."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.lifecycle import Status
from booking.models import Message, MessageKind
from booking.notifications.facts import booking_facts
from booking.notifications.letter import Letter, NotNeededError, booking_of
from booking.notifications.links import absolute
from booking.notifications.messages import register_writer
from payments.links.tokens import token_of
from payments.links.words import deadline_words
from payments.models import PaymentLink
from totetaxi.lib.money import usd

PLACEHOLDER = "payment-link"


def payment_link(message: Message, now: datetime) -> Letter:
    """A sum, until when, and the button. Context: link, round; declined and advice, where a card
    was tried in vain and the same link goes out once more.
    """
    booking = booking_of(message)
    link = PaymentLink.objects.filter(
        pk=message.context["link"], round=message.context["round"]
    ).first()
    if link is None or not link.is_payable(now) or booking.status == Status.CANCELLED:
        raise NotNeededError("the link is over")
    declined = bool(message.context.get("declined"))
    text = (
        _("Your payment did not go through, %(code)s")
        if declined
        else _("Please pay %(amount)s for %(code)s")
    )
    amount = usd(link.amount_cents)
    path = reverse("payment_links:open", args=[PLACEHOLDER])
    return Letter(
        recipient=message.recipient,
        subject=text % {"amount": amount, "code": booking.code},
        template="payment_link",
        context=vars(booking_facts(booking, now))
        | {
            "amount": amount,
            "until": deadline_words(link),
            "link": absolute(path),
            "declined": declined,
            "advice": message.context.get("advice", ""),
            "is_pending": booking.status == Status.PENDING,
            "is_part": link.amount_cents != booking.total_cents,
            "total": usd(booking.total_cents),
        },
        secrets=((PLACEHOLDER, token_of(link)),),
    )


def register() -> None:
    """Tell booking's notifications who writes these. Called by the app's `ready`."""
    register_writer(MessageKind.PAYMENT_LINK, payment_link)
