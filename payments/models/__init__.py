"""The tables of payments. Amounts are US cents. What Stripe says is kept beside what we expect."""

from payments.models.audit import MoneyAct, PaymentAudit
from payments.models.customer import CUSTOMER_WORK, CardSetup, SavedCard, StripeCustomer
from payments.models.dispute import Dispute, DisputeQuerySet
from payments.models.event import STRIPE_EVENT_WORK, StripeEvent
from payments.models.link import PaymentLink, PaymentLinkQuerySet
from payments.models.movement import BalanceMovement
from payments.models.payment import PAYMENT_WORK, Payment, PaymentAttempt, PaymentQuerySet
from payments.models.refund import COURTESIES, REFUND_WORK, Refund, RefundQuerySet

__all__ = [
    "COURTESIES",
    "CUSTOMER_WORK",
    "PAYMENT_WORK",
    "REFUND_WORK",
    "STRIPE_EVENT_WORK",
    "BalanceMovement",
    "CardSetup",
    "Dispute",
    "DisputeQuerySet",
    "MoneyAct",
    "Payment",
    "PaymentAttempt",
    "PaymentAudit",
    "PaymentLink",
    "PaymentLinkQuerySet",
    "PaymentQuerySet",
    "Refund",
    "RefundQuerySet",
    "SavedCard",
    "StripeCustomer",
    "StripeEvent",
]
