"""What time brings: sessions expire, charges get their fee, refunds end, funds become available."""

from collections.abc import Callable

from . import dues
from .checkout.expiry import expire_due
from .checkout.settlement import make_funds_available, settle_now
from .resources import disputes, payouts, refund_ends
from .store import Json
from .world import World

_THEN: dict[str, Callable[[World, Json], object]] = {
    "arrive": payouts.arrive,
    "chargeback": disputes.open_dispute,
    "fail": refund_ends.fail,
    "inquiry": lambda world, charge: disputes.open_dispute(world, charge, inquiry=True),
    "lose": lambda world, dispute: disputes.lose(world, dispute, past_due=True),
    "settle": settle_now,
    "succeed": refund_ends.succeed,
}


def catch_up(world: World) -> None:
    """Do all that is due by the sandbox's clock. Cheap when nothing is."""
    with world.store.transaction():
        expire_due(world)
        while found := dues.take(world):
            _bring(world, found)
        make_funds_available(world)


def settle_all(world: World) -> int:
    """Give every waiting charge its fee now, with what follows from it; return how many."""
    with world.store.transaction():
        found = dues.take(world, then="settle")
        _bring(world, found)
        catch_up(world)
    return len(found)


def _bring(world: World, found: list[dues.Due]) -> None:
    for due in found:
        subject = world.store.get(due.kind, due.object_id)
        if subject:
            _THEN[due.then](world, subject)
