"""What the frame of the back office shows on every page. One query for nothing: all is at hand."""

from typing import Any

from django import template
from django.utils import dateformat
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from staff.shell.menu import SECTIONS, MenuItem, menu_of
from totetaxi.lib import clock
from totetaxi.templatetags.parts import part

register = template.Library()


@register.inclusion_tag("staff/components/nav.html", takes_context=True)
def office_nav(context: dict[str, Any]) -> dict[str, Any]:
    """The menu of the person, the current page marked: one for each role and page."""
    request = context["request"]
    profile = request.staff
    current = request.resolver_match.view_name if request.resolver_match else ""
    menu = menu_of(profile)
    sections = tuple(
        tuple((item, is_below(current, item)) for item in menu if item.section == section)
        for section in SECTIONS
    )
    return {
        "links": part("staff/components/nav_list.html", sections=sections),
        "staff": profile,
        "is_account": current == "staff:account",
    }


def is_below(current: str, item: MenuItem) -> bool:
    """Whether the page that is shown belongs to a menu item."""
    return bool(current == item.url_name or current.removeprefix("staff:") in item.below)


@register.simple_tag(takes_context=True)
def office_keys(context: dict[str, Any]) -> SafeString:
    """The list of keys, opened by a question mark."""
    staff = context["request"].staff
    may_book = staff.may("edit_bookings")
    return part("staff/components/keys.html", menu=tuple(menu_of(staff)), may_book=may_book)


@register.simple_tag(takes_context=True)
def office_may(context: dict[str, Any], permission: str) -> bool:
    """Whether the person has a permission: what is shown follows from what is checked."""
    return bool(context["request"].staff.may(permission))


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
