"""How webhooks behave, as a test commands it. Remembered across restarts."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from totetaxi.sandbox.stripe.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """Delivery as it should be, unless changed.

    `hold` keeps events until it is lifted; `drop` loses new ones (they can be redelivered);
    `duplicates` is how many extra copies of each new event are sent; `shuffle_seed` scatters new
    events over `shuffle_seconds`, and mixes those that are delivered on command; `delay_seconds`
    comes before the first attempt; the last two spoil the signature.
    """

    hold: bool = False
    drop: bool = False
    duplicates: int = 0
    shuffle_seed: int | None = None
    shuffle_seconds: float = 1.0
    delay_seconds: float = 0.0
    wrong_signature: bool = False
    timestamp_offset: int = 0


def current(world: World) -> Mode:
    """Return how webhooks behave now."""
    return Mode(**world.store.setting("webhook_mode", {}))


def change(world: World, **changes: Any) -> Mode:
    """Change some of it, and return the whole. Raises TypeError for an unknown name."""
    mode = replace(current(world), **changes)
    world.store.set_setting("webhook_mode", asdict(mode))
    world.wake.set()
    return mode
