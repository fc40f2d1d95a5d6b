"""How money, days and times are written. Formatting only; New York is the only zone shown."""

from collections.abc import Sequence
from datetime import date, datetime, time

from django import template
from django.utils import dateformat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from totetaxi.lib import clock, money

register = template.Library()

DATE_STYLES = {
    "day": "l, F j",  # Saturday, December 5
    "full": "l, F j, Y",
    "short": "D, M j",
    "brief": "M j, Y",
    "month": "F j",
    "iso": "Y-m-d",
}


@register.filter
def usd(cents: int) -> str:
    """Cents as `$1,194.25`; a refund is written by its sentence, never as a negative sum."""
    return money.usd(cents)


@register.filter
def usd_short(cents: int) -> str:
    """Cents as `$995`, and as `$1,983.75` where there are cents: a price is never rounded."""
    return money.usd(cents).removesuffix(".00")


@register.filter
def ny_date(value: date | datetime, style: str = "day") -> str:
    """A New York date, or the New York day of an instant, in one of `DATE_STYLES`."""
    day = clock.new_york(value).date() if isinstance(value, datetime) else value
    return dateformat.format(day, DATE_STYLES[style])


@register.filter
def ny_time(value: time | datetime) -> str:
    """A wall-clock time, or an instant as New York's clocks show it: `9:00 AM`."""
    wall = clock.new_york(value).time() if isinstance(value, datetime) else value
    return dateformat.time_format(wall, "g:i A")


@register.filter
def percent(value: object) -> str:
    """`15.00` as `15%`, `7.50` as `7.5%`."""
    text = f"{value}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"


@register.filter
def listed(names: Sequence[str]) -> str:
    """`Essex, Hudson and Union`."""
    *most, last = names
    return _("%(most)s and %(last)s") % {"most": ", ".join(most), "last": last} if most else last


@register.filter
def tel(phone: str) -> str:
    """`(212) 555-0148` as the address of a link: `tel:+12125550148`."""
    digits = "".join(filter(str.isdigit, phone))
    return f"tel:+{digits if len(digits) > 10 else '1' + digits}"


@register.filter
def policy_text(body: str) -> SafeString:
    """A text in paragraphs: a blank line parts them, `## ` opens a heading, `- ` a list item."""
    return format_html_join("\n", "{}", ((_block(block),) for block in _blocks(body)))


def _blocks(body: str) -> list[str]:
    parts = body.replace("\r\n", "\n").split("\n\n")
    return [part.strip() for part in parts if part.strip()]


def _block(block: str) -> SafeString:
    if block.startswith("## "):
        heading, _, rest = block.partition("\n")
        tail = _block(rest.strip()) if rest.strip() else SafeString("")
        return format_html('<h2 class="type-sub">{}</h2>{}', heading[3:], tail)
    lines = block.split("\n")
    if all(line.startswith("- ") for line in lines):
        items = format_html_join("", "<li>{}</li>", ((line[2:],) for line in lines))
        return format_html('<ul class="list-disc pl-5">{}</ul>', items)
    return format_html("<p>{}</p>", " ".join(lines))
