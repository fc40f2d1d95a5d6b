"""The visitor of the review page, and what Stripe's page leads back to."""

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from booking.models import Draft
from payments.models import Payment
from tests.factories import next_weekday
from totetaxi.lib import clock


def typed(**changes: str) -> dict[str, object]:
    """The answers of all steps for a Petite, as the wizard keeps them."""
    steps: dict[str, object] = {
        "where": {
            "pickup_street": "118 East 93rd Street",
            "pickup_city": "New York",
            "pickup_state": "NY",
            "pickup_zip": "10128",
            "delivery_street": "27 Pondview Lane",
            "delivery_city": "East Hampton",
            "delivery_state": "NY",
            "delivery_zip": "11937",
        },
        "what": {"choice": "mini_move:petite", "items": "10"},
        "when": {
            "pickup_date": changes.get("pickup_date", next_weekday(clock.now()).isoformat()),
            "pickup_time": "09:00",
        },
        "who": {
            "contact_name": "Claire Ellery",
            "contact_email": changes.get("contact_email", "claire@example.com"),
            "contact_phone": "(212) 555-0171",
        },
    }
    return {**steps, "valid": list(steps)}


def visitor(draft: Draft) -> Client:
    """A browser whose session knows a draft."""
    client = Client()
    session = client.session
    session["draft"] = str(draft.pk)
    session.save()
    return client


def press(client: Client, **fields: str) -> HttpResponse:
    """Press Pay; an empty field is not posted."""
    posted = {"accept_terms": "on", "shown_total_cents": "99500", **fields}
    return client.post(
        reverse("payments:start_checkout"), {name: value for name, value in posted.items() if value}
    )


def back(client: Client, payment: Payment, session_id: str = "") -> HttpResponse:
    """Come back from Stripe."""
    url = reverse("payments:checkout_return", args=[payment.pk])
    return client.get(url, {"session_id": session_id or payment.session_id})
