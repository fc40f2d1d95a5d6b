"""What Stripe's books say, in our words. Built by `balance_gateway`; nothing here calls out.

Amounts are in the currency's smallest unit; less than 0 leaves our balance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from payments.results import NUMBER_KEY, PAYMENT_KEY, reference


@dataclass(frozen=True, kw_only=True)
class BalanceEntry:
    """One movement on our balance (Stripe: a balance transaction); its figures never change.

    `kind` is Stripe's type (`charge`, `refund`, `refund_failure`, `adjustment` of a dispute,
    `payout`, `stripe_fee`, ...), `source_id` what it is of, empty where it is of nothing. A refund
    that came back is a `refund_failure`, even where Stripe calls it an `adjustment`.
    `net_cents` is `amount_cents` less `fee_cents`. `status` is `pending` until `available_at`.
    """

    id: str
    kind: str
    source_id: str
    amount_cents: int
    fee_cents: int
    net_cents: int
    currency: str
    at: datetime
    available_at: datetime
    status: str


@dataclass(frozen=True, kw_only=True)
class StripeCharge:
    """A try to take money, by whomever of the account: by us, in the dashboard, by an invoice.

    `payment_id` and `booking_code` are our metadata, empty where it is not ours. `fee_cents` is
    None, and `entry_id` empty, until Stripe has booked it, some seconds after it was paid.

    `refunded_cents` is for people to read only: whether it drops when a refund fails is not
    documented, so what is decided is decided by the refunds that did not fail.
    """

    id: str
    intent_id: str
    amount_cents: int
    currency: str
    is_paid: bool
    is_captured: bool
    refunded_cents: int
    is_disputed: bool
    fee_cents: int | None
    entry_id: str
    description: str
    payment_id: str
    booking_code: str
    at: datetime
    card_brand: str
    card_last4: str


@dataclass(frozen=True, kw_only=True)
class DisputeAnswer:
    """A dispute as it is at Stripe, with what it has moved on our balance, oldest first.

    `status` and `reason` are Stripe's words (`needs_response`, `under_review`, `won`, `lost`;
    `warning_needs_response`, `warning_under_review`, `warning_closed` of an inquiry, which moves
    nothing; ...). `due_at`: evidence is taken until then; None where none is taken.
    """

    id: str
    status: str
    reason: str
    amount_cents: int
    currency: str
    charge_id: str
    intent_id: str
    is_charge_refundable: bool
    due_at: datetime | None
    opened_at: datetime
    entries: tuple[BalanceEntry, ...]


def read_entry(raw: Mapping[str, Any]) -> BalanceEntry:
    """A `balance_transaction`."""
    source_id = reference(raw.get("source"))
    return BalanceEntry(
        id=raw["id"],
        kind=_kind(raw["type"], source_id),
        source_id=source_id,
        amount_cents=raw["amount"],
        fee_cents=raw["fee"],
        net_cents=raw["net"],
        currency=raw["currency"],
        at=_moment(raw["created"]),
        available_at=_moment(raw["available_on"]),
        status=raw["status"],
    )


def _kind(kind: str, source_id: str) -> str:
    """Stripe's reference counts refunds that failed among its adjustments; its events do not."""
    is_refund = source_id.startswith(("re_", "pyr_"))
    return "refund_failure" if kind == "adjustment" and is_refund else kind


def read_stripe_charge(raw: Mapping[str, Any]) -> StripeCharge:
    """A `charge`, with its `balance_transaction` expanded (else its fee is not known)."""
    card = (raw.get("payment_method_details") or {}).get("card") or {}
    metadata = raw.get("metadata") or {}
    entry = raw.get("balance_transaction")
    return StripeCharge(
        id=raw["id"],
        intent_id=reference(raw.get("payment_intent")),
        amount_cents=raw["amount"],
        currency=raw["currency"],
        is_paid=bool(raw["paid"]),
        is_captured=bool(raw["captured"]),
        refunded_cents=raw["amount_refunded"],
        is_disputed=bool(raw["disputed"]),
        fee_cents=entry["fee"] if isinstance(entry, Mapping) else None,
        entry_id=reference(entry),
        description=raw.get("description") or "",
        payment_id=metadata.get(PAYMENT_KEY, ""),
        booking_code=metadata.get(NUMBER_KEY, ""),
        at=_moment(raw["created"]),
        card_brand=(card.get("brand") or "")[:20],
        card_last4=(card.get("last4") or "")[:4],
    )


def read_dispute(raw: Mapping[str, Any]) -> DisputeAnswer:
    """A `dispute`."""
    due = raw["evidence_details"].get("due_by")
    entries = [read_entry(entry) for entry in raw["balance_transactions"]]
    return DisputeAnswer(
        id=raw["id"],
        status=raw["status"],
        reason=raw["reason"],
        amount_cents=raw["amount"],
        currency=raw["currency"],
        charge_id=reference(raw["charge"]),
        intent_id=reference(raw.get("payment_intent")),
        is_charge_refundable=bool(raw["is_charge_refundable"]),
        due_at=_moment(due) if due else None,
        opened_at=_moment(raw["created"]),
        entries=tuple(sorted(entries, key=lambda entry: entry.at)),
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
