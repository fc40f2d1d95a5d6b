"""Stripe's movements as rows: open, expected, matched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.bookings.money import card_words
from payments.models import BalanceMovement
from payments.reconciliation.currency import USD
from payments.reconciliation.differences import WITH_BOOKING, ours_of
from payments.reconciliation.report import Period
from payments.reconciliation.tell import booking_of
from payments.reconciliation.why import CHARGES, FEES, PAYOUTS, REFUNDS, RETURNED_REFUNDS, Why
from staff.models import StaffProfile
from staff.money.addresses import movement_act
from staff.money.rows import DASH, Row, apart_words, number_of, signed, taken, when_words
from staff.templatetags.office import stamp

Standing = BalanceMovement.Standing
PER_PAGE = 50
MOST_OPEN = 200


@dataclass(frozen=True)
class Page:
    """Rows of one page, the newest first; `older` is the key of the next page's place."""

    rows: list[Row]
    older: UUID | None = None


def open_movements(until: datetime) -> list[BalanceMovement]:
    """What nobody has explained before a moment, however old; the newest first. One query."""
    rows = _rows().filter(standing=Standing.OPEN, at__lt=until)
    return list(rows.order_by("-at", "-id")[:MOST_OPEN])


def count_open(until: datetime) -> int:
    """How many they are. One query."""
    return BalanceMovement.objects.filter(standing=Standing.OPEN, at__lt=until).count()


def page_of(period: Period, standing: str, *, after: UUID | None, size: int, now: datetime) -> Page:
    """A page of a period's movements that stand alike, `after` the movement of the page before.
    One query; one more for the place of a further page.
    """
    rows = _rows().filter(standing=standing, at__gte=period.since, at__lt=period.until)
    if after is not None:
        place = BalanceMovement.objects.filter(pk=after).values_list("at", flat=True).first()
        if place is not None:
            rows = rows.filter(Q(at__lt=place) | Q(pk__lt=after), at__lte=place)
    found = list(rows.order_by("-at", "-id")[: size + 1])
    shown = found[:size]
    make = matched_row if standing == Standing.MATCHED else expected_row
    return Page([make(one, now) for one in shown], shown[-1].pk if len(found) > size else None)


def _rows() -> QuerySet[BalanceMovement]:
    return BalanceMovement.objects.select_related(*WITH_BOOKING)


def open_row(movement: BalanceMovement, staff: StaffProfile, now: datetime) -> Row:
    """A difference, with the one safe way out of it."""
    is_fee = movement.why == Why.WRONG_FEE
    ours = ours_of(movement)
    stripe = -movement.fee_cents if is_fee else movement.amount_cents
    booking = booking_of(movement)
    return Row(
        standing="open",
        at=movement.at,
        when=when_words(movement.at, now),
        number=number_of(booking),
        what=f"{_kind(movement)}: {Why(movement.why).label}",
        ours=_words(movement, ours) if booking else DASH,
        stripe=_words(movement, stripe),
        difference=apart_words(ours, stripe) if movement.currency == USD else DASH,
        cents=abs(_dollars(movement, stripe - ours)),
        state=_("Open"),
        act=movement_act(movement, staff),
    )


def _dollars(movement: BalanceMovement, cents: int) -> int:
    """What it adds to a sum of dollars."""
    return cents if movement.currency == USD else 0


def expected_row(movement: BalanceMovement, now: datetime) -> Row:
    """A payout, a fee, what was made outside, what somebody explained."""
    what = movement.explanation or _kind(movement)
    is_payout = movement.why == Why.PAYOUT
    state = _("To the bank") if is_payout else str(Why(movement.why).label)
    return Row(
        standing="expected",
        at=movement.at,
        when=when_words(movement.at, now),
        number=number_of(booking_of(movement)),
        what=what,
        stripe=_words(movement, -movement.net_cents if is_payout else movement.amount_cents),
        cents=abs(_dollars(movement, movement.net_cents)),
        state=state,
    )


def _words(movement: BalanceMovement, cents: int) -> str:
    """A sum of it, in words."""
    words = signed if movement.kind in REFUNDS else taken
    return words(cents, movement.currency)


def matched_row(movement: BalanceMovement, now: datetime) -> Row:
    """The same on both sides."""
    words = _words(movement, movement.amount_cents)
    return Row(
        standing="matched",
        at=movement.at,
        when=when_words(movement.at, now),
        number=number_of(booking_of(movement)),
        what=_kind(movement),
        ours=words,
        stripe=words,
        difference=apart_words(0, 0),
        cents=_dollars(movement, movement.amount_cents),
        state=_("Matched"),
    )


def _kind(movement: BalanceMovement) -> str:
    """What happened, in words."""
    if movement.payment is not None:
        return _("Payment, %(card)s") % {"card": card_words(movement.payment)}
    if movement.refund is not None:
        text = _("Refund that came back, %(why)s")
        if movement.kind in REFUNDS:
            text = _("Refund, %(why)s")
        return text % {"why": str(movement.refund.get_reason_display()).lower()}
    if movement.dispute is not None:
        won = movement.amount_cents > 0
        return _("Dispute won, money back") if won else _("Dispute, money taken")
    for kinds, words in (
        (CHARGES, _("Payment")),
        (REFUNDS, _("Refund")),
        (RETURNED_REFUNDS, _("Refund that came back")),
        (PAYOUTS, _("Payout to the bank")),
        (FEES, _("Stripe's own fee")),
    ):
        if movement.kind in kinds:
            return words
    return _("Other movement: %(kind)s") % {"kind": movement.kind.replace("_", " ")}


def explained_words(movement: BalanceMovement) -> str:
    """Who explained it, when; empty where nobody did."""
    if movement.explained_at is None:
        return ""
    name = movement.explained_by.get_full_name() if movement.explained_by else _("Somebody")
    return _("%(name)s, %(at)s") % {"name": name, "at": stamp(movement.explained_at)}
