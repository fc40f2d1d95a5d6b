"""Why a booking does not fit, what to do about it, and what a change of a day says, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.availability.misfits import Misfit, Unfit
from booking.availability.types import VanLoad
from booking.services.days import DayRules, Rules, VanRules, VanUsual
from totetaxi.templatetags.formats import listed

WHY = {
    Misfit.CLOSED: gettext_lazy("The day is closed"),
    Misfit.NO_SERVICE: gettext_lazy("This van is not in service that day"),
    Misfit.NO_RACK: gettext_lazy("It needs a rack, and this van has none"),
    Misfit.SHARED: gettext_lazy("A full move has its van to itself"),
    Misfit.TOO_MUCH: gettext_lazy("The van has not enough room"),
    Misfit.OVER_CAP: gettext_lazy("The day is capped below what it holds"),
}


def why_words(unfit: Unfit) -> str:
    """`The van has not enough room`."""
    return str(WHY[unfit.why])


def what_to_do(unfit: Unfit) -> str:
    """`Van 2 has room for it that day.`"""
    if unfit.why in {Misfit.CLOSED, Misfit.OVER_CAP}:
        return _("Move it to another day.")
    if not unfit.others:
        return _("No van has room for it that day: move it to another day.")
    numbers = [_("van %(number)d") % {"number": van.number} for van in unfit.others]
    text = ngettext(
        "%(vans)s has room for it that day.", "%(vans)s have room for it that day.", len(numbers)
    )
    vans = listed(numbers)
    return text % {"vans": vans[:1].upper() + vans[1:]}


def fit_words(van: VanLoad, why: Misfit | None) -> str:
    """What a menu of vans says of one: `30 free`, or why it cannot be."""
    if why is None:
        return _("%(count)d free") % {"count": van.free_pieces}
    if why is Misfit.NO_RACK:
        return _("no rack")
    if why is Misfit.SHARED:
        return _("a full move has its van to itself")
    if why is Misfit.TOO_MUCH:
        return _("%(count)d free, not enough") % {"count": van.free_pieces}
    return str(WHY[why])


def rules_words(rules: Rules) -> str:
    """How a day or a van stands, for somebody who wanted it otherwise."""
    if isinstance(rules, DayRules):
        return _day_words(rules)
    if isinstance(rules, VanRules):
        return _van_words(rules)
    return _usual_words(rules)


def _day_words(rules: DayRules) -> str:
    if rules.is_closed:
        return _("closed (%(why)s)") % {"why": rules.closed_reason or _("no reason given")}
    if rules.cap_pieces is not None:
        return _("open, capped at %(count)d pieces") % {"count": rules.cap_pieces}
    return _("open, without a cap")


def _van_words(rules: VanRules) -> str:
    if not rules.in_service:
        return _("not in service")
    return ", ".join([_("in service"), *_room_words(rules.pieces, rules.has_rack)])


def _usual_words(rules: VanUsual) -> str:
    state = _("in service every day") if rules.is_active else _("only on days that call it in")
    return ", ".join([state, *_room_words(rules.pieces, rules.has_rack)])


def _room_words(pieces: int | None, has_rack: bool | None) -> list[str]:
    words = []
    if pieces is not None:
        words.append(ngettext("%(count)d piece", "%(count)d pieces", pieces) % {"count": pieces})
    if has_rack is not None:
        words.append(_("with a rack") if has_rack else _("without a rack"))
    return words or [_("as usual")]
