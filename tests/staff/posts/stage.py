"""What a POST of the back office needs around it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from staff.models import AuditLog, StaffProfile
from staff.permissions import Role
from tests.factories import make_colleague, sign_in_staff


@dataclass
class Stage:
    """An admin, signed in with a browser, and a colleague who is not."""

    client: Client
    admin: StaffProfile
    colleague: StaffProfile
    rows_before: int = 0

    def post(self, route: str, /, *args: object, **data: object) -> HttpResponse:
        """Send a form to a route of the back office, by its name without the namespace."""
        self.rows_before = AuditLog.objects.count()
        return self.client.post(reverse(f"staff:{route}", args=args), data)


Post = Callable[[Stage], HttpResponse]


def make_stage() -> Stage:
    """Ada at her desk, Cora at home."""
    admin = make_colleague(Role.ADMIN, "Ada Whitlock")
    colleague = make_colleague(Role.COORDINATOR, "Cora Lindqvist")
    client = Client()
    sign_in_staff(client, admin)
    return Stage(client, admin, colleague)
