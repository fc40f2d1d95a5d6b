"""The notes about a booking or a customer, and the field for a new one."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from booking.models import Booking, Note
from staff.models import StaffProfile
from staff.notes.forms import NoteForm


@dataclass(frozen=True, kw_only=True)
class NotePanel:
    """What `staff/notes/panel.html` shows. `form` is None for who may only read.

    `notes` are the newest, first; empty where they are shown elsewhere on the page.
    """

    address: str
    form: NoteForm | None
    notes: tuple[Note, ...] = ()


def note_field(
    about: Booking | User, staff: StaffProfile, form: NoteForm | None = None
) -> NotePanel:
    """The field alone, without a query."""
    may_add = staff.may("edit_bookings")
    return NotePanel(address=address_of(about), form=(form or NoteForm()) if may_add else None)


def note_panel(about: User, staff: StaffProfile, *, most: int = 50) -> NotePanel:
    """The field, and the newest notes about a customer's account. One query."""
    rows = Note.objects.filter(customer=about).select_related("author")
    field = note_field(about, staff)
    return NotePanel(address=field.address, form=field.form, notes=tuple(rows[:most]))


def address_of(about: Booking | User) -> str:
    """Where a note about somebody or something is sent to."""
    if isinstance(about, Booking):
        return reverse("staff:add_note", args=[about.number])
    return reverse("staff:add_customer_note", args=[about.pk])
