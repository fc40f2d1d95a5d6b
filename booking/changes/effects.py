"""What a change does, in sentences with their figures, in the order in which they are shown.

Each kind has one effect at most. Delivery tasks find their place between the certificate and the
messages.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.changes.price import PriceChange
from booking.changes.room import RoomChange
from booking.changes.types import Effect, EffectKind, Tone
from booking.changes.words import difference_words, price_reason, room_words
from booking.models import Booking, CoiState
from booking.pricing.refunds import RefundShare
from booking.services.policy import certificate_due_at, refund_sentence
from booking.services.spoken import day_words, time_words
from totetaxi.lib.clock import today
from totetaxi.lib.money import usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """The money of a change, in cents: what is to be paid and returned once it is done.

    `former_cents` is a refund that a former change asked for and that this one replaces.
    `approves_itself`: nobody has to approve the refund.
    """

    due_cents: int
    refund_cents: int
    former_cents: int = 0
    approves_itself: bool = False
    is_frozen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Everything that the effects of a move are read from. `coi_state` is the new one.

    `is_staff`: staff read them.
    """

    booking: Booking
    pickup_at: datetime
    price: PriceChange
    sums: Sums
    room: RoomChange
    coi_state: CoiState
    recipient: str
    now: datetime
    is_staff: bool = False


def effects_of_move(move: Move) -> tuple[Effect, ...]:
    """The effects of another day, or of anything else but the end."""
    return (
        _price(move.price),
        *_refund(move),
        *_due(move),
        _room(move),
        *_certificate(move),
        _message(_("“Booking changed”"), move.recipient),
    )


def effects_of_end(
    booking: Booking,
    *,
    share: RefundShare,
    paid_cents: int,
    former_cents: int,
    set_cents: int | None = None,
    is_staff: bool = False,
) -> tuple[Effect, ...]:
    """The effects of a cancellation. `former_cents` are on their way back already, `set_cents` is
    what staff give back instead of the policy's `share`.
    """
    returned = (
        _set_by_staff(share, paid_cents, set_cents)
        if set_cents is not None
        else _returned(share, paid_cents, former_cents)
    )
    cents = share.amount_cents if set_cents is None else set_cents
    if is_staff and cents:
        words = _("%(words)s; somebody else approves it") % {"words": returned.sentence}
        returned = replace(returned, sentence=words)
    return (
        returned,
        *_given_back(booking),
        _message(_("“Booking cancelled”"), booking.contact.email),
    )


def _price(change: PriceChange) -> Effect:
    cents = change.difference_cents
    figures = {"old": usd(change.old_total_cents), "new": usd(change.new_total_cents)}
    becomes = _("%(old)s becomes %(new)s") % figures
    if not cents:
        words = _("The price stays %(new)s") % figures
    else:
        why = _("set by staff") if change.is_set else price_reason(change)
        words = f"{_capital(why or _('At today’s prices'))}: {becomes}"
    tone = Tone.GOOD if cents < 0 else Tone.PLAIN
    return Effect(EffectKind.PRICE, words, difference_words(cents), tone)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _refund(move: Move) -> Iterator[Effect]:
    sums = move.sums
    if sums.refund_cents:
        if sums.approves_itself:
            text = _("%(amount)s goes back to the card that paid")
        elif move.is_staff:
            text = _(
                "%(amount)s back to the card that paid is requested; somebody else approves it"
            )
        else:
            text = _("%(amount)s goes back to the card that paid, once our team has approved it")
        if sums.former_cents:
            text += _("; it replaces the %(former)s asked for before")
        words = text % {"amount": usd(sums.refund_cents), "former": usd(sums.former_cents)}
        yield Effect(EffectKind.REFUND, words, usd(sums.refund_cents), Tone.GOOD)
    elif sums.former_cents:
        text = _("The refund of %(former)s that was asked for before is not needed any more")
        yield Effect(EffectKind.REFUND, text % {"former": usd(sums.former_cents)}, usd(0))


def _due(move: Move) -> Iterator[Effect]:
    sums = move.sums
    if sums.due_cents:
        if not sums.is_frozen:
            text = _("Nothing is paid yet: %(amount)s is to be paid")
        elif move.is_staff:
            text = _("%(amount)s is to be paid, on the customer’s page or by a payment link")
        else:
            text = _("%(amount)s is to be paid, by card on your booking’s page")
        amount = usd(sums.due_cents)
        yield Effect(EffectKind.DUE, text % {"amount": amount}, amount, Tone.ATTENTION)


def _room(move: Move) -> Effect:
    room, booking = move.room, move.booking
    if move.is_staff:
        return Effect(
            EffectKind.ROOM,
            room_words(room, booking, move.pickup_at),
            _pieces(room.need.pieces),
            Tone.GOOD if room.van_id else Tone.ATTENTION,
        )
    new_day, old_day = day_words(move.pickup_at), day_words(booking.pickup_at)
    if room.van_id is None:
        text = _("No van is kept for you yet: we arrange it with you for %(new)s")
    elif today(move.pickup_at) != booking.pickup_date:
        text = _("A van has room on %(new)s; your place on %(old)s is given back")
    elif room.need.pieces != booking.room_pieces:
        text = _("The van has room for it on %(new)s")
    else:
        text = _("Your place in the van on %(new)s stays")
    tone = Tone.GOOD if room.van_id else Tone.PLAIN
    words = text % {"new": new_day, "old": old_day}
    return Effect(EffectKind.ROOM, words, _pieces(room.need.pieces), tone)


def _pieces(count: int) -> str:
    return ngettext("%(count)d piece", "%(count)d pieces", count) % {"count": count}


def _certificate(move: Move) -> Iterator[Effect]:
    was, state = move.booking.coi_state, move.coi_state
    if state == CoiState.NOT_NEEDED:
        if was != CoiState.NOT_NEEDED:
            text = _("No certificate of insurance is needed any more")
            yield Effect(EffectKind.CERTIFICATE, text)
        return
    if state == CoiState.APPROVED:
        text = (
            _("The certificate of insurance is on file and stays good")
            if move.is_staff
            else _("Your certificate of insurance is on file and stays good")
        )
        yield Effect(EffectKind.CERTIFICATE, text, _("on file"), Tone.GOOD)
        return
    yield _deadline(move, is_new=was == CoiState.NOT_NEEDED)


def _deadline(move: Move, *, is_new: bool) -> Effect:
    """When the certificate must be on file, and how that differs from before."""
    due, old_due = certificate_due_at(move.pickup_at), certificate_due_at(move.booking.pickup_at)
    left = (today(due) - today(move.now)).days
    if due <= move.now:
        text = _("The certificate of insurance must be on file before we collect")
        return Effect(EffectKind.CERTIFICATE, text, _("due now"), Tone.ATTENTION)
    if is_new:
        text = _("A certificate of insurance is needed. It is on file by %(day)s, %(time)s")
    elif due == old_due:
        text = _("Still required, none on file. The deadline stays %(day)s, %(time)s")
    else:
        text = _("Still required, none on file. The deadline moves to %(day)s, %(time)s")
        text = f"{text}{_moved((today(due) - today(old_due)).days)}"
    figure = ngettext("%(count)d day left", "%(count)d days left", left) % {"count": left}
    words = text % {"day": day_words(due), "time": time_words(due)}
    return Effect(EffectKind.CERTIFICATE, words, figure, Tone.ATTENTION)


def _moved(days: int) -> str:
    """`, 2 days earlier`; empty within a day."""
    if not days:
        return ""
    text = (
        ngettext(", %(count)d day earlier", ", %(count)d days earlier", -days)
        if days < 0
        else ngettext(", %(count)d day later", ", %(count)d days later", days)
    )
    return text % {"count": abs(days)}


def _message(title: str, recipient: str) -> Effect:
    text = _("%(title)s goes to %(email)s") % {"title": title, "email": recipient}
    return Effect(EffectKind.MESSAGES, text, _("1 message"))


def _returned(share: RefundShare, paid_cents: int, former_cents: int) -> Effect:
    """What goes back by the policy, beside what is on its way back already."""
    former = _("%(amount)s is on its way back already") % {"amount": usd(former_cents)}
    if paid_cents:
        words = refund_sentence(share, paid_cents).rstrip(".")
        tone = Tone.GOOD if share.amount_cents else Tone.ATTENTION
        words = f"{words}; {former}" if former_cents else words
        return Effect(EffectKind.REFUND, words, usd(share.amount_cents), tone)
    if former_cents:
        return Effect(EffectKind.REFUND, former, usd(former_cents), Tone.GOOD)
    return Effect(EffectKind.REFUND, _("Nothing was paid, so nothing is returned"), usd(0))


def _set_by_staff(share: RefundShare, paid_cents: int, set_cents: int) -> Effect:
    """What goes back by staff's own word, beside what the policy gives."""
    text = _(
        "%(amount)s of %(paid)s goes back to the card that paid, as you say; "
        "by the refund rules it would be %(share)s"
    )
    figures = {"amount": set_cents, "paid": paid_cents, "share": share.amount_cents}
    words = text % {name: usd(cents) for name, cents in figures.items()}
    tone = Tone.GOOD if set_cents else Tone.ATTENTION
    return Effect(EffectKind.REFUND, words, usd(set_cents), tone)


def _given_back(booking: Booking) -> Iterator[Effect]:
    if booking.room_held:
        text = _("Your place in the van on %(day)s is given back")
        words = text % {"day": day_words(booking.pickup_at)}
        yield Effect(EffectKind.ROOM, words, _pieces(booking.room_pieces))
