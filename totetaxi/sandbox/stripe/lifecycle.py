"""What time brings: sessions expire, charges get their fee, funds become available."""

from .checkout.expiry import expire_due
from .checkout.settlement import make_funds_available, settle_due
from .world import World


def catch_up(world: World) -> None:
    """Do all that is due by the sandbox's clock. Cheap when nothing is."""
    with world.store.transaction():
        expire_due(world)
        settle_due(world)
        make_funds_available(world)
