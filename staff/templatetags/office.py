"""What the frame of the back office shows on every page. One query for nothing: all is at hand."""

from typing import Any

from django import template
from django.utils import dateformat
from django.utils.translation import gettext as _

from staff.shell.menu import SECTIONS, MenuItem, menu_of
from totetaxi.lib import clock

register = template.Library()


@register.inclusion_tag("staff/components/nav.html", takes_context=True)
def office_nav(context: dict[str, Any]) -> dict[str, Any]:
    """The menu of the person, the current page marked."""
    request = context["request"]
    profile = request.staff
    current = request.resolver_match.view_name if request.resolver_match else ""
    menu = menu_of(profile)
    return {
        "sections": [
            [
                {"item": item, "is_current": is_below(current, item)}
                for item in menu
                if item.section == section
            ]
            for section in SECTIONS
        ],
        "staff": profile,
        "is_account": current == "staff:account",
    }


def is_below(current: str, item: MenuItem) -> bool:
    """Whether the page that is shown belongs to a menu item."""
    return bool(current == item.url_name or current.removeprefix("staff:") in item.below)


@register.inclusion_tag("staff/components/keys.html", takes_context=True)
def office_keys(context: dict[str, Any]) -> dict[str, Any]:
    """The list of keys, opened by a question mark."""
    return {"menu": menu_of(context["request"].staff)}


@register.simple_tag
def office_clock() -> str:
    """`Sat, Dec 5 · 9:14 AM New York`."""
    moment = dateformat.format(clock.new_york(clock.now()), "D, M j · g:i A")
    return _("%(moment)s New York") % {"moment": moment}


@register.filter
def stamp(value: Any) -> str:
    """An instant as New York's clocks show it, to the minute: `Dec 5, 9:14 AM`."""
    moment = clock.new_york(value)
    year = "" if moment.year == clock.today(clock.now()).year else ", Y"
    return dateformat.format(moment, f"M j{year}, g:i A")
