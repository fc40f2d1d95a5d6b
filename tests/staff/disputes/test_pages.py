"""The list of disputes and one of them: what presses first, and what helps as evidence."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.bookings.receipt.issue import issue_receipt
from booking.models import Alert, AlertKind, Booking, Message, MessageKind, raise_alert
from payments.models import Dispute
from staff.alerts.queries import place_of
from staff.permissions import Role
from tests.factories import (
    make_catalogue,
    make_colleague,
    make_dispute,
    make_paid_booking,
    sign_in_staff,
)
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
LIST = "/staff/disputes/"
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def _shop(db: None):
    make_catalogue()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client: Client) -> Client:
    """A viewer's browser: who may see money may see disputes."""
    sign_in_staff(client, make_colleague(Role.VIEWER))
    return client


@pytest.fixture
def dispute() -> Dispute:
    return dispute_of(contact_name="Claire Ellery", contact_email="claire@example.com")


def dispute_of(**order) -> Dispute:
    changes = order.pop("dispute", {})
    return make_dispute(make_paid_booking(**order).payments.get(), **changes)


def shown(client: Client, query: str = "") -> list[str]:
    """The codes of the list, in its order."""
    rows = client.get(LIST + query).context["rows"]
    return [row.payment.booking.code for row, _reason, _word in rows]


def words(client: Client, query: str = "") -> list[tuple[str, str]]:
    """How each stands, with its tone."""
    rows = client.get(LIST + query).context["rows"]
    return [(word.text, word.tone) for _row, _reason, word in rows]


def cost(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def browser_of(role: Role) -> Client:
    client = Client()
    sign_in_staff(client, make_colleague(role))
    return client


# ------------------------------------------------------------------------------------- the list


def test_open_ones_stand_by_when_evidence_is_due(office: Client):
    for days in (9, 1, None, -1):
        due = None if days is None else NOW + timedelta(days=days)
        dispute_of(dispute={"evidence_due_at": due})
    dispute_of(dispute={"status": "won"})
    assert shown(office) == ["TT-000004", "TT-000002", "TT-000001", "TT-000003"]
    assert words(office) == [
        ("Was due Nov 21, 10:00 AM", "red"),
        ("Evidence by Nov 23, 10:00 AM", "red"),
        ("Evidence by Dec 1, 10:00 AM", "amber"),
        ("Evidence is due", "amber"),
    ]


def test_each_state_has_its_page_and_its_sums(office: Client):
    for status in ("needs_response", "under_review", "lost", "won", "won"):
        dispute_of(dispute={"status": status})
    found = {kind: shown(office, f"?show={kind}") for kind in ("open", "lost", "won", "all")}
    assert found == {
        "open": found["open"],
        "lost": ["TT-000003"],
        "won": found["won"],
        "all": found["all"],
    }
    assert sorted(found["open"]) == ["TT-000001", "TT-000002"]
    assert (sorted(found["won"]), len(found["all"])) == (["TT-000004", "TT-000005"], 5)
    assert words(office, "?show=lost") == [("Lost", "red")]
    assert words(office, "?show=won")[0] == ("Won", "green")
    tally = office.get(LIST).context["tally"]
    assert {kind: (one.count, one.amount_cents, one.fee_cents) for kind, one in tally.items()} == {
        "open": (2, 199000, 3000),
        "lost": (1, 99500, 1500),
        "won": (2, 199000, 3000),
        "all": (5, 497500, 7500),
    }


def test_address_that_means_nothing_shows_the_open_ones(office: Client, dispute: Dispute):
    for query in ("?show=mine", "?page=-3", "?page=99", "?page=x", "?show=won&show=open"):
        assert shown(office, query) == ["TT-000001"]


def test_empty_list_says_what_will_stand_there(office: Client):
    text = office.get(LIST).content.decode()
    assert text.count("No dispute is open") == 1
    assert office.get(f"{LIST}?show=won").content.decode().count("None yet") == 1


def test_fifty_stand_on_a_page(office: Client):
    payment = make_paid_booking().payments.get()
    for _number in range(51):
        make_dispute(payment)
    assert (len(shown(office)), len(shown(office, "?page=2"))) == (50, 1)
    assert office.get(LIST).context["later"] == f"{LIST}?page=2"
    assert office.get(f"{LIST}?page=2").context["earlier"] == LIST


def test_list_needs_the_same_queries_with_one_and_with_five_thousand(office: Client):
    payment = make_paid_booking().payments.get()
    make_dispute(payment)
    # sign-in 3; sums, a page of rows
    assert cost(office, LIST) == 5
    Dispute.objects.bulk_create(
        Dispute(
            payment=payment,
            stripe_id=f"dp_{number}",
            status="needs_response",
            stripe_status="needs_response",
            amount_cents=100,
            opened_at=NOW,
        )
        for number in range(5000)
    )
    assert cost(office, LIST) == 5
    assert cost(office, f"{LIST}?show=all&page=99") == 5


# ------------------------------------------------------------------------------------ one of them


def page_of(dispute: Dispute) -> str:
    return reverse("staff:dispute", args=[dispute.pk])


def evidence(client: Client, dispute: Dispute) -> list[tuple[str, str, str]]:
    facts = client.get(page_of(dispute)).context["evidence"]
    return [(fact.label, fact.text, fact.note) for fact in facts]


def test_page_gathers_what_helps_as_evidence(office: Client, dispute: Dispute):
    booking = dispute.payment.booking
    Message.objects.create(
        key="x",
        kind=MessageKind.CONFIRMED,
        booking=booking,
        subject="Your booking is confirmed",
        recipient="claire@example.com",
        state="sent",
        sent_at=NOW,
    )
    Message.objects.create(
        key="y",
        kind=MessageKind.STAFF_ALERT,
        booking=booking,
        subject="For us",
        recipient="team@totetaxi.example",
        state="sent",
        sent_at=NOW,
    )
    issue_receipt(booking.pk, by=SYSTEM, now=NOW)
    pickup = clock.new_york(booking.pickup_at)
    assert evidence(office, dispute) == [
        ("Customer", "Claire Ellery", "claire@example.com"),
        ("Phone", "(212) 555-0171", ""),
        ("Booked", "Nov 22, 10:00 AM", "on the website"),
        ("Terms accepted", "Nov 22, 10:00 AM", "Version 1 of the terms"),
        ("Service", "Mini Move Petite", ""),
        (
            "Collected",
            f"Planned for {pickup:%b} {pickup.day}, 9:00 AM",
            "118 East 93rd Street, 6B, New York, NY 10128",
        ),
        ("Set down", "Not yet", "27 Pondview Lane, East Hampton, NY 11937"),
        ("Mailed", "Your booking is confirmed", "Nov 22, 10:00 AM · claire@example.com"),
        ("Receipt", "R-000001", "With every payment and refund"),
    ]


def test_page_says_what_was_taken_and_where_evidence_is_given(
    office: Client, dispute: Dispute, settings
):
    settings.STRIPE_DASHBOARD = "https://dashboard.example"
    text = office.get(page_of(dispute)).content.decode()
    assert text.count("Dispute of $995.00") == 2  # title and heading
    assert text.count("Give evidence at Stripe") == 1
    assert text.count(f"https://dashboard.example/test/disputes/{dispute.stripe_id}") == 1
    assert text.count("its payment cannot be refunded until this is decided") == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("won", "The sum came back. Stripe keeps its fee."),
        ("lost", "The sum is gone. The booking stays paid"),
    ],
)
def test_decided_dispute_says_what_it_came_to(office: Client, status: str, words: str):
    text = office.get(page_of(dispute_of(dispute={"status": status}))).content.decode()
    assert (text.count(words), text.count("Give evidence at Stripe")) == (1, 0)


def test_inquiry_says_that_nothing_was_taken(office: Client):
    asked = {"stripe_status": "warning_needs_response", "withdrawn_cents": 0}
    text = office.get(page_of(dispute_of(dispute=asked))).content.decode()
    assert text.count("Inquiry about $995.00") == 2
    assert text.count("The bank only asks: nothing was taken.") == 1


def test_what_customers_typed_stays_text(office: Client):
    found = dispute_of(contact_name=XSS[:60])
    for url in (LIST, page_of(found)):
        text = office.get(url).content.decode()
        assert (text.count("<script>alert"), text.count("&lt;script&gt;alert") > 0) == (0, True)


def test_page_needs_the_same_queries_however_long_the_story(office: Client, dispute: Dispute):
    # sign-in 3; the dispute; its history; moments, letters, receipt, addresses
    assert cost(office, page_of(dispute)) == 9
    for number in range(30):
        Message.objects.create(
            key=f"m{number}",
            kind=MessageKind.CONFIRMED,
            booking=dispute.payment.booking,
            recipient="claire@example.com",
            state="sent",
            sent_at=NOW,
        )
    assert cost(office, page_of(dispute)) == 9


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.COORDINATOR])
def test_who_may_not_see_money_sees_no_dispute_page(dispute: Dispute, role: Role):
    client = browser_of(role)
    assert client.get(LIST).status_code == 403
    assert client.get(page_of(dispute)).status_code == 403


def test_unknown_dispute_is_not_found(office: Client):
    assert office.get(f"{LIST}00000000-0000-4000-8000-000000000000/").status_code == 404


# ------------------------------------------------------------------------------------- elsewhere


def test_bookings_page_tells_of_it_to_everybody_and_leads_there_who_may(dispute: Dispute):
    booking: Booking = dispute.payment.booking
    page = reverse("staff:booking", args=[booking.number])
    found = {}
    for role in (Role.VIEWER, Role.COORDINATOR):
        answer = browser_of(role).get(page)
        heads = [word.text for word in answer.context["content"].warnings]
        assert heads[0] == "$995.00 disputed"
        text = answer.content.decode()
        assert text.count("Says it was not them") == 1
        found[role] = text.count(page_of(dispute))
    assert found == {Role.VIEWER: 1, Role.COORDINATOR: 0}


@pytest.mark.parametrize(
    ("status", "heads"),
    [("under_review", ["$995.00 disputed"]), ("lost", ["Dispute of $995.00 lost"]), ("won", [])],
)
def test_bookings_head_says_what_presses(status: str, heads: list[str]):
    booking = dispute_of(dispute={"status": status}).payment.booking
    page = reverse("staff:booking", args=[booking.number])
    content = browser_of(Role.VIEWER).get(page).context["content"]
    assert [word.text for word in content.warnings] == heads


@pytest.mark.parametrize("suffix", ["", ":lost"])
def test_alert_leads_to_the_dispute_who_may_see_it(dispute: Dispute, suffix: str):
    booking = dispute.payment.booking
    raise_alert(
        AlertKind.DISPUTE, about=f"{dispute.pk}{suffix}", summary="Disputed", booking=booking
    )
    alert = Alert.objects.get()
    places = {role: place_of(alert, make_colleague(role)) for role in (Role.ADMIN, Role.SUPPORT)}
    assert places == {
        Role.ADMIN: (page_of(dispute), "Open the dispute"),
        Role.SUPPORT: (reverse("staff:booking", args=[booking.number]), f"Open {booking.code}"),
    }
    today = browser_of(Role.ADMIN).get("/staff/today/?queue=money").content.decode()
    assert today.count(page_of(dispute)) == 1
