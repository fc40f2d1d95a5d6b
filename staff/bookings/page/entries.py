"""What stands in a booking's stream: one thing that happened, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.lifecycle import Status
from booking.models import BookingEvent, ChangeRequest, Message, Note
from booking.notifications.outcome import Outcome
from booking.tracking.happened import happened
from payments.models import Payment, PaymentAttempt, Refund
from staff.audit_log.queries import entry_of
from staff.bookings.events import event_words
from staff.models import AuditLog
from staff.payments.words import how_words
from totetaxi.lib.actor import ActorKind
from totetaxi.lib.money import usd

if TYPE_CHECKING:
    from accounts.models import User

# Kinds of entries that the stream can be narrowed to, in the order of its tabs.
KINDS = {
    "notes": gettext_lazy("Notes"),
    "messages": gettext_lazy("Messages"),
    "status": gettext_lazy("Status"),
    "money": gettext_lazy("Money"),
    "log": gettext_lazy("Log"),
}
_OUTCOMES = {
    Outcome.SENT: gettext_lazy("Sent"),
    Outcome.FAILED: gettext_lazy("Not taken, tried again"),
    Outcome.REFUSED: gettext_lazy("Refused"),
    Outcome.UNKNOWN: gettext_lazy("Not known"),
    Outcome.DROPPED: gettext_lazy("Not needed any more"),
}
_CAME = frozenset({Payment.Status.SUCCEEDED, Payment.Status.MISMATCH})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry. `tone` is good, bad or nothing; `quote` is what a person wrote; `href` is the page
    that tells more, where there is one.
    """

    at: datetime
    icon: str
    title: str
    who: str = ""
    lines: tuple[str, ...] = ()
    quote: str = ""
    tone: str = ""
    href: str = ""


def who_words(kind: str, user: User | None) -> str:
    """Who did something: a colleague by name, a customer as such."""
    if kind == ActorKind.STAFF and user is not None:
        return user.get_full_name()
    words = {
        ActorKind.GUEST: _("Customer, website"),
        ActorKind.CUSTOMER: _("Customer, portal"),
        ActorKind.STAFF: _("Staff"),
        ActorKind.SYSTEM: _("By itself"),
    }
    return words[ActorKind(kind)]


def event_entry(event: BookingEvent, asked: dict[str, ChangeRequest]) -> Entry:
    """A change of status, or of the booking. `asked` are the booking's requests by their ids."""
    if event.kind == BookingEvent.Kind.STATUS:
        to = Status(event.to_status)
        return Entry(
            at=event.at,
            icon=f"status-{to}",
            title=event_words(event),
            who=who_words(event.actor_kind, event.actor),
            tone="good" if to in {Status.PAID, Status.COMPLETED} else "",
        )
    if event.kind == BookingEvent.Kind.MONEY:
        return Entry(
            at=event.at,
            icon="warn",
            title=event_words(event),
            who=_("Stripe"),
            lines=_disputed(event),
            tone="bad" if event.reason in {"dispute_opened", "dispute_lost"} else "",
        )
    title, detail = happened(event)
    request = asked.get(str(event.detail.get("request", "")))
    return Entry(
        at=event.at,
        icon="edit",
        title=title,
        who=who_words(event.actor_kind, event.actor),
        lines=(detail,) if detail else (),
        quote=_said(event, request) if request else "",
    )


def _disputed(event: BookingEvent) -> tuple[str, ...]:
    """The sum that a dispute is about."""
    cents = event.detail.get("dispute_cents")
    return (usd(cents),) if cents else ()


def _said(event: BookingEvent, request: ChangeRequest) -> str:
    """What the customer wrote when they asked, or staff when they answered."""
    return request.note if event.reason.startswith("asked_") else request.answer


def message_entry(message: Message) -> Entry:
    """A mail, and each try to deliver it. Prefetch `deliveries`."""
    is_bad = message.state == Message.Progress.FAILED
    tries = tuple(
        _("%(outcome)s, try %(number)d%(detail)s")
        % {
            "outcome": _OUTCOMES[Outcome(row.outcome)] if row.outcome in _OUTCOMES else row.outcome,
            "number": number,
            "detail": f": {row.detail}" if row.detail else "",
        }
        for number, row in enumerate(message.deliveries.all(), start=1)
        if row.outcome != Outcome.SENT
    )
    return Entry(
        at=message.created_at,
        icon="mail",
        title=message.subject or str(message.get_kind_display()),
        who=_("To %(address)s") % {"address": message.recipient},
        lines=(str(message.get_state_display()), *tries),
        tone="bad" if is_bad else "",
    )


def payment_entry(payment: Payment) -> Entry:
    """Money that came, or a page at which it can come."""
    came = payment.status in _CAME
    cents = payment.captured_cents if came else payment.amount_cents
    figures = {"amount": usd(cents), "how": how_words(payment)}
    if payment.method == Payment.Method.FREE:
        title = _("Nothing to pay")
    elif came:
        title = _("Paid %(amount)s, %(how)s") % figures
    elif payment.status == Payment.Status.STRUCK:
        title = _("Struck out: %(amount)s, %(how)s") % figures
    else:
        title = _("Payment of %(amount)s begun") % figures
    return Entry(
        at=payment.succeeded_at or payment.created_at,
        icon="check" if came else "clock",
        title=title,
        who=who_words(payment.actor_kind, payment.actor),
        lines=tuple(filter(None, (payment.proof, payment.struck_why))) or _standing(payment),
        quote=payment.note,
        tone="bad" if payment.status == Payment.Status.MISMATCH else "good" if came else "",
    )


def _standing(payment: Payment) -> tuple[str, ...]:
    is_done = payment.status == Payment.Status.SUCCEEDED
    return () if is_done else (str(payment.get_status_display()),)


def attempt_entry(attempt: PaymentAttempt) -> Entry:
    """A card that was declined."""
    return Entry(
        at=attempt.at,
        icon="octagon",
        title=_("Card declined"),
        who=_("Stripe"),
        lines=(attempt.code.replace("_", " "),) if attempt.code else (),
        tone="bad",
    )


def refund_entry(refund: Refund) -> Entry:
    """Money back: asked for, approved, gone."""
    lines = [f"{refund.get_status_display()}: {refund.get_reason_display()}"]
    if refund.approved_by_kind:
        by = who_words(refund.approved_by_kind, refund.approved_by)
        lines.append(_("Approved: %(who)s") % {"who": by})
    if refund.refusal:
        lines.append(_("Refused: %(why)s") % {"why": refund.refusal})
    if refund.failure_reason:
        lines.append(refund.failure_reason.replace("_", " "))
    if refund.proof:
        lines.append(_("Paid out by hand: %(proof)s") % {"proof": refund.proof})
    is_done = refund.status == Refund.Status.SUCCEEDED
    title = _("Refunded %(amount)s") if is_done else _("Refund of %(amount)s")
    return Entry(
        at=refund.created_at,
        icon="left",
        title=title % {"amount": usd(refund.amount_cents)},
        who=who_words(refund.requested_by_kind, refund.requested_by),
        lines=tuple(lines),
        quote=refund.note,
        tone="bad" if refund.status == Refund.Status.FAILED else "",
        href=reverse("staff:refund", args=[refund.pk]),
    )


def note_entry(note: Note) -> Entry:
    """What a colleague wrote down."""
    return Entry(
        at=note.created_at,
        icon="doc",
        title=_("Note"),
        who=note.author.get_full_name(),
        quote=note.body,
    )


def log_entry(row: AuditLog) -> Entry:
    """A row of the audit log."""
    changes = tuple(
        f"{change.name}: {change.before} → {change.after}"
        if change.before
        else f"{change.name}: {change.after}"
        for change in entry_of(row).changes
    )
    who = row.actor.name if row.actor else _("By itself")
    return Entry(at=row.at, icon="log", title=row.action_words, who=who, lines=changes)
