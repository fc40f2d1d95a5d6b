"""How an attempt can end, and the completion of a session."""

from dataclasses import dataclass
from typing import Literal

from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.webhooks.events import emit
from totetaxi.sandbox.stripe.world import World


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt; `message` is the sentence for the buyer of one that failed.

    `paid` in setup mode: the card is saved.
    """

    kind: Literal["paid", "failed", "requires_action"]
    session: Json
    message: str = ""


def complete(world: World, session: Json, method: Json, *, payment_status: str) -> Json:
    """Complete an open session, with its event, and return it."""
    buyer = method["billing_details"]
    session |= {
        "status": "complete",
        "payment_status": payment_status,
        "url": None,
        "customer_details": {
            "address": buyer["address"],
            "business_name": None,
            "email": buyer["email"],
            "individual_name": None,
            "name": buyer["name"],
            "phone": None,
            "tax_exempt": "none",
            "tax_ids": [],
        },
    }
    world.store.save(session)
    emit(world, "checkout.session.completed", session)
    return session
