"""What a customer gets of their data: complete, only theirs, in a fixed number of queries."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.privacy.tables import HOLDINGS
from booking.models import Message, MessageKind, plan_message
from tests.accounts.privacy.conftest import signed_in
from tests.accounts.privacy.everything import EMAIL, make_delivered, make_known_customer
from tests.factories import make_customer

SECTIONS = [holding.key for holding in HOLDINGS if not holding.booking]
PARTS = [holding.key for holding in HOLDINGS if holding.booking]


def file_of(browser: Client) -> dict[str, Any]:
    answer = browser.get(reverse("accounts:data_file"))
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    return found


def test_file_is_an_attachment_of_today(browser: Client) -> None:
    answer = browser.get(reverse("accounts:data_file"))
    assert answer["Content-Disposition"] == 'attachment; filename="totetaxi-2026-11-22.json"'
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert "no-store" in answer["Cache-Control"].split(", ")


def test_file_has_every_section_and_every_part(browser: Client) -> None:
    found = file_of(browser)
    assert list(found) == ["from", "made_at", *SECTIONS, "messages"]
    assert [len(found[key]) for key in SECTIONS if key != "bookings"] == [1] * (len(SECTIONS) - 1)
    assert len(found["bookings"]) == 2
    for booking in found["bookings"]:
        assert [key for key in PARTS if not booking[key]] == []


def test_file_tells_a_booking_in_full(browser: Client) -> None:
    booking = file_of(browser)["bookings"][0]
    assert booking["number"] == "TT-000001"
    assert booking["status"] == "completed"
    assert booking["driver_notes"] == "Ring twice"
    assert [row["street"] for row in booking["addresses"]] == [
        "118 East 93rd Street",
        "27 Pondview Lane",
    ]
    assert sum(row["amount_cents"] for row in booking["lines"]) == booking["total_cents"]
    assert [row["label"] for row in booking["items"]] == ["Surfboard"]
    assert [row["note"] for row in booking["change_requests"]] == ["My train is late"]
    assert [row["code"] for row in booking["discounts"]] == ["WELCOME10"]
    assert [row["to_status"] for row in booking["events"]] == [
        "pending",
        "paid",
        "in_progress",
        "completed",
    ]


def test_file_has_guest_bookings_of_a_confirmed_address_alone(claire: User) -> None:
    make_delivered(contact_email="claimed@example.com")
    claire.emailaddress_set.create(email="claimed@example.com", verified=False)
    numbers = [booking["number"] for booking in file_of(signed_in(claire))["bookings"]]
    assert numbers == ["TT-000001", "TT-000002"]


def test_file_keeps_secrets_and_staff_out(browser: Client) -> None:
    text = browser.get(reverse("accounts:data_file")).content.decode()
    (method,) = json.loads(text)["sign_in_methods"]
    assert method == {
        "type": "totp",
        "name": "canary-passkey",
        "created_at": "2026-11-22T15:00:00Z",
        "last_used_at": None,
    }
    assert text.count("canary-secret") == 0
    assert text.count("md5$") == 0
    assert text.count("team@totetaxi.example") == 0


def test_file_holds_nothing_of_others(claire: User) -> None:
    other = make_known_customer("rosa@example.com")
    text = signed_in(other).get(reverse("accounts:data_file")).content.decode()
    assert text.lower().count(EMAIL) == 0
    assert text.count("TT-000001") == 0


def test_page_says_the_same_in_words(browser: Client) -> None:
    page = browser.get(reverse("accounts:data_page")).content.decode()
    for words in (
        "118 East 93rd Street",
        "Ring twice",
        "My train is late",
        "Canary by phone",
        "Contact name: Canary Draft",
        "Saturday, December 5, 2026, 9:00 AM",
        "In progress",
        "Surfboard",
        "claire.canary@example.com",
        "canary-passkey",
        "$50.00",
    ):
        assert page.count(words) > 0, words
    assert page.count("None") == 0


def test_overview_counts(browser: Client) -> None:
    answer = browser.get(reverse("accounts:data"))
    assert [(one.title, one.figure) for one in answer.context["held"]] == [
        ("Account and profile", "1 e-mail address"),
        ("Address book", "1 address"),
        ("Saved cards", "1 card"),
        ("Bookings", "2 bookings, 1 unfinished"),
        ("Money", "2 payments, 2 refunds"),
        ("Messages", "3 messages"),
    ]


@pytest.mark.parametrize("name", ["data", "data_file", "data_page", "delete_account"])
def test_pages_take_the_same_queries_for_one_and_many(claire: User, name: str) -> None:
    browser = signed_in(claire)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert browser.get(reverse(f"accounts:{name}")).status_code == 200
        return len(found)

    few = queries()
    for _time in range(4):
        make_delivered(customer_id=claire.pk, contact_email=EMAIL)
    assert Message.objects.filter(kind=MessageKind.CONFIRMED).count() == 6
    assert queries() == few


@pytest.mark.parametrize("name", ["data_file", "data_page", "delete_account"])
def test_pages_want_a_recent_sign_in(claire: User, name: str) -> None:
    address = reverse(f"accounts:{name}")
    browser = signed_in(claire, seconds_ago=3600 * 24)
    for method in ("get", "post") if name == "delete_account" else ("get",):
        answer = getattr(browser, method)(address)
        assert answer.status_code == 302
        assert answer["Location"].split("?")[0] == reverse("account_reauthenticate")
    assert User.objects.filter(pk=claire.pk, is_active=True).exists()


def test_somebody_with_nothing_gets_an_export(frozen: None) -> None:
    found = file_of(signed_in(make_customer()))
    assert {key: len(found[key]) for key in SECTIONS if found[key]} == {"account": 1, "profile": 1}


def test_message_of_no_booking_stands_for_itself(claire: User) -> None:
    plan_message(MessageKind.WELCOME, key="welcome", recipient=EMAIL)
    kinds = {row["kind"] for row in file_of(signed_in(claire))["messages"]}
    assert kinds == {"resume_link", "welcome"}
