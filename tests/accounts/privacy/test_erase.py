"""Erasing a customer: nothing of them is left in any table, and the books are as they were."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.test import Client
from django.urls import reverse

from accounts.models import ErasedCustomer, User
from accounts.privacy.erase import ErasureRefusedError, erase_customer, find_obstacles
from accounts.privacy.holdings import Holding, keep
from accounts.privacy.person import Person, find_person
from accounts.privacy.tables import HOLDINGS
from booking.models import (
    AccessToken,
    Booking,
    BookingEvent,
    BookingLine,
    ChangeRequest,
    Message,
    MessageKind,
    OutboxMail,
    plan_message,
)
from payments.models import Payment, PaymentAttempt, Refund
from tests.accounts.privacy.conftest import signed_in
from tests.accounts.privacy.everything import EMAIL, NOW, make_delivered
from tests.factories import make_booking, make_customer, make_staff
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM
from totetaxi.lib.work import WorkState

# Text that stays: it says what was bought and where, never by whom.
STAYS = {
    "bookings": {
        "status",
        "cancel_reason",
        "source",
        "request",
        "service",
        "package",
        "title",
        "coi_state",
        "unpaid_reason",
        "email_key",  # goes too; but the rows are found by it, so it keeps the address
    },
    "addresses": {"leg", "city", "state", "zip", "area"},
    "change_requests": {"kind", "state", "asked_by_kind", "decided_by_kind"},
    # Of a secret that is over; the row is kept with the payment.
    "payment_links": {"token_hash"},
    # Stripe's own key, until the queue has had it forget the person.
    "stripe_customer": {"stripe_id", "idempotency_key", "work_state", "last_error"},
    "messages": {"key", "kind", "state", "work_state", "last_error"},
}
TEXT = (models.CharField, models.TextField, models.JSONField)


def plant(person: Person) -> dict[str, list[str]]:
    """Write a canary into every column that must not survive; those shown, by holding."""
    planted: dict[str, list[str]] = {}
    number = 0
    for holding in HOLDINGS:
        if holding.erased is keep:
            continue
        theirs = {row.pk for row in holding.rows(person)}
        for row in (holding.all_rows or holding.rows)(person):
            for column in _personal(holding):
                if column.name.startswith("guest_") and row.customer_id:
                    continue  # an account's booking has no guest
                number += 1
                canary = f"canary{number:04d}"
                value: Any = {"name": canary} if isinstance(column, models.JSONField) else canary
                holding.model._base_manager.filter(pk=row.pk).update(**{column.name: value})
                named = column.name in holding.shown or column.name == "data"  # a passkey's name
                if named and row.pk in theirs:
                    planted.setdefault(holding.key, []).append(canary)
    return planted


def _personal(holding: Holding) -> list[models.Field[Any, Any]]:
    """Columns with room for a word, but for addresses by which the rows are found."""
    found = []
    for column in holding.model._meta.concrete_fields:
        small = (column.max_length or 99) < 12 or bool(column.flatchoices)
        skipped = column.name in STAYS.get(holding.key, set()) or column.primary_key
        is_text = isinstance(column, TEXT) and not isinstance(column, models.EmailField)
        if is_text and not small and not skipped:
            found.append(column)
    return found


def left_over(pattern: str) -> list[str]:
    """Where in any column of any table the pattern still stands."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    if re.search(pattern, str(value), re.IGNORECASE):
                        found.append(f"{table}.{name}")
    return sorted(set(found))


def erase(user: User) -> None:
    erase_customer(user.pk, by=SYSTEM, now=NOW)


def test_nothing_of_the_customer_is_left_in_any_table(claire: User) -> None:
    planted = plant(find_person(claire))
    assert len(planted) == 12
    browser = signed_in(User.objects.get(pk=claire.pk))
    file = browser.get(reverse("accounts:data_file")).content.decode()
    for key, canaries in planted.items():
        assert [canary for canary in canaries if canary not in file] == [], key
    found = left_over("canary")
    assert len(found) > 40
    erase(claire)
    assert left_over("canary") == []
    assert left_over(r"claire|\bellery|5550171|93rd|pondview") == []


def test_books_are_as_they_were(claire: User) -> None:
    tables: list[type[models.Model]] = [
        BookingEvent,
        BookingLine,
        Payment,
        PaymentAttempt,
        Refund,
    ]
    facts = ("id", "number", "status", "pickup_at", "total_cents", "title", "request", "created_at")
    before = [list(table._base_manager.order_by("pk").values()) for table in tables]
    bookings = list(Booking.objects.order_by("pk").values(*facts))
    towns = list(
        Booking.objects.order_by("addresses__pk").values_list("addresses__zip", "addresses__city")
    )
    erase(claire)
    assert [list(table._base_manager.order_by("pk").values()) for table in tables] == before
    assert list(Booking.objects.order_by("pk").values(*facts)) == bookings
    after = Booking.objects.order_by("addresses__pk").values_list(
        "addresses__zip", "addresses__city"
    )
    assert list(after) == towns


def test_account_is_anonymous_and_opens_nothing(claire: User) -> None:
    browser, other_browser = signed_in(claire), signed_in(claire)
    erase(claire)
    claire.refresh_from_db()
    assert (claire.email, claire.name) == (f"erased-{claire.pk}@erased.invalid", "")
    assert (claire.is_active, claire.has_usable_password()) == (False, False)
    assert authenticate(username=EMAIL, password="correct horse") is None
    assert Session.objects.count() == 0
    for one in (browser, other_browser):
        assert one.get(reverse("accounts:data")).status_code == 303
    assert AccessToken.objects.count() == 0


def test_other_browsers_lose_the_booking_and_stay_signed_in(claire: User) -> None:
    booking = find_person(claire).booking_ids[0]
    friend = signed_in(make_customer())
    session = friend.session
    session["bookings"] = [str(booking), "another"]
    session.save()
    erase(claire)
    assert friend.session["bookings"] == ["another"]
    assert friend.get(reverse("accounts:data")).status_code == 200


def test_planned_messages_are_never_sent(claire: User) -> None:
    erase(claire)
    states = set(Message.objects.values_list("state", "work_state"))
    assert states == {("dropped", WorkState.IGNORED), ("sent", WorkState.DONE)}
    assert OutboxMail.objects.count() == 0


def test_others_are_left_alone(claire: User) -> None:
    rosa = make_customer("rosa@example.com")
    make_delivered(customer_id=rosa.pk, contact_email=rosa.email)
    plan_message(MessageKind.WELCOME, key="rosa", recipient=rosa.email)
    before = list(User.objects.filter(pk=rosa.pk).values())
    erase(claire)
    assert list(User.objects.filter(pk=rosa.pk).values()) == before
    mine = Booking.objects.get(customer=rosa)
    assert mine.driver_notes == "Ring twice"
    assert set(mine.messages.values_list("recipient", flat=True)) == {rosa.email}
    assert Message.objects.get(key="rosa").state == "planned"


def test_erasing_again_changes_nothing(claire: User) -> None:
    erase(claire)
    first = list(ErasedCustomer.objects.values_list("user_key", "erased_at"))
    rows = list(Booking.objects.order_by("pk").values())
    erase(claire)
    assert list(ErasedCustomer.objects.values_list("user_key", "erased_at")) == first
    assert first == [(claire.pk, NOW)]
    assert list(Booking.objects.order_by("pk").values()) == rows


def test_same_address_begins_anew(claire: User) -> None:
    erase(claire)
    again = make_customer(EMAIL)
    again.emailaddress_set.create(email=EMAIL, verified=True, primary=True)
    assert find_person(again).booking_ids == ()
    answer = signed_in(again).get(reverse("accounts:data"))
    assert [one.figure for one in answer.context["held"]][3:] == [
        "0 bookings, 0 unfinished",
        "0 payments, 0 refunds",
        "0 messages",
    ]


def test_staff_are_not_erased_here(frozen: None) -> None:
    with pytest.raises(User.DoesNotExist):
        erase(make_staff())


def test_active_booking_stands_in_the_way(claire: User) -> None:
    booking = make_booking(now=NOW, customer_id=claire.pk, contact_email=EMAIL)
    with pytest.raises(ErasureRefusedError) as refused:
        erase(claire)
    assert [(one.title, one.way_on) for one in refused.value.obstacles] == [
        (
            f"{booking.code} is still open: Waiting for payment.",
            "Cancel it, or wait until its time to pay has run out.",
        )
    ]
    assert left_over("ring twice") == ["booking_booking.driver_notes"]


def test_booking_as_a_guest_stands_in_the_way_too(claire: User) -> None:
    booking = make_booking(now=NOW, contact_email=EMAIL.upper())
    assert [one.booking_id for one in find_obstacles(find_person(claire))] == [booking.pk]


@pytest.mark.parametrize("status", ["requested", "approved", "pending"])
def test_refund_under_way_stands_in_the_way(claire: User, status: str) -> None:
    refund = Refund.objects.order_by("payment__booking__number").first()
    assert refund is not None
    Refund.objects.filter(pk=refund.pk).update(status=status)
    assert [one.title for one in find_obstacles(find_person(claire))] == [
        "$50.00 of TT-000001 is still on its way back to you."
    ]


@pytest.mark.parametrize("status", ["failed", "refused"])
def test_refund_that_is_over_does_not(claire: User, status: str) -> None:
    closed_at = clock.now() if status == "failed" else None
    Refund.objects.update(status=status, closed_at=closed_at)
    assert find_obstacles(find_person(claire)) == []


def test_refund_that_is_held_up_does(claire: User) -> None:
    Refund.objects.update(status="failed")
    assert len(find_obstacles(find_person(claire))) == 2


def test_open_request_stands_in_the_way(claire: User) -> None:
    asked = ChangeRequest.objects.order_by("booking__number")[0]
    ChangeRequest.objects.filter(pk=asked.pk).update(
        state="open", decided_at=None, decided_by_kind=""
    )
    assert [one.title for one in find_obstacles(find_person(claire))] == [
        "You asked for a change of TT-000001."
    ]


def test_page_says_what_goes_and_asks_once(browser: Client, claire: User) -> None:
    address = reverse("accounts:delete_account")
    assert browser.get(address).status_code == 200
    refused = browser.post(address, {})
    assert refused.status_code == 422
    assert refused.context["form"].errors == {
        "understood": ["Tick this if you want to delete your account"]
    }
    assert User.objects.get(pk=claire.pk).email == EMAIL


def test_page_deletes_and_says_so(browser: Client, claire: User) -> None:
    answer = browser.post(reverse("accounts:delete_account"), {"understood": "on"}, follow=True)
    assert answer.redirect_chain == [("/", 303)]
    page = answer.content.decode()
    assert page.count("Your account is deleted.") == 1
    assert not answer.context["user"].is_authenticated
    assert User.objects.get(pk=claire.pk).is_active is False


def test_page_refuses_with_the_way_on(browser: Client, claire: User) -> None:
    booking = make_booking(now=NOW, customer_id=claire.pk, contact_email=EMAIL)
    for answer in (
        browser.get(reverse("accounts:delete_account")),
        browser.post(reverse("accounts:delete_account"), {"understood": "on"}),
    ):
        page = answer.content.decode()
        assert page.count(f"{booking.code} is still open") == 1
        assert page.count(reverse("accounts:booking", args=[booking.pk])) == 1
        assert page.count("I want my account to be deleted") == 0
    assert answer.status_code == 409
