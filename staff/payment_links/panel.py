"""A booking's payment links in words, for its page and their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from booking.models import Booking
from payments.models import Payment, PaymentLink
from payments.money import MoneyState
from payments.services.link_amounts import SMALLEST_CENTS
from payments.services.payment_links import LINKABLE
from staff.models import StaffProfile
from staff.templatetags.office import stamp
from totetaxi.lib.money import usd


@dataclass(frozen=True, kw_only=True)
class LinkRow:
    """One link. `state` is its word, `glyph` and `tone`, a class, how it is marked.

    `may_resend` and `may_withdraw` are what the person may do with it now.
    """

    link: PaymentLink
    state: str
    glyph: str
    tone: str
    note: str
    may_resend: bool
    may_withdraw: bool


@dataclass(frozen=True, kw_only=True)
class LinkPanel:
    """What staff/payment_links/panel.html shows. Sums in cents.

    `asked_cents` is what open links ask for, `left_cents` what is due and asked for by none.
    `may_send`: the person may send a link, and there is something to ask for.
    """

    booking: Booking
    rows: list[LinkRow]
    due_cents: int
    asked_cents: int
    left_cents: int
    may_send: bool

    @property
    def words(self) -> str:
        """How what is due stands to what the links ask for; empty where nothing is due."""
        if not self.due_cents:
            return ""
        sums = {
            "due": usd(self.due_cents),
            "asked": usd(self.asked_cents),
            "left": usd(self.left_cents),
        }
        if not self.asked_cents:
            return _("%(due)s is due, and no link asks for it.") % sums
        if self.left_cents:
            return _("%(due)s is due; links ask for %(asked)s of it, %(left)s is left.") % sums
        return _("%(due)s is due, and links ask for all of it.") % sums


def panel_of(booking: Booking, money: MoneyState, staff: StaffProfile, now: datetime) -> LinkPanel:
    """The links of a booking as of `now`, newest first. One query."""
    links = list(_with_pages(booking))
    may_edit = staff.may("edit_bookings")
    due = money.to_pay_cents if booking.status in LINKABLE else 0
    asked = sum(link.amount_cents for link in links if link.is_payable(now))
    left = max(due - asked, 0)
    sendable = left >= SMALLEST_CENTS and not money.has_mismatch
    return LinkPanel(
        booking=booking,
        rows=[_row(link, now, may_edit=may_edit, may_revive=sendable) for link in links],
        due_cents=due,
        asked_cents=asked,
        left_cents=left,
        may_send=may_edit and sendable,
    )


def _with_pages(booking: Booking) -> list[PaymentLink]:
    """The links, each with whether its page at Stripe is open (`has_page`)."""
    pages = Payment.objects.open().filter(link=OuterRef("pk"), session_id__isnull=False)
    rows = PaymentLink.objects.filter(booking=booking).select_related("created_by", "withdrawn_by")
    return list(rows.annotate(has_page=Exists(pages)).order_by("-position"))


def _row(link: PaymentLink, now: datetime, *, may_edit: bool, may_revive: bool) -> LinkRow:
    is_open = link.state == PaymentLink.State.OPEN
    is_over = link.state == PaymentLink.State.EXPIRED
    state, glyph, tone = _state(link, now)
    return LinkRow(
        link=link,
        state=state,
        glyph=glyph,
        tone=tone,
        note=_note(link, now),
        may_resend=may_edit and (is_open or (is_over and may_revive)),
        may_withdraw=may_edit and is_open,
    )


def _state(link: PaymentLink, now: datetime) -> tuple[str, str, str]:
    """Word, glyph and tone of a link."""
    if link.state == PaymentLink.State.PAID:
        return _("Paid %(at)s") % {"at": stamp(link.paid_at)}, "check", "text-green"
    if link.state == PaymentLink.State.WITHDRAWN:
        words = _("Withdrawn %(at)s") % {"at": stamp(link.withdrawn_at)}
        return words if link.withdrawn_by else _("Not needed any more"), "close", "text-muted"
    return _open_state(link, now)


def _open_state(link: PaymentLink, now: datetime) -> tuple[str, str, str]:
    if getattr(link, "has_page", False):
        return _("Payment page open"), "lock", "text-sea"
    if not link.is_payable(now):
        return _("Over since %(at)s") % {"at": stamp(link.expires_at)}, "clock", "text-amber"
    if link.opened_at:
        return _("Opened %(at)s") % {"at": stamp(link.opened_at)}, "mail", "text-sea"
    return _("Sent, not opened yet"), "mail", "text-muted"


def _note(link: PaymentLink, now: datetime) -> str:
    """To whom, when and by whom it was sent, and how long it can be paid."""
    sent = _("To %(email)s, %(at)s") % {"email": link.sent_to, "at": stamp(link.sent_at)}
    who = getattr(link.created_by, "name", "")
    parts = [sent, _("by %(name)s") % {"name": who} if who else ""]
    if link.is_payable(now):
        parts.append(_("open until %(at)s") % {"at": stamp(link.expires_at)})
    if link.state == PaymentLink.State.WITHDRAWN and link.withdrawn_by is not None:
        parts.append(_("withdrawn by %(name)s") % {"name": link.withdrawn_by.name})
    return " · ".join(filter(None, parts))
