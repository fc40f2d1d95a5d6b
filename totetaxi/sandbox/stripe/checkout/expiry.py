"""Sessions that nobody paid: at their time, or when they are told to."""

from totetaxi.sandbox.stripe.resources import payment_intents, setup_intents
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.webhooks.events import emit
from totetaxi.sandbox.stripe.world import World


def expire(world: World, session: Json) -> Json:
    """Turn an open session into an expired one, with its event, and return it."""
    session |= {"status": "expired", "url": None}
    if session["payment_intent"]:
        payment_intents.cancel_expired(world, session["payment_intent"])
    if session["setup_intent"]:
        setup_intents.cancel_expired(world, session["setup_intent"])
    world.store.save(session)
    emit(world, "checkout.session.expired", session)
    return session


def expire_due(world: World) -> None:
    """Expire every open session whose time has come."""
    rows = world.store.execute(
        "SELECT id FROM objects WHERE kind = 'checkout.session'"
        " AND json_extract(body, '$.status') = 'open'"
        " AND json_extract(body, '$.expires_at') <= ?",
        (world.clock.now(),),
    )
    for row in rows:
        session = world.store.get("checkout.session", row["id"])
        if session:
            expire(world, session)
