"""A visitor of the wizard without a browser: posts what a page's form would post."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from booking.models import Draft

WHERE = {
    "pickup_street": "118 East 93rd Street",
    "pickup_unit": "6B",
    "pickup_city": "New York",
    "pickup_state": "NY",
    "pickup_zip": "10128",
    "delivery_street": "27 Pondview Lane",
    "delivery_unit": "",
    "delivery_city": "East Hampton",
    "delivery_state": "NY",
    "delivery_zip": "11937",
}
WHAT = {"items": "10", "choice": "mini_move:petite", "suggested": "mini_move:petite"}
WHEN = {"pickup_date": "2026-12-01", "pickup_time": "09:00"}
WHO = {
    "contact_name": "Claire Ellery",
    "contact_email": "claire@example.com",
    "contact_phone": "(212) 555-0171",
}
ANSWERS: dict[str, dict[str, str]] = {"where": WHERE, "what": WHAT, "when": WHEN, "who": WHO}
ORDER = ("where", "what", "when", "who", "review")


class Visitor:
    """`send` posts a step's form, `change` what a script sends after a change."""

    def __init__(self, client: Client | None = None) -> None:
        self.client = client or Client()

    @property
    def draft(self) -> Draft:
        return Draft.objects.get(pk=self.client.session["draft"])

    def see(self, step: str, **query: str) -> Any:
        return self.client.get(reverse(f"booking:{step}"), query)

    def send(self, step: str, **changes: Any) -> Any:
        return self.client.post(reverse(f"booking:{step}"), {**ANSWERS.get(step, {}), **changes})

    def change(self, step: str, changed: str = "", **changes: Any) -> Any:
        data = {**ANSWERS[step], **changes, "step": step, "changed": changed}
        return self.client.post(
            reverse("booking:price"),
            {name: value for name, value in data.items() if value is not None},
            headers={"HX-Request": "true"},
        )

    def answer_before(self, step: str, **changes: dict[str, Any]) -> Visitor:
        """Answer all steps before one; `changes` by step."""
        for earlier in ORDER[: ORDER.index(step)]:
            response = self.send(earlier, **changes.get(earlier, {}))
            assert response.status_code == 303, (earlier, response.content.decode())
        return self


def errors_of(response: Any) -> dict[str, list[str]]:
    """The sentences that a page tells, by field."""
    return {name: texts for name, texts in response.context["field_errors"].items() if texts}
