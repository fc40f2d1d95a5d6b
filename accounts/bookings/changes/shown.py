"""A change as it is shown before it is confirmed, and what was shown of it before that."""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.utils.translation import gettext as _

from booking.changes import ChangeSet, Effect, EffectKind

SALT = "accounts.bookings.effects"
SYMBOLS = {
    EffectKind.PRICE: "doc",
    EffectKind.REFUND: "plus",
    EffectKind.DUE: "lock",
    EffectKind.ROOM: "pin",
    EffectKind.CERTIFICATE: "shield",
    EffectKind.MESSAGES: "mail",
}


@dataclass(frozen=True)
class ShownEffect:
    """An effect with its symbol and word; `was`: what was shown in its place before, if other."""

    effect: Effect
    symbol: str
    word: str
    was: str = ""


def shown_effects(change_set: ChangeSet, before: str = "") -> list[ShownEffect]:
    """The effects to show. `before` is what `remembered` made of those that were shown last.

    What was shown and is not an effect any more stands at the end.
    """
    last = _recalled(before)
    shown = []
    for effect in change_set.effects:
        was = last.pop(effect.kind, "" if before else _words(effect))
        changed = was != _words(effect)
        shown.append(_shown(effect, (was or _("not told of")) if changed else ""))
    gone = _("does not apply any more")
    shown += [_shown(Effect(EffectKind(kind), gone), was) for kind, was in last.items()]
    return shown


def remembered(change_set: ChangeSet) -> str:
    """The effects for a hidden field, signed: nobody else's words are shown as ours."""
    facts = {effect.kind.value: _words(effect) for effect in change_set.effects}
    return signing.dumps(facts, salt=SALT, compress=True)


def _recalled(before: str) -> dict[str, str]:
    """Nothing where it was not made by us, or long ago by another version of the site."""
    try:
        facts = signing.loads(before, salt=SALT) if before else {}
    except signing.BadSignature:
        return {}
    return {kind: words for kind, words in facts.items() if kind in set(EffectKind)}


def _words(effect: Effect) -> str:
    return f"{effect.sentence} ({effect.figure})" if effect.figure else effect.sentence


def _shown(effect: Effect, was: str) -> ShownEffect:
    words = {
        EffectKind.PRICE: _("Price"),
        EffectKind.REFUND: _("Refund"),
        EffectKind.DUE: _("To pay"),
        EffectKind.ROOM: _("Room in the van"),
        EffectKind.CERTIFICATE: _("Certificate of insurance"),
        EffectKind.MESSAGES: _("Mail"),
    }
    return ShownEffect(effect, SYMBOLS[effect.kind], words[effect.kind], was)
