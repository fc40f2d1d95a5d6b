"""The parts of a booking that staff edit one at a time: what the booking's page links to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Section:
    """One part: its word in addresses and what it is called on screen."""

    key: str
    label: StrOrPromise


SECTIONS: tuple[Section, ...] = (
    Section("trip", _("Collect and deliver")),
    Section("what", _("What is moved")),
    Section("when", _("Day and time")),
    Section("people", _("Contact")),
    Section("building", _("Building and certificate")),
)
# Beside them, on a page of its own.
PRICE = Section("price", _("Price"))
