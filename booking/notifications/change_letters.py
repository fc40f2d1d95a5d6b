"""What we write about changes: made, asked for, refused, and the end of a booking."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from booking.lifecycle import Status
from booking.models import Booking, ChangeRequest, Message
from booking.notifications.facts import booking_facts
from booking.notifications.invite import render_calendar
from booking.notifications.letter import Letter, NotNeededError, booking_of
from booking.notifications.schedule import day_words, time_words
from totetaxi.lib.clock import at_new_york
from totetaxi.lib.money import usd


def rescheduled(message: Message, now: datetime) -> Letter:
    """Another day, or anything else: what it is now, and what it costs more or less.

    Context: revision, was (the former pickup), total_cents, difference_cents, due_cents,
    refund_cents and approves_itself. The calendar file moves the appointments that they have.
    """
    booking = booking_of(message)
    facts: dict[str, Any] = message.context
    if booking.revision != facts["revision"]:
        raise NotNeededError("it was changed again")
    if booking.status not in {Status.PENDING, Status.PAID, Status.IN_PROGRESS}:
        raise NotNeededError(f"the booking is {booking.status}")
    was = datetime.fromisoformat(facts["was"])
    is_pending = booking.status == Status.PENDING
    moved = was != booking.pickup_at
    title = _("We collect on another day") if moved else _("Your booking is changed")
    return Letter(
        recipient=message.recipient,
        subject=_("%(title)s: %(day)s, %(code)s")
        % {"title": title, "day": day_words(booking.pickup_at), "code": booking.code},
        template="rescheduled",
        context=vars(booking_facts(booking, now))
        | {
            "moved": moved,
            "is_pending": is_pending,
            "was_day": day_words(was),
            "was_time": time_words(was),
            "money": _money_words(facts, is_pending=is_pending),
            "has_due": bool(facts["due_cents"]) and not booking.needs_staff,
        },
        opens=(booking,),
        calendar="" if is_pending else render_calendar(booking, now=now),
    )


def cancelled(message: Message, now: datetime) -> Letter:
    """It is over, and what goes back. Context: refund_cents, is_set where staff named that sum
    themselves; was_paid, so that the calendar's appointments are taken back too.
    """
    booking = booking_of(message)
    if booking.status != Status.CANCELLED:
        raise NotNeededError(f"the booking is {booking.status}")
    facts: dict[str, Any] = message.context
    return Letter(
        recipient=message.recipient,
        subject=_("Your booking is cancelled, %(code)s") % {"code": booking.code},
        template="cancelled",
        context=vars(booking_facts(booking, now))
        | {
            "refund": _refund_words(facts),
            "is_set": facts["is_set"],
            "was_paid": facts["was_paid"],
        },
        opens=(booking,),
        calendar=render_calendar(booking, now=now) if facts["was_paid"] else "",
    )


def change_asked(message: Message, now: datetime) -> Letter:
    """We have the request, and the booking stands until it is answered. Context: request."""
    booking, asked = _request_of(message, ChangeRequest.State.OPEN)
    return Letter(
        recipient=message.recipient,
        subject=_("We have your request for %(code)s") % {"code": booking.code},
        template="change_asked",
        context=vars(booking_facts(booking, now)) | _asked_words(asked),
        opens=(booking,),
    )


def change_refused(message: Message, now: datetime) -> Letter:
    """What was asked for is not possible, why, and that the booking stands. Context: request."""
    booking, asked = _request_of(message, ChangeRequest.State.REFUSED)
    return Letter(
        recipient=message.recipient,
        subject=_("Your booking stays as it was, %(code)s") % {"code": booking.code},
        template="change_refused",
        context=vars(booking_facts(booking, now)) | _asked_words(asked) | {"answer": asked.answer},
        opens=(booking,),
    )


def _request_of(message: Message, state: ChangeRequest.State) -> tuple[Booking, ChangeRequest]:
    """A request that still stands so, and its booking. Raises NotNeededError."""
    booking = booking_of(message)
    asked = ChangeRequest.objects.filter(pk=message.context["request"]).first()
    if asked is None or asked.state != state:
        raise NotNeededError("the request was decided or withdrawn")
    if booking.status == Status.CANCELLED:
        raise NotNeededError("the booking is cancelled")
    return booking, asked


def _asked_words(asked: ChangeRequest) -> dict[str, Any]:
    """What was asked for, and what it would do to the money."""
    if asked.wanted_date is None or asked.wanted_time is None:
        money = (
            _("By the refund rules, %(amount)s would go back to you.")
            % {"amount": usd(asked.shown_cents)}
            if asked.shown_cents
            else _("By the refund rules, nothing would go back to you.")
        )
        return {"wanted_day": "", "wanted_time": "", "money": money, "note": asked.note}
    wanted = at_new_york(asked.wanted_date, asked.wanted_time)
    return {
        "wanted_day": day_words(wanted),
        "wanted_time": time_words(wanted),
        "money": _difference_words(asked.shown_cents),
        "note": asked.note,
    }


def _difference_words(cents: int) -> str:
    if not cents:
        return _("The price would stay the same.")
    text = _("It would cost %(amount)s more.") if cents > 0 else _("It would cost %(amount)s less.")
    return text % {"amount": usd(abs(cents))}


def _money_words(facts: dict[str, Any], *, is_pending: bool) -> str:
    """What became of the price, and what is to be paid or goes back."""
    total, cents = usd(facts["total_cents"]), facts["difference_cents"]
    if not cents:
        words = _("The price stays %(total)s.") % {"total": total}
    else:
        text = (
            _("It costs %(amount)s more: %(total)s in all.")
            if cents > 0
            else _("It costs %(amount)s less: %(total)s in all.")
        )
        words = text % {"amount": usd(abs(cents)), "total": total}
    return " ".join(filter(None, [words, _due_words(facts, is_pending), _cheaper_words(facts)]))


def _due_words(facts: dict[str, Any], is_pending: bool) -> str:
    if not facts["due_cents"] or is_pending:
        return ""
    return _("%(amount)s is still to be paid.") % {"amount": usd(facts["due_cents"])}


def _refund_words(facts: dict[str, Any]) -> str:
    if not facts["refund_cents"]:
        return ""
    text = _("%(amount)s goes back to the card that paid; banks take five to ten days to show it.")
    return text % {"amount": usd(facts["refund_cents"])}


def _cheaper_words(facts: dict[str, Any]) -> str:
    """What goes back because it costs less: at once, or as soon as it is approved."""
    if facts["approves_itself"] or not facts["refund_cents"]:
        return _refund_words(facts)
    text = _("%(amount)s goes back to the card that paid, once our team has approved it.")
    return text % {"amount": usd(facts["refund_cents"])}
