"""Money that came past Stripe is written down by staff: cash, a transfer, a paid invoice.

It counts like any other payment. A mistake is never deleted: it is struck out (`strike`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from booking.catalogue.words import translated
from booking.lifecycle import Status
from booking.models import AlertKind, Booking, close_alert, raise_alert
from booking.services.room import NoRoomError
from booking.services.status import lock_booking
from payments.audit import note_payment
from payments.models import MoneyAct, Payment
from payments.money import MoneyState, money_state
from payments.services.covered import follow_money
from payments.services.fit_links import follow_due
from payments.services.room_again import take_room_again
from totetaxi.lib.actor import Actor
from totetaxi.lib.clock import at_new_york, today
from totetaxi.lib.contention import retried
from totetaxi.lib.money import usd

# Money that came longer ago was told to somebody: a slip of the finger is likelier.
OLDEST = timedelta(days=365)
SAME_AGAIN = timedelta(days=1)
_NOON = time(12)


@dataclass(frozen=True, kw_only=True)
class OfflineMoney:
    """What was handed over. `paid_on` is a New York day; `proof` the number of the receipt, the
    transfer or the invoice.

    `form_id` tells one filled-in form from another: what is sent twice is written down once.
    `over_cents`: so much more than was due, as whoever wrote it down has seen. `is_again`: they
    know that just the same was written down before.
    """

    amount_cents: int
    way: Payment.OfflineWay
    proof: str
    paid_on: date
    form_id: UUID
    note: str = ""
    over_cents: int = 0
    is_again: bool = False


class OfflineRefusedError(Exception):
    """It cannot be written down; `sentence` says why, `field` at which field of the form."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        self.sentence, self.field = sentence, field
        super().__init__(sentence)


class MoreThanDueError(Exception):
    """So much more than is due, in cents, which nobody has said that they know."""

    def __init__(self, over_cents: int, due_cents: int) -> None:
        self.over_cents, self.due_cents = over_cents, due_cents
        super().__init__(f"{over_cents} more than {due_cents}")


class WrittenBeforeError(Exception):
    """The same sum, way and proof was written down within a day: once more, or by mistake?"""

    def __init__(self, payment: Payment) -> None:
        self.payment = payment
        super().__init__(str(payment))


def key_of(form_id: UUID) -> str:
    """The key of the payment that a form makes."""
    return f"offline:{form_id}"


@retried
def record_offline(booking_id: UUID, money: OfflineMoney, *, by: Actor, now: datetime) -> Payment:
    """Write down money that was handed over. Answers the payment; the former one for a form that
    was sent before.

    A pending booking that is covered becomes paid. Links and an open page that now ask for too
    much are cut or closed: who pays there at the same moment gets it back. What is more than due
    stays, with an alert that proposes its refund (DECISIONS.md, 3).

    Raises OfflineRefusedError, MoreThanDueError, WrittenBeforeError.
    """
    key = key_of(money.form_id)
    with transaction.atomic():
        booking = lock_booking(booking_id)
        former = Payment.objects.filter(idempotency_key=key).first()
        if former is not None and former.booking_id == booking.pk:
            return former
        if former is not None:
            raise OfflineRefusedError(_("This form was sent for another booking. Open it anew."))
        _check(booking, money, now)
        over = _check_sum(booking, money)
        _check_again(booking, money, now)
        _take_room(booking, now)
        payment = _write(booking, money, key, by, now)
        note_payment(
            MoneyAct.RECORDED,
            payment,
            payment.captured_cents,
            by=by,
            now=now,
            way=payment.offline_way,
            paid_on=money.paid_on.isoformat(),
            over_cents=over,
        )
        state = money_state(booking)
        follow_money(booking, state, by=by, now=now)
        if over:
            _propose(booking, over)
        follow_due(booking, state.to_pay_cents, ask_for_all=False, now=now)
    return payment


def why_not_record(booking: Booking, state: MoneyState) -> str:
    """Why no money can be written down for a booking, in a sentence; empty where it can."""
    if booking.status == Status.CANCELLED:
        text = _("%(code)s is cancelled. Book it anew, and write the payment down there.")
        return text % {"code": booking.code}
    if state.has_mismatch:
        return _("A payment came that does not match. Settle that first.")
    return ""


def _check(booking: Booking, money: OfflineMoney, now: datetime) -> None:
    """Raises OfflineRefusedError."""
    day = today(now)
    if why_not := why_not_record(booking, money_state(booking)):
        raise OfflineRefusedError(why_not)
    if money.amount_cents < 1:
        raise OfflineRefusedError(_("Enter a sum above 0"), field="amount")
    if not money.proof.strip():
        raise OfflineRefusedError(_("Enter what proves it"), field="proof")
    if money.paid_on > day:
        raise OfflineRefusedError(_("This day is still to come"), field="paid_on")
    if money.paid_on < day - OLDEST:
        raise OfflineRefusedError(_("Enter a day within the last year"), field="paid_on")


def _check_sum(booking: Booking, money: OfflineMoney) -> int:
    """How much more than due it is, in cents. Raises MoreThanDueError unless that is known."""
    state = money_state(booking)
    over = max(0, money.amount_cents - state.most_cents)
    if over and over != money.over_cents:
        raise MoreThanDueError(over, state.most_cents)
    return over


def _check_again(booking: Booking, money: OfflineMoney, now: datetime) -> None:
    """Raises WrittenBeforeError."""
    if money.is_again:
        return
    same = booking.payments.filter(
        method=Payment.Method.OFFLINE,
        amount_cents=money.amount_cents,
        offline_way=money.way,
        proof__iexact=money.proof.strip(),
        created_at__gt=now - SAME_AGAIN,
    ).first()
    if same is not None:
        raise WrittenBeforeError(same)


def _take_room(booking: Booking, now: datetime) -> None:
    """What is paid, even in part, has its place in a van. Raises OfflineRefusedError."""
    if booking.status != Status.PENDING:
        return
    try:
        take_room_again(booking, now=now)
    except NoRoomError as full:
        text = _("%(why)s Move the booking to another day first.")
        raise OfflineRefusedError(text % {"why": translated(full.refusal.sentence)}) from full
    booking.save(update_fields=["van", "room_held", "updated_at"])
    if booking.room_held:  # else vans are still to be arranged
        close_alert(AlertKind.REQUEST, about=f"booking:{booking.pk}", now=now)


def _write(booking: Booking, money: OfflineMoney, key: str, by: Actor, now: datetime) -> Payment:
    is_first = booking.status == Status.PENDING
    return Payment.objects.create(
        booking=booking,
        method=Payment.Method.OFFLINE,
        purpose=Payment.Purpose.BOOKING if is_first else Payment.Purpose.CHANGE,
        status=Payment.Status.SUCCEEDED,
        amount_cents=money.amount_cents,
        captured_cents=money.amount_cents,
        actor_kind=by.kind,
        actor_id=by.user_id,
        idempotency_key=key,
        succeeded_at=now if money.paid_on == today(now) else at_new_york(money.paid_on, _NOON),
        offline_way=money.way,
        proof=money.proof.strip(),
        note=money.note.strip(),
    )


def _propose(booking: Booking, over_cents: int) -> None:
    """What is too much goes back only if a person asks for it (DECISIONS.md, 3)."""
    raise_alert(
        AlertKind.OVERPAID,
        about=f"booking:{booking.pk}",
        summary=_("%(code)s: %(over)s more was handed over than is due.")
        % {"code": booking.code, "over": usd(over_cents)},
        booking=booking,
    )
