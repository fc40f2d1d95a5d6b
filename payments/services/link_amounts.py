"""How a sum is spread over payment links. Pure: cents in, cents out."""

from __future__ import annotations

from collections.abc import Sequence

# The least that Stripe takes by card (DECISIONS.md, 11).
SMALLEST_CENTS = 50


def plan_links(due_cents: int, limit_cents: int) -> list[int]:
    """The sums of the links that together ask for `due_cents`, none above `limit_cents`.

    As few as possible; nothing for less than a card can be charged with. A last one that would be
    too small takes what it lacks from the one before.
    """
    if due_cents < SMALLEST_CENTS:
        return []
    sums = [limit_cents] * (due_cents // limit_cents)
    rest = due_cents - sum(sums)
    if rest and rest < SMALLEST_CENTS:
        sums[-1] -= SMALLEST_CENTS - rest
        rest = SMALLEST_CENTS
    return [*sums, rest] if rest else sums


def refit(sums: Sequence[int], due_cents: int, limit_cents: int) -> list[int]:
    """The sums of open links once `due_cents` is due; 0 for a link that is not needed any more.

    The last link is cut or raised first, then the one before it. They never ask for more than is
    due, none for more than `limit_cents` or for less than a card can be charged with. What they
    cannot carry is left: for another link.
    """
    fitted = list(sums)
    missing = due_cents - sum(fitted)
    for place in reversed(range(len(fitted))):
        wanted = min(max(fitted[place] + missing, 0), max(limit_cents, fitted[place]))
        missing -= wanted - fitted[place]
        fitted[place] = wanted
    for place, cents in enumerate(fitted):
        if 0 < cents < SMALLEST_CENTS:
            _mend(fitted, place)
    return fitted


def _mend(sums: list[int], place: int) -> None:
    """A link that became too small gets what it lacks from the one before, or joins it."""
    lacks = SMALLEST_CENTS - sums[place]
    if not place:
        sums[place] = 0
    elif sums[place - 1] - lacks >= SMALLEST_CENTS:
        sums[place - 1] -= lacks
        sums[place] = SMALLEST_CENTS
    else:
        sums[place - 1] += sums[place]
        sums[place] = 0
