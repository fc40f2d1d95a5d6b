"""Somebody of the staff who edits bookings with a browser without scripts."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from booking.catalogue.snapshot import get_snapshot
from booking.models import Booking
from staff.orders.values import names_in, saved_values
from staff.permissions import Role
from tests.factories import make_colleague, sign_in_staff


class Desk:
    """A colleague at work. `form` is what the page that is open would send."""

    def __init__(self, role: Role = Role.ADMIN, name: str = "Ruth Okafor") -> None:
        self.staff = make_colleague(role, name)
        self.client = Client()
        sign_in_staff(self.client, self.staff)
        self.form: dict[str, str] = {}
        self.address = ""

    def open(self, booking: Booking, section: str) -> HttpResponse:
        """The section's page, its form filled in as it is saved."""
        self.address = reverse("staff:edit_booking", args=[booking.number, section])
        answer = self.client.get(self.address)
        values = saved_values(Booking.objects.get(pk=booking.pk), get_snapshot())
        names = names_in(section, values)
        self.form = {name: text for name, text in values.items() if name in names}
        self.form["opened"] = answer.context["opened"]
        return answer

    def see(self, **typed: str) -> HttpResponse:
        """Type something, and see what it does."""
        return self._send("see", typed)

    def save(self, **typed: str) -> HttpResponse:
        """Press the button of what was seen last."""
        return self._send("save", typed)

    def choose(self, **picks: str) -> HttpResponse:
        """Choose between theirs and one's own, field by field."""
        named = {f"pick-{name}": pick for name, pick in picks.items()}
        return self._send("choose", named)

    def change(self, booking: Booking, section: str, **typed: str) -> HttpResponse:
        """Open, type, see, save."""
        self.open(booking, section)
        self.see(**typed)
        return self.save()

    def _send(self, step: str, typed: dict[str, str]) -> HttpResponse:
        self.form |= typed
        self.form = {name: text for name, text in self.form.items() if text}
        answer: Any = self.client.post(self.address, self.form | {"step": step})
        context = answer.context or {}
        for name in [name for name in self.form if name.startswith("pick-")]:
            del self.form[name]
        if "opened" in context:
            self.form["opened"] = context["opened"]
        if context.get("change_set"):
            self.form["fingerprint"] = context["change_set"].fingerprint
            self.form["before"] = context["remembered"]
        kept: HttpResponse = answer
        return kept
