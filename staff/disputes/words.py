"""How a dispute is told: why it was opened, how it stands, and what presses."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payments.models import Dispute
from staff.bookings.page.standing import Word
from totetaxi.lib.clock import new_york
from totetaxi.lib.money import usd

# Evidence that is due within this time is red.
PRESSING = timedelta(hours=48)
# Stripe's words for why card holders dispute a payment; others are shown as Stripe has them.
_REASONS = {
    "bank_cannot_process": gettext_lazy("The bank could not process it"),
    "credit_not_processed": gettext_lazy("Waits for a refund"),
    "customer_initiated": gettext_lazy("The customer opened it"),
    "duplicate": gettext_lazy("Says it was charged twice"),
    "fraudulent": gettext_lazy("Says it was not them"),
    "general": gettext_lazy("No reason given"),
    "product_not_received": gettext_lazy("Says nothing was carried"),
    "product_unacceptable": gettext_lazy("Not as it was promised"),
    "subscription_canceled": gettext_lazy("Says it was cancelled"),
    "unrecognized": gettext_lazy("Does not recognise the charge"),
}


def reason_words(dispute: Dispute) -> str:
    """Why it was opened."""
    known = _REASONS.get(dispute.reason)
    return str(known or dispute.reason.replace("_", " ").capitalize() or _("No reason given"))


def state_word(dispute: Dispute, now: datetime) -> Word:
    """How it stands, with a shape. Red is only what somebody must act on, or what was lost."""
    status = Dispute.Status(dispute.status)
    if status is Dispute.Status.WON:
        return Word(_("Won"), "green", "status-completed")
    if status is Dispute.Status.LOST:
        return Word(_("Lost"), "red", "status-failed")
    if status is Dispute.Status.UNDER_REVIEW:
        return Word(_("With the bank"), "plain", "status-in_progress")
    due = dispute.evidence_due_at
    if due is None:
        return Word(_("Evidence is due"), "amber", "status-warning")
    if due <= now:
        return Word(_("Was due %(when)s") % {"when": _moment(due)}, "red", "status-late")
    tone = "red" if due - now <= PRESSING else "amber"
    return Word(_("Evidence by %(when)s") % {"when": _moment(due)}, tone, "status-warning")


def dispute_word(disputes: list[Dispute]) -> list[Word]:
    """What the head of a booking's page says of its disputes: nothing where none presses."""
    open_cents = sum(one.amount_cents for one in disputes if one.closed_at is None)
    lost = Dispute.Status.LOST
    lost_cents = sum(one.amount_cents for one in disputes if one.status == lost)
    found = []
    if open_cents:
        found.append(Word(_("%(sum)s disputed") % {"sum": usd(open_cents)}, "red", "status-failed"))
    if lost_cents:
        text = _("Dispute of %(sum)s lost") % {"sum": usd(lost_cents)}
        found.append(Word(text, "red", "status-failed"))
    return found


def what_word(dispute: Dispute) -> str:
    """`Dispute of $995.00`, or what a bank only asks about."""
    words = {"sum": usd(dispute.amount_cents)}
    if dispute.is_inquiry:
        return _("Inquiry about %(sum)s") % words
    return _("Dispute of %(sum)s") % words


def _moment(moment: datetime) -> str:
    return date_format(new_york(moment), "M j, g:i A")
