"""Where a thing stands on the pages that Stripe has for us. Nothing here calls out."""

from __future__ import annotations

from django.conf import settings

from payments import gateway


def payment_address(intent_id: str | None) -> str:
    """The page of a payment; empty where it has none, as with the sandbox."""
    return _address("payments", intent_id)


def dispute_address(dispute_id: str | None) -> str:
    """The page of a dispute, on which evidence is given; empty where there is none."""
    return _address("disputes", dispute_id)


def _address(kind: str, key: str | None) -> str:
    if not settings.STRIPE_DASHBOARD or not key:
        return ""
    mode = "" if gateway.is_live() else "test/"
    return f"{settings.STRIPE_DASHBOARD}/{mode}{kind}/{key}"
