"""Staff ask for money by e-mail: links are made, sent again and withdrawn (DECISIONS.md, 5, 26)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from booking.catalogue.snapshot import get_snapshot
from booking.catalogue.words import translated
from booking.lifecycle import Status
from booking.models import AlertKind, Booking, MessageKind, close_alert, plan_message
from booking.services.room import NoRoomError
from booking.services.status import lock_booking
from payments.links.tokens import new_hash
from payments.models import Payment, PaymentLink
from payments.money import money_state
from payments.services.fit_links import end_link
from payments.services.link_amounts import SMALLEST_CENTS
from payments.services.open_payment import SESSION_LIFE
from payments.services.room_again import take_room_again
from payments.services.withdraw import withdraw_payment
from totetaxi.lib.actor import Actor
from totetaxi.lib.contention import retried
from totetaxi.lib.money import usd

# A cancelled booking has nothing to pay; one under way may have been started unpaid.
LINKABLE = frozenset({Status.PENDING, Status.PAID, Status.IN_PROGRESS, Status.COMPLETED})
_OPEN = PaymentLink.State.OPEN


class LinkRefusedError(Exception):
    """The link cannot be made or changed; `sentence` says why, and what to do instead."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@retried
def create_link(
    booking_id: UUID, *, amount_cents: int, expires_at: datetime, by: Actor, now: datetime
) -> PaymentLink:
    """Ask a booking's contact for a sum, until `expires_at`, and send the mail.

    A pending booking keeps its room as long; one whose room was given back takes it again. The
    request that it may have been is taken up with it. Makes no outside call.

    Raises LinkRefusedError: nothing or less is due, other links ask for it, the sum is above the
    online limit or below what a card can be charged with, its time is over, or the van is full.
    """
    with transaction.atomic():
        booking = lock_booking(booking_id)
        _check_sum(booking, amount_cents)
        link = PaymentLink(
            booking=booking,
            position=_last_position(booking) + 1,
            amount_cents=amount_cents,
            created_by_id=by.user_id,
        )
        _send(booking, link, expires_at, now)
        link.save(force_insert=True)
        if booking.room_held:  # else vans are still to be arranged
            close_alert(AlertKind.REQUEST, about=f"booking:{booking.pk}", now=now)
        close_alert(AlertKind.PARTLY_PAID, about=f"booking:{booking.pk}", now=now)
    return link


@retried
def resend_link(link_id: UUID, *, expires_at: datetime, by: Actor, now: datetime) -> PaymentLink:
    """Send a link anew: another token and deadline. The former mail's link opens nothing any more,
    and the page that it opened is closed.

    One that is over asks again. Raises LinkRefusedError for one that was paid or withdrawn.
    """
    with transaction.atomic():
        booking, link = _lock(link_id)
        if link.state == PaymentLink.State.EXPIRED:
            _check_sum(booking, link.amount_cents)
        elif link.state != _OPEN:
            raise LinkRefusedError(_("This link is not open any more. Send a new one."))
        _give_up_page(booking, link, now)
        link.state, link.round = _OPEN, link.round + 1
        link.created_by_id, link.opened_at = by.user_id, None
        _send(booking, link, expires_at, now)
        link.save()
        close_alert(AlertKind.PARTLY_PAID, about=f"booking:{booking.pk}", now=now)
    return link


@retried
def withdraw_link(link_id: UUID, *, by: Actor, now: datetime) -> PaymentLink:
    """Take an open link back, and close its page at Stripe. Money that comes all the same counts.

    Raises LinkRefusedError for one that is not open.
    """
    with transaction.atomic():
        booking, link = _lock(link_id)
        if link.state != _OPEN:
            raise LinkRefusedError(_("This link is not open any more."))
        _give_up_page(booking, link, now)
        end_link(link, PaymentLink.State.WITHDRAWN, now=now, by_id=by.user_id)
    return link


def _lock(link_id: UUID) -> tuple[Booking, PaymentLink]:
    """A link and its booking, locked in the order in which payments are: the booking first."""
    booking = lock_booking(PaymentLink.objects.values_list("booking_id", flat=True).get(pk=link_id))
    link = PaymentLink.objects.select_for_update().get(pk=link_id)
    link.booking = booking
    return booking, link


def _last_position(booking: Booking) -> int:
    return booking.payment_links.aggregate(last=Max("position"))["last"] or 0


def _check_sum(booking: Booking, cents: int) -> None:
    """Raises LinkRefusedError unless a locked booking's links may ask for this sum too."""
    money = money_state(booking)
    asked = sum(booking.payment_links.open().values_list("amount_cents", flat=True))
    left = money.to_pay_cents - asked
    limit = get_snapshot().book.limits.online_max_cents
    if booking.status not in LINKABLE:
        sentence = _("The booking is cancelled: there is nothing to pay.")
    elif money.has_mismatch:
        sentence = _("A payment came that does not match. Settle that first.")
    elif left <= 0:
        sentence = _("Nothing is left to ask for.")
    elif not SMALLEST_CENTS <= cents <= min(left, limit):
        sentence = _("Ask for %(least)s to %(most)s.") % {
            "least": usd(SMALLEST_CENTS),
            "most": usd(min(left, limit)),
        }
    elif 0 < left - cents < SMALLEST_CENTS:
        sentence = _("%(rest)s would be left, too little for a card. Ask for all of it.") % {
            "rest": usd(left - cents)
        }
    else:
        return
    raise LinkRefusedError(sentence)


def _send(booking: Booking, link: PaymentLink, expires_at: datetime, now: datetime) -> None:
    """Give a link of a locked booking its deadline, token and mail; the room waits as long."""
    is_pending = booking.status == Status.PENDING
    if is_pending:
        expires_at = min(expires_at, booking.pickup_at)
    if expires_at < now + SESSION_LIFE:
        raise LinkRefusedError(_("The pickup is too near to pay by link."))
    link.expires_at, link.sent_at = expires_at, now
    link.sent_to = booking.contact.email
    link.token_hash = new_hash(link)
    if is_pending:
        _keep_room(booking, expires_at, now)
    plan_message(
        MessageKind.PAYMENT_LINK,
        key=f"link:{link.pk}:{link.round}",
        recipient=link.sent_to,
        booking=booking,
        context={"link": str(link.pk), "round": link.round},
    )


def _keep_room(booking: Booking, until: datetime, now: datetime) -> None:
    """Hold a pending booking's room for its links; take it again where it was given back."""
    held = booking.hold_expires_at
    booking.hold_expires_at = max(held, until) if held else until
    try:
        take_room_again(booking, now=now)
    except NoRoomError as full:
        text = _("%(why)s Move the booking to another day first.")
        raise LinkRefusedError(text % {"why": translated(full.refusal.sentence)}) from full
    booking.save(update_fields=["hold_expires_at", "van", "room_held", "updated_at"])


def _give_up_page(booking: Booking, link: PaymentLink, now: datetime) -> None:
    """Close the page that a link has open; another link's, or the booking's own, stays."""
    if Payment.objects.open().filter(booking=booking, link=link).exists():
        withdraw_payment(booking, now=now)
