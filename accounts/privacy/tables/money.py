"""Money's tables. Payments and refunds name nobody, and the law wants them: they stay."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.privacy.holdings import Holding, blank, delete, keep
from accounts.privacy.person import Person
from payments.models import (
    CardSetup,
    Payment,
    PaymentAttempt,
    PaymentLink,
    Refund,
    SavedCard,
    StripeCustomer,
)

_WORK = ("work_state", "attempts", "next_try_at", "last_error")


def _blank_known(rows: QuerySet[Any], person: Person) -> None:  # noqa: ARG001  an Erasing
    """Stripe's own copy goes by the queue (`forget_customer`), which leaves this row's key.

    Where Stripe's answer was lost, the queue needs e-mail and name once more to learn whom to
    forget, and blanks them itself.
    """
    rows.exclude(stripe_id=None).update(name="", email="")


PAYMENTS = Holding(
    key="payments",
    model=Payment,
    title=_("Payments"),
    rows=lambda person: Payment.objects.filter(booking__in=person.booking_ids),
    booking="booking_id",
    shown={
        "amount_cents": _("Amount"),
        "captured_cents": _("Received"),
        "currency": _("Currency"),
        "method": _("How"),
        "purpose": _("For"),
        "status": _("Status"),
        "created_at": _("Begun"),
        "succeeded_at": _("Paid"),
        "card_brand": _("Card"),
        "card_last4": _("Card ends in"),
        "intent_id": _("Reference at Stripe"),
        "offline_way": _("Paid to us by"),
        "proof": _("Proof"),
    },
    file_only=("currency", "intent_id", "purpose", "offline_way", "proof"),
    hidden=(
        "id",
        "updated_at",
        "booking",
        "link",
        "actor_kind",
        "actor",
        "idempotency_key",
        "session_id",
        "session_url",
        "session_expires_at",
        "session_to_expire",
        "charge_id",
        "fee_cents",
        "note",
        "struck_why",
        *_WORK,
    ),
    erased=keep,
)
LINKS = Holding(
    key="payment_links",
    model=PaymentLink,
    title=_("Links to pay"),
    rows=lambda person: PaymentLink.objects.filter(booking__in=person.booking_ids),
    booking="booking_id",
    shown={
        "amount_cents": _("Amount"),
        "state": _("Status"),
        "sent_to": _("Sent to"),
        "sent_at": _("Sent"),
        "expires_at": _("Open until"),
        "opened_at": _("Opened"),
        "paid_at": _("Paid"),
        "withdrawn_at": _("Withdrawn"),
    },
    file_only=("withdrawn_at",),
    hidden=(
        "id",
        "created_at",
        "updated_at",
        "booking",
        "position",
        "round",
        "token_hash",
        "created_by",
        "withdrawn_by",
    ),
    erased=blank(sent_to=""),
)
ATTEMPTS = Holding(
    key="payment_attempts",
    model=PaymentAttempt,
    title=_("Tries to charge a card"),
    rows=lambda person: PaymentAttempt.objects.filter(payment__booking__in=person.booking_ids),
    booking="payment__booking_id",
    shown={
        "at": _("When"),
        "declined": _("Declined"),
        "code": _("Reason"),
        "charge_id": _("Reference at Stripe"),
    },
    file_only=("charge_id",),
    hidden=("id", "payment"),
    erased=keep,
)
REFUNDS = Holding(
    key="refunds",
    model=Refund,
    title=_("Refunds"),
    rows=lambda person: Refund.objects.filter(payment__booking__in=person.booking_ids),
    booking="payment__booking_id",
    shown={
        "amount_cents": _("Amount"),
        "status": _("Status"),
        "reason": _("Reason"),
        "note": _("Note"),
        "created_at": _("Asked"),
        "succeeded_at": _("Refunded"),
        "failure_reason": _("Why it failed"),
        "stripe_id": _("Reference at Stripe"),
    },
    file_only=("stripe_id", "failure_reason"),
    hidden=(
        "id",
        "updated_at",
        "payment",
        "requested_by_kind",
        "requested_by",
        "approved_by_kind",
        "approved_by",
        "approved_at",
        "refused_by",
        "refused_at",
        "refusal",
        "closed_at",
        "retry_of",
        "proof",
        "idempotency_key",
        *_WORK,
    ),
    erased=keep,
)
SAVED_CARDS = Holding(
    key="saved_cards",
    model=SavedCard,
    title=_("Saved cards"),
    rows=lambda person: SavedCard.objects.filter(user_id=person.user_id),
    shown={
        "brand": _("Card"),
        "last4": _("Ends in"),
        "exp_month": _("Expires, month"),
        "exp_year": _("Expires, year"),
        "is_default": _("Default"),
        "saved_at": _("Saved"),
    },
    hidden=("id", "created_at", "updated_at", "user", "stripe_id"),
    erased=delete,
)
CARD_SETUPS = Holding(
    key="card_setups",
    model=CardSetup,
    title=_("Visits to add a card"),
    rows=lambda person: CardSetup.objects.filter(user_id=person.user_id).order_by("created_at"),
    shown={"created_at": _("When"), "status": _("How it ended")},
    hidden=("id", "updated_at", "user", "idempotency_key", "session_id", "session_expires_at"),
    erased=delete,
)
STRIPE_CUSTOMER = Holding(
    key="stripe_customer",
    model=StripeCustomer,
    title=_("Your customer record at Stripe"),
    rows=lambda person: StripeCustomer.objects.filter(account_key=person.user_id),
    shown={
        "stripe_id": _("Reference at Stripe"),
        "name": _("Name"),
        "email": _("E-mail"),
        "created_at": _("Made"),
    },
    hidden=("id", "updated_at", "user", "account_key", "idempotency_key", "cards_revision", *_WORK),
    erased=_blank_known,
)
