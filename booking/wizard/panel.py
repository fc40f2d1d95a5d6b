"""The price beside the form: the lines so far, what they are waiting for, and what changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from booking.catalogue.words import translated
from booking.pricing.codes import FeeKind, LineCode, Service, SurchargeKind
from booking.pricing.fees import fees_for, is_coi_included
from booking.pricing.surcharges import rules_for
from booking.pricing.types import PriceBook, Request
from booking.pricing.words import spoken_dollars, spoken_percent
from booking.pricing.zones import find_zone
from booking.wizard.steps import REVIEW
from booking.wizard.visit import Visit
from totetaxi.lib.money import usd


@dataclass(frozen=True, slots=True)
class PanelLine:
    """A line as it is shown: an amount, or words in its place."""

    label: str
    reason: str = ""
    amount_cents: int = 0
    amount_text: str = ""
    is_changed: bool = False

    @property
    def amount(self) -> str:
        """The amount in words, for reading out."""
        return self.amount_text or usd(self.amount_cents)


def panel_context(visit: Visit, before: Visit | None = None) -> dict[str, Any]:
    """What `components/price_panel.html` and `components/price_bar.html` need.

    `before` is the visit as it was before the change that is being answered: lines that differ
    from it are marked, and told once.
    """
    context = _trip(visit)
    lines = panel_lines(visit)
    if lines is None:
        return context | {"rates": list(_rates(visit.book))}
    if before is not None:
        lines = _marked(lines, panel_lines(before) or [])
        context["announcement"] = _announcement(visit, lines)
    quote = visit.price.quote
    context |= {
        "lines": lines,
        "total_cents": quote.total_cents,
        "is_estimate": visit.price.is_estimate,
        "note": _note(visit),
        "detail": context.get("short_when") or _count(lines),
    }
    # They stand in the panel and in the phone's bar.
    context["lines_html"] = render_to_string("components/price_lines.html", context)
    return context


def lines_context(visit: Visit, before: Visit) -> dict[str, Any] | None:
    """What `booking/wizard/price_lines.html` needs, where nothing but the lines has changed.

    None where more has: the trip, the day, or that there is a price at all.
    """
    if _head(visit) != _head(before) or panel_lines(before) is None:
        return None
    context = panel_context(visit, before)
    if "lines" not in context:
        return None
    word = _("From") if context["is_estimate"] else _("Total")
    return context | {
        "total": usd(context["total_cents"]),
        "bar_word": f"{word}, {context['detail']}" if context["detail"] else word,
    }


def panel_lines(visit: Visit) -> list[PanelLine] | None:
    """The lines so far; None until both ZIPs are served and there is something to price."""
    book, asked = visit.book, visit.asked
    if not (find_zone(asked.pickup_zip, book) and find_zone(asked.delivery_zip, book)):
        return None
    quote = visit.price.quote
    if not any(line.code in {LineCode.BASE, LineCode.SPECIALTY} for line in quote.lines):
        return None
    lines = [
        PanelLine(line.label, translated(line.reason) if line.reason else "", line.amount_cents)
        for line in quote.lines
    ]
    if quote.coi_required and is_coi_included(asked, book):
        lines.append(PanelLine(_("Certificate of insurance"), amount_text=_("Included")))
    charged = any(line.code == LineCode.DISTANCE for line in quote.lines)
    if (
        asked.pickup_date is None
        and not charged
        and fees_for(FeeKind.DISTANCE, asked.service, book)
    ):
        reason = _("Both ZIPs are in our core area")
        lines.append(PanelLine(_("Distance"), reason, amount_text=_("None")))
    return lines


def _marked(lines: list[PanelLine], earlier: list[PanelLine]) -> list[PanelLine]:
    known = set(earlier)
    if not known:
        return lines
    return [line if line in known else replace(line, is_changed=True) for line in lines]


def _announcement(visit: Visit, lines: Iterable[PanelLine]) -> str:
    """What a screen reader hears once after a change; empty where no line changed."""
    changed = [f"{line.label} {line.amount}" for line in lines if line.is_changed]
    if not changed:
        return ""
    word = _("From") if visit.price.is_estimate else _("Total")
    return "{}. {} {}.".format("; ".join(changed), word, usd(visit.price.quote.total_cents))


def _head(visit: Visit) -> tuple[Any, ...]:
    """What the head of the panel is made from."""
    asked = visit.asked
    day = None if "pickup_date" in visit.price.refused.by_key() else asked.pickup_date
    return asked.pickup_zip, asked.delivery_zip, day, asked.pickup_time


def _trip(visit: Visit) -> dict[str, Any]:
    """From where to where and when, as far as it is known and possible."""
    asked, book = visit.asked, visit.book
    context: dict[str, Any] = {}
    for end, code in (("from", asked.pickup_zip), ("to", asked.delivery_zip)):
        zone = find_zone(code, book)
        if zone:
            context |= {f"{end}_name": short_area(zone.area), f"{end}_zip": code}
    if asked.pickup_date and not visit.price.refused.by_key().keys() & {"pickup_date"}:
        context["when"] = spoken_when(asked.pickup_date, asked.pickup_time)
        context["short_when"] = date_format(asked.pickup_date, "D, M j")
    return context


def short_area(area: str) -> str:
    """`East End` of `East End (Amagansett, Montauk, Shelter Island)`."""
    return area.partition(" (")[0]


def spoken_when(day: date, wall: time | None) -> str:
    """`Saturday, December 5, at 9:00 AM`."""
    spoken_day = date_format(day, "l, F j")
    if wall is None:
        return spoken_day
    return _("%(day)s, at %(time)s") % {"day": spoken_day, "time": spoken_wall(wall)}


def spoken_wall(wall: time) -> str:
    """`9:00 AM`."""
    return time_format(wall, "g:i A")


def _count(lines: list[PanelLine]) -> str:
    return _("%(count)d lines") % {"count": len(lines)} if len(lines) > 1 else ""


def _note(visit: Visit) -> str:
    quote, asked = visit.price.quote, visit.asked
    if quote.needs_staff:
        return translated(quote.needs_staff.sentence)
    if asked.pickup_date is None:
        return _before_the_day(asked, visit.book)
    if visit.price.is_estimate:
        return _("Some answers need a change before this is the whole price.")
    if visit.step is REVIEW:
        return _("All in, in US dollars. This is the amount on your card.")
    return _("All in. Nothing is added later, and nothing is charged until you confirm.")


def _before_the_day(asked: Request, book: PriceBook) -> str:
    """What the day may add, before it is chosen."""
    weekend = [
        rule for rule in rules_for(asked.service, book) if rule.kind is SurchargeKind.WEEKEND
    ]
    if len(weekend) != 1:
        return _("You choose the day next and see each day’s total.")
    percent, flat = weekend[0].percent, weekend[0].flat_cents
    amount = f"{spoken_percent(percent)}%" if percent is not None else spoken_dollars(flat or 0)
    return _(
        "On a weekday. Saturday and Sunday add %(amount)s; "
        "you choose the day next and see each day’s total."
    ) % {"amount": amount}


def _rates(book: PriceBook) -> Iterable[tuple[str, str]]:
    """What there is, from which price, before there is anything to price."""
    packages = [package.price_cents for package in book.packages.values() if package.is_active]
    if packages and Service.MINI_MOVE in book.hours:
        yield _("Mini Moves"), _from(min(packages))
    if book.delivery and Service.STANDARD_DELIVERY in book.hours:
        floor = max(book.delivery.minimum_cents, book.delivery.item_cents)
        yield _("Standard Delivery"), _from(floor)


def _from(cents: int) -> str:
    return _("from %(amount)s") % {"amount": spoken_dollars(cents)}
