"""Identifiers that look like Stripe's."""

import secrets
import string

_LETTERS = string.ascii_letters + string.digits
_SHAPES = {
    "checkout.session": ("cs_test_a1", 56),
    "payment_intent": ("pi_3", 23),
    "charge": ("ch_3", 23),
    "refund": ("re_3", 23),
    "balance_transaction": ("txn_3", 23),
    "customer": ("cus_", 14),
    "payment_method": ("pm_1", 23),
    "setup_intent": ("seti_1", 23),
    "setup_attempt": ("setatt_1", 23),
    "dispute": ("du_1", 23),
    "event": ("evt_1", 23),
    "item": ("li_1", 23),
    "payout": ("po_1", 23),
    "price": ("price_1", 23),
    "product": ("prod_", 14),
    "request": ("req_", 14),
}


def new_id(kind: str) -> str:
    """Return a fresh identifier for an object of this kind (`payment_intent` -> `pi_3...`)."""
    prefix, length = _SHAPES[kind]
    return prefix + random_text(length)


def random_text(length: int) -> str:
    """Return letters and digits, as in client secrets and fingerprints."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
