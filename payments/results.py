"""What Stripe says, in our words. Built by `gateway` from answers; nothing here calls out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

# Metadata that we put on a session and its intent: how we know our own payments again.
PAYMENT_KEY = "payment_id"
BOOKING_KEY = "booking_id"
NUMBER_KEY = "booking_number"
REFUND_KEY = "refund_id"
SETUP_KEY = "card_setup_id"


@dataclass(frozen=True, kw_only=True)
class Charge:
    """One try to charge a card. `code` says why it was declined, empty when it was paid."""

    id: str
    is_paid: bool
    is_declined: bool
    code: str
    at: datetime
    card_brand: str
    card_last4: str


@dataclass(frozen=True, kw_only=True)
class Intent:
    """The money of a session: what was really taken, and by which card."""

    id: str
    received_cents: int
    currency: str
    latest_charge: Charge | None


@dataclass(frozen=True, kw_only=True)
class Session:
    """A Checkout Session. `payment_id`, or `setup_id` of one that saves a card, is our metadata,
    empty where it is not one of ours.

    `status` is `open`, `complete` or `expired`; `is_paid` alone says that money came. `url` is
    there while it is open; `intent` once a card was tried.
    """

    id: str
    status: str
    is_paid: bool
    amount_cents: int
    currency: str
    url: str
    payment_id: str
    setup_id: str
    intent: Intent | None


@dataclass(frozen=True, kw_only=True)
class RefundAnswer:
    """A refund at Stripe. `refund_id` is our metadata, empty for one made in Stripe's dashboard.

    `status` is `pending`, `requires_action`, `succeeded`, `failed` or `canceled`. `entry_id` names
    what took the money from our balance, `failure_entry_id` what brought it back; empty where
    there is none.
    """

    id: str
    status: str
    amount_cents: int
    failure_reason: str
    intent_id: str
    charge_id: str
    refund_id: str
    created_at: datetime
    entry_id: str
    failure_entry_id: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """A card that Stripe keeps for a customer: what may be shown of it."""

    id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    saved_at: datetime


@dataclass(frozen=True, kw_only=True)
class Event:
    """A webhook event whose signature was good.

    Of its object only the references are kept: everything else is asked for when the event is
    processed, and what people typed at Stripe never enters our tables.
    """

    id: str
    type: str
    livemode: bool
    object_id: str
    references: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class SessionList:
    """Sessions, and the time at Stripe when it answered (None where it did not say)."""

    sessions: tuple[Session, ...]
    answered_at: datetime | None


def read_session(raw: Mapping[str, Any]) -> Session:
    """A `checkout.session`, best with `payment_intent.latest_charge` expanded."""
    return Session(
        id=raw["id"],
        status=raw.get("status") or "",
        is_paid=raw["payment_status"] == "paid",
        amount_cents=raw.get("amount_total") or 0,
        currency=raw.get("currency") or "",
        url=raw.get("url") or "",
        payment_id=_metadata(raw).get(PAYMENT_KEY, ""),
        setup_id=_metadata(raw).get(SETUP_KEY, ""),
        intent=_read_intent(raw.get("payment_intent")),
    )


def _read_intent(raw: Any) -> Intent | None:
    if not isinstance(raw, Mapping):
        return None
    charge = raw.get("latest_charge")
    return Intent(
        id=raw["id"],
        received_cents=raw.get("amount_received") or 0,
        currency=raw.get("currency") or "",
        latest_charge=read_charge(charge) if isinstance(charge, Mapping) else None,
    )


def read_charge(raw: Mapping[str, Any]) -> Charge:
    """A `charge`."""
    card = (raw.get("payment_method_details") or {}).get("card") or {}
    outcome = raw.get("outcome") or {}
    code = raw.get("failure_code") or ""
    if code == "card_declined":
        code = outcome.get("reason") or code
    return Charge(
        id=raw["id"],
        is_paid=bool(raw["paid"]),
        is_declined=raw["status"] == "failed",
        code=code[:60],
        at=datetime.fromtimestamp(raw["created"], UTC),
        card_brand=(card.get("brand") or "")[:20],
        card_last4=(card.get("last4") or "")[:4],
    )


def read_refund(raw: Mapping[str, Any]) -> RefundAnswer:
    """A `refund`."""
    return RefundAnswer(
        id=raw["id"],
        status=raw.get("status") or "pending",
        amount_cents=raw["amount"],
        failure_reason=(raw.get("failure_reason") or "")[:60],
        intent_id=reference(raw.get("payment_intent")),
        charge_id=reference(raw.get("charge")),
        refund_id=_metadata(raw).get(REFUND_KEY, ""),
        created_at=datetime.fromtimestamp(raw["created"], UTC),
        entry_id=reference(raw.get("balance_transaction")),
        failure_entry_id=reference(raw.get("failure_balance_transaction")),
    )


def read_card(raw: Mapping[str, Any]) -> Card:
    """A `payment_method` that is a card."""
    card = raw["card"]
    return Card(
        id=raw["id"],
        brand=(card.get("brand") or "")[:20],
        last4=(card.get("last4") or "")[:4],
        exp_month=card["exp_month"],
        exp_year=card["exp_year"],
        saved_at=datetime.fromtimestamp(raw["created"], UTC),
    )


def read_event(raw: Any) -> Event:
    """A snapshot event. Raises ValueError for anything else, such as a thin event."""
    if not isinstance(raw, Mapping) or raw.get("object") != "event":
        raise ValueError("not a snapshot event")
    data = raw.get("data") or {}
    subject = data.get("object")
    if not isinstance(subject, Mapping) or not all(
        isinstance(raw.get(name), str) for name in ("id", "type")
    ):
        raise ValueError("not a snapshot event")
    metadata = _metadata(subject)
    former = data.get("previous_attributes") or {}
    references = {
        "object": str(subject.get("object") or ""),
        "intent": reference(subject.get("payment_intent")),
        # A card that was detached names whom it belonged to among what changed.
        "customer": reference(subject.get("customer")) or reference(former.get("customer")),
        SETUP_KEY: str(metadata.get(SETUP_KEY, "")),
        PAYMENT_KEY: str(metadata.get(PAYMENT_KEY, "")),
        NUMBER_KEY: str(metadata.get(NUMBER_KEY, "")),
    }
    return Event(
        id=raw["id"],
        type=raw["type"],
        livemode=raw.get("livemode") is True,
        object_id=reference(subject),
        references={name: value for name, value in references.items() if value},
    )


def reference(value: Any) -> str:
    """The id of an object that Stripe names or, when expanded, gives whole."""
    if isinstance(value, Mapping):
        value = value.get("id")
    return value if isinstance(value, str) else ""


def _metadata(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    found = raw.get("metadata")
    return found if isinstance(found, Mapping) else {}


def read_clock(page: Any) -> datetime | None:
    """What Stripe's clock said, from the `Date` header of its answer."""
    response = page.last_response
    said = response.headers.get("Date") if response is not None else None
    try:
        return parsedate_to_datetime(said).astimezone(UTC) if said else None
    except ValueError:
        return None
