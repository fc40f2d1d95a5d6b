"""The price of a caller's order as the page shows it: lines, room, and the button that books."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.catalogue.words import translated
from booking.pricing.codes import LineCode
from booking.services.create import over_limit_sentence
from booking.wizard.panel import PanelLine
from payments.services.link_amounts import plan_links
from staff.orders.new import NewOrder
from staff.orders.paying import PayingForm
from totetaxi.lib.money import usd

BASES = frozenset({LineCode.BASE, LineCode.SPECIALTY})


def price_context(order: NewOrder, paying: PayingForm) -> dict[str, Any]:
    """What `staff/orders/new_price.html` needs. At most two queries, for the room of the day."""
    quote, own_cents = order.price.quote, paying.own_total_cents
    fits, room = order.room_words()
    context: dict[str, Any] = {
        "room": room,
        "has_room": fits,
        "hindrances": [*order.refused_words(), *_over_limit(order)],
        "is_estimate": order.price.is_estimate,
    }
    if not any(line.code in BASES for line in quote.lines):
        return context
    lines = [
        PanelLine(line.label, translated(line.reason) if line.reason else "", line.amount_cents)
        for line in quote.lines
    ]
    total = quote.total_cents
    if own_cents is not None and own_cents != total:
        lines.append(PanelLine(_("Agreed price"), "", own_cents - total, is_changed=True))
    total = total if own_cents is None else own_cents
    return context | {
        "lines": lines,
        "total_cents": total,
        "shown_total_cents": None if order.price.is_estimate else quote.total_cents,
        "book": _book_words(order, total, pays_later=paying.pays_later),
    }


def _over_limit(order: NewOrder) -> list[str]:
    """What staff without the permission are told above the limits."""
    is_over = order.is_over_limit and not order.allowances.over_limit
    return [over_limit_sentence()] if is_over else []


def _book_words(order: NewOrder, total: int, *, pays_later: bool) -> str:
    """The words of the button, with the sum."""
    if not total:
        return _("Book it free of charge")
    if pays_later:
        return _("Book for %(total)s, to be paid later") % {"total": usd(total)}
    links = len(plan_links(total, order.snapshot.book.limits.online_max_cents))
    text = ngettext(
        "Book and send a link for %(total)s",
        "Book and send %(count)d links for %(total)s",
        links,
    )
    return text % {"total": usd(total), "count": links}
