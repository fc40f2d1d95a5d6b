"""The equation above the rows: what came, what was taken from it, where it went."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from payments.models import BalanceMovement
from payments.reconciliation.currency import USD
from payments.reconciliation.report import Period
from payments.reconciliation.why import APART, CHARGES, FEES, PAYOUTS, REFUNDS, RETURNED_REFUNDS
from totetaxi.lib.money import usd

Standing = BalanceMovement.Standing


@dataclass(frozen=True)
class Term:
    """One figure. `sign` stands before it: empty, minus, plus or equals."""

    sign: str
    label: str
    amount: str
    note: str
    is_last: bool = False


@dataclass
class Figures:
    """What moved at Stripe in a period, in cents and in entries. One query made it.

    The figures are of dollars; `standing` counts the entries of every currency.
    """

    captured: int = 0
    refunded: int = 0
    disputed: int = 0
    fees: int = 0
    apart: int = 0
    paid_out: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    standing: dict[str, int] = field(default_factory=dict)
    matched: int = 0
    expected: int = 0

    @property
    def ours(self) -> int:
        """What is left of it for the bank."""
        return self.captured - self.refunded - self.disputed - self.fees + self.apart


def figures_of(period: Period) -> Figures:
    """Added up by kind: one query, over the movements of the period alone."""
    rows = (
        BalanceMovement.objects.filter(at__gte=period.since, at__lt=period.until)
        .annotate(is_apart=APART)
        .order_by()
        .values("kind", "standing", "is_apart", "currency")
        .annotate(
            count=Count("*"), amount=Sum("amount_cents"), fee=Sum("fee_cents"), net=Sum("net_cents")
        )
    )
    found = Figures()
    for row in rows:
        _add(found, row)
    return found


def _add(found: Figures, row: Any) -> None:
    kind, count = row["kind"], row["count"]
    found.standing[row["standing"]] = found.standing.get(row["standing"], 0) + count
    if row["currency"] != USD:
        return
    group = _group(kind, is_apart=row["is_apart"])
    found.counts[group] = found.counts.get(group, 0) + count
    if group == "apart":
        found.apart += row["net"]
    elif group == "paid_out":
        found.paid_out -= row["net"]
    elif group == "fees":
        found.fees -= row["net"]
    else:
        found.fees += row["fee"]
        sign = 1 if group == "captured" else -1
        setattr(found, group, getattr(found, group) + sign * row["amount"])
    if row["standing"] == Standing.EXPECTED:
        found.expected += abs(row["net"])
    if row["standing"] == Standing.MATCHED and kind in CHARGES:
        found.matched += row["amount"]


def _group(kind: str, *, is_apart: bool) -> str:
    if is_apart:
        return "apart"
    for name, kinds in (
        ("captured", CHARGES),
        ("refunded", REFUNDS | RETURNED_REFUNDS),
        ("paid_out", PAYOUTS),
        ("fees", FEES),
    ):
        if kind in kinds:
            return name
    return "disputed"


def terms_of(found: Figures) -> list[Term]:
    """The equation, left to right; disputes and what was made outside only where there are any."""
    counts = found.counts
    terms = [
        Term("", _("Captured"), usd(found.captured), _payments(counts.get("captured", 0))),
        Term("−", _("Refunded"), usd(found.refunded), _refunds(counts.get("refunded", 0))),
    ]
    if counts.get("disputed"):
        terms.append(Term("−", _("Disputed"), usd(found.disputed), _("held by banks")))
    terms.append(Term("−", _("Stripe fees"), usd(found.fees), _("of all entries")))
    if counts.get("apart"):
        text = ngettext("%(n)d entry apart", "%(n)d entries apart", counts["apart"])
        sign = "−" if found.apart < 0 else "+"
        note = text % {"n": counts["apart"]}
        terms.append(Term(sign, _("Not ours"), usd(abs(found.apart)), note))
    left = found.ours - found.paid_out
    label = _("Still at Stripe") if left >= 0 else _("Paid out of former days")
    return [
        *terms,
        Term("=", _("Ours"), usd(found.ours), _("to the bank")),
        Term("−", _("Paid out"), usd(found.paid_out), _payouts(counts.get("paid_out", 0))),
        Term("=", label, usd(abs(left)), _("of these days"), is_last=True),
    ]


def _payments(n: int) -> str:
    return ngettext("%(n)d payment", "%(n)d payments", n) % {"n": n}


def _refunds(n: int) -> str:
    return ngettext("%(n)d refund", "%(n)d refunds", n) % {"n": n}


def _payouts(n: int) -> str:
    return ngettext("%(n)d payout", "%(n)d payouts", n) % {"n": n}
