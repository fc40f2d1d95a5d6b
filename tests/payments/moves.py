"""Rules of a state machine that act only where they find something to act on.

class Till(RuleBasedStateMachine):
    @move(when=lambda till: till.open_bills())
    def pay(self) -> None:
        bill = self.draw.choice(self.open_bills())
        ...

    pay_again = pay  # a second name: it is drawn twice as often
"""

import os
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule


def move(*, when: Callable[[Any], Any] | None = None) -> Callable[[Callable[[Any], None]], Any]:
    """Make a method a rule; `self.draw` is for its choices. `when` it is true it can be drawn.

    While a move runs, and once one has failed, `self.breaks_off` is true.
    """

    def mark(method: Callable[[Any], None]) -> Any:
        def make(self: Any, draw: Random) -> None:
            self.draw, self.breaks_off = draw, True
            method(self)
            self.breaks_off = False

        make.__name__ = method.__name__
        made = rule(draw=st.randoms(use_true_random=False))(make)
        if when is not None:
            made = precondition(lambda self: bool(when(self)))(made)
        made.when = when
        return made

    return mark


def play(machine: Any, scene: Iterable[str], draw: Random) -> None:
    """Make moves one after the other by name, where they find something to act on."""
    for name in scene:
        made = getattr(machine, name)
        if made.when is None or made.when(machine):
            made(draw=draw)


def runs(examples: int, *, steps: int) -> settings:
    """So many runs, the same each time; or `MACHINE_RUNS` random ones. One that fails is told of as
    it is: to shrink it would take hours, and what Stripe answers is new each time.
    """
    more = os.environ.get("MACHINE_RUNS")
    return settings(
        max_examples=int(more or examples),
        derandomize=not more,
        database=None,
        stateful_step_count=steps,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
