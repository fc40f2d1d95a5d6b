"""A payment in words: how the money came, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.bookings.money import card_words
from payments.models import Payment
from payments.reconciliation.currency import in_words
from staff.payments.queries import Figures
from staff.templatetags.office import stamp
from totetaxi.lib.money import usd

_TONES = {
    Payment.Status.PENDING: "amber",
    Payment.Status.SUCCEEDED: "green",
    Payment.Status.EXPIRED: "muted",
    Payment.Status.CANCELLED: "muted",
    Payment.Status.MISMATCH: "red",
    Payment.Status.STRUCK: "muted",
}


@dataclass(frozen=True)
class State:
    """How a payment stands. `tone` is green, amber, red or muted; `note` says more, or nothing."""

    text: str
    tone: str
    note: str = ""


def how_words(payment: Payment) -> str:
    """`Visa ending 4242`, `Bank transfer`."""
    if payment.method == Payment.Method.OFFLINE:
        return str(payment.get_offline_way_display())
    return card_words(payment)


def came_words(payment: Payment, cents: int) -> str:
    """A sum in the currency that came: `$995.00`, or `995.00 EUR` for another than ours."""
    return in_words(cents, payment.currency)


def state_of(payment: Payment, figures: Figures) -> State:
    """How it stands now."""
    status = Payment.Status(payment.status)
    text = str(status.label)
    if status is Payment.Status.SUCCEEDED:
        text = _("Paid") if payment.captured_cents else _("Nothing to pay")
    return State(text, _TONES[status], _note(payment, figures))


def _note(payment: Payment, figures: Figures) -> str:
    parts = []
    if payment.status == Payment.Status.PENDING and payment.session_expires_at:
        parts.append(_("until %(at)s") % {"at": stamp(payment.session_expires_at)})
    if figures.declines:
        text = ngettext("%(n)d declined", "%(n)d declined", figures.declines)
        parts.append(text % {"n": figures.declines})
    if figures.under_way_cents:
        parts.append(_("%(sum)s on its way back") % {"sum": usd(figures.under_way_cents)})
    return ", ".join(parts)
