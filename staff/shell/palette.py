"""The search that jumps: to a page, a booking, a customer. Parts add their sources.

A source is registered once, when the app starts (`staff.apps`), by the part that knows the rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from staff.models import StaffProfile
from staff.shell.menu import menu_of

# Enough to choose from; the list of the part itself shows all.
MOST_OF_A_SOURCE = 6


@dataclass(frozen=True)
class Hit:
    """One result: `title` in bold, `detail` after it, `state` at the right, all plain text.

    `status` names a shape of `components/status.html`, `icon` a symbol where there is none.
    """

    url: str
    title: str
    detail: str = ""
    icon: str = "arrow"
    state: str = ""
    status: str = ""
    key: str = ""


@dataclass(frozen=True)
class Source:
    """Where hits come from. `find(text, profile)` answers the best first; at most six are shown.

    It is asked only for people with `permission`, and with at least one letter of text.
    """

    label: Any
    permission: str | None
    find: Callable[[str, StaffProfile], list[Hit]]


@dataclass(frozen=True)
class Group:
    """The hits of one source, under its heading."""

    label: Any
    hits: list[Hit]


_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Add a source below those before it; the pages always come last."""
    _sources.append(source)


def find_hits(text: str, profile: StaffProfile) -> list[Group]:
    """What `text` could mean for this person, in groups; none of them is empty."""
    asked = text.replace("\x00", "").strip()[:100]
    groups = [
        Group(source.label, source.find(asked, profile)[:MOST_OF_A_SOURCE])
        for source in _sources
        if asked and (source.permission is None or profile.may(source.permission))
    ]
    return [group for group in (*groups, _pages(asked, profile)) if group.hits]


def _pages(text: str, profile: StaffProfile) -> Group:
    words = text.casefold()
    hits = [
        Hit(item.url, str(item.label), icon=item.icon, key=f"g {item.key}")
        for item in menu_of(profile)
        if words in str(item.label).casefold()
    ]
    return Group(_("Go to"), hits)
