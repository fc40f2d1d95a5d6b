"""Why a movement on our balance stands as it does, and which kinds of movement there are."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# Stripe's types of balance transactions, by what they mean here. All others come from outside.
CHARGES = frozenset({"charge", "payment"})
REFUNDS = frozenset({"refund", "payment_refund"})
RETURNED_REFUNDS = frozenset({"refund_failure"})
DISPUTES = frozenset({"adjustment"})
FEES = frozenset({"stripe_fee", "stripe_fx_fee", "tax_fee"})
PAYOUTS = frozenset({"payout", "payout_cancel", "payout_failure"})


class Why(models.TextChoices):
    """The code that `BalanceMovement.why` holds; empty where all of it agrees."""

    PAYOUT = "payout", _("Payout to the bank")
    FEE = "fee", _("Stripe's fee")
    OUTSIDE = "outside", _("Made outside")
    EXPLAINED = "explained", _("Explained")
    UNREAD = "unread", _("Stripe did not say what it is")
    UNKNOWN_PAYMENT = "unknown_payment", _("Has our mark, and is no payment of ours")
    NOT_SETTLED = "not_settled", _("The payment does not count as paid")
    WRONG_SUM = "wrong_sum", _("Another sum than ours")
    WRONG_FEE = "wrong_fee", _("Another fee than we noted")
    WRONG_STATE = "wrong_state", _("The refund stands otherwise with us")


_OF_NOTHING = Q(payment=None, refund=None, dispute=None)
# Not part of our trade, or nothing of ours as a person said: listed apart, and in no sum.
APART = Q(why=Why.OUTSIDE) | Q(why=Why.EXPLAINED) & _OF_NOTHING
# Ours, and otherwise than our row says, as a person said: in the sums as it is at Stripe.
EXPLAINED_OURS = Q(why=Why.EXPLAINED) & ~_OF_NOTHING
