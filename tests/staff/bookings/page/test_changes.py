"""The end of a booking and what customers ask for: shown in full, then decided as it was shown."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from booking.changes import Cancel
from booking.models import Booking, ChangeRequest, Note
from payments.models import Refund
from staff.bookings.page.services import cancel
from staff.models import AuditLog, StaffProfile
from staff.permissions import Role
from tests.factories import (
    make_booking,
    make_colleague,
    make_paid_booking,
    make_payment,
    sign_in_staff,
)
from tests.payments.changing import ask, change, changes, letter, saturday, see, to, weekday
from totetaxi.lib import clock
from totetaxi.lib.actor import actor_of


def browser_of(role: Role, name: str = "Sam Porter") -> Client:
    client = Client()
    sign_in_staff(client, make_colleague(role, name))
    return client


def cancellation_of(booking: Booking) -> str:
    return reverse("staff:booking_cancellation", args=[booking.number])


def page_of(asked: ChangeRequest) -> str:
    return reverse("staff:change_request", args=[asked.pk])


def shown(client: Client, url: str) -> dict[str, Any]:
    """What the page carries in its hidden fields."""
    context = client.get(url).context
    return {
        "fingerprint": context["change_set"].fingerprint,
        "before": context["remembered"],
        "seen": context["seen"].event,
    }


def press(client: Client, url: str, fields: dict[str, Any], **typed: Any) -> HttpResponse:
    return client.post(url, fields | typed)


def actions() -> list[str]:
    return list(AuditLog.objects.order_by("id").values_list("action", flat=True))


# ----------------------------------------------------------------------------------- cancellation


def test_cancellation_shows_what_goes_back_and_does_just_that():
    booking, manager = make_paid_booking(pickup_date=weekday(7)), browser_of(Role.MANAGER)
    url = cancellation_of(booking)
    answer = manager.get(url)
    assert answer.context["refund"] == "$995.00"
    assert [one.word for one in answer.context["effects"]] == ["Refund", "Room in the van", "Mail"]
    booking.refresh_from_db()
    assert (booking.status, Refund.objects.count()) == ("paid", 0)
    answer = press(
        manager, url, shown(manager, url), back="policy", why="The stairs are too narrow"
    )
    booking.refresh_from_db()
    assert answer["Location"] == f"/staff/bookings/{booking.number}/"
    assert (booking.status, booking.cancel_reason, booking.room_held) == (
        "cancelled",
        "staff",
        False,
    )
    assert list(Refund.objects.values_list("amount_cents", "reason")) == [(99500, "cancellation")]
    assert Note.objects.get().body == "The stairs are too narrow"
    assert actions() == ["cancelled_booking", "added_note"]
    row = AuditLog.objects.get(action="cancelled_booking")
    assert (row.before, row.after) == (
        {"status": "paid"},
        {"status": "cancelled", "refund_cents": 99500, "refund_by": "policy"},
    )


def test_part_of_the_money_makes_its_end_a_matter_for_who_may_end_a_paid_one():
    booking = make_booking()
    make_payment(booking, cents=40000)
    url = cancellation_of(booking)
    allowed = [role for role in Role if browser_of(role).get(url).status_code == 200]
    assert allowed == [Role.SUPPORT, Role.MANAGER, Role.ADMIN]


def test_trip_that_began_meanwhile_is_not_ended_by_who_may_not():
    booking, support = make_paid_booking(pickup_date=weekday(7)), browser_of(Role.SUPPORT)
    wish = Cancel(reason="staff")
    expected = see(booking, wish).fingerprint
    Booking.objects.update(status="in_progress")
    with pytest.raises(PermissionDenied):
        cancel(
            StaffProfile.objects.get(),
            booking,
            wish,
            expected=expected,
            why="",
            now=clock.now(),
            request=support.get("/").wsgi_request,
        )
    booking.refresh_from_db()
    assert (booking.status, Refund.objects.count(), actions()) == ("in_progress", 0, [])


@pytest.mark.breaks_money("a status as a row: nothing was paid")
@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        ("pending", [Role.SUPPORT, Role.COORDINATOR, Role.MANAGER, Role.ADMIN]),
        ("paid", [Role.SUPPORT, Role.MANAGER, Role.ADMIN]),
        ("in_progress", [Role.MANAGER, Role.ADMIN]),
    ],
)
def test_who_may_cancel_follows_the_status(status: str, allowed: list[Role]):
    booking = make_booking()
    Booking.objects.filter(pk=booking.pk).update(status=status)
    url = cancellation_of(booking)
    answers = {
        role: {browser_of(role).get(url).status_code, browser_of(role).post(url).status_code}
        for role in Role
    }
    assert [role for role, codes in answers.items() if 403 not in codes] == allowed
    assert {codes == {403} for role, codes in answers.items() if role not in allowed} == {True}
    booking.refresh_from_db()
    assert booking.status == status


def test_what_is_over_cannot_be_cancelled():
    booking, manager = make_paid_booking(), browser_of(Role.MANAGER)
    Booking.objects.filter(pk=booking.pk).update(status="completed", room_held=False)
    answer = manager.get(cancellation_of(booking))
    assert answer["Location"] == f"/staff/bookings/{booking.number}/"


def test_cancellation_that_became_another_is_shown_anew():
    booking, manager = make_paid_booking(pickup_date=weekday(7)), browser_of(Role.MANAGER)
    maya = make_colleague(Role.COORDINATOR, "Maya Park")
    url = cancellation_of(booking)
    fields = shown(manager, url)
    change(booking, to(weekday(9), booking), by=actor_of(maya.user))
    answer = press(manager, url, fields, back="policy", why="As they asked")
    booking.refresh_from_db()
    assert (answer.status_code, booking.status, Note.objects.count()) == (409, "paid", 0)
    assert [entry.who for entry in answer.context["changes"]] == ["Maya Park"]
    assert answer.content.count(b"As they asked") == 1
    fields = {name: answer.context[key] for name, key in (("before", "remembered"),)}
    fields["fingerprint"] = answer.context["change_set"].fingerprint
    assert press(manager, url, fields, back="policy", why="As they asked").status_code == 303


def test_another_sum_than_the_policys_is_shown_first_and_waits_for_approval():
    booking, support = make_paid_booking(pickup_date=weekday(7)), browser_of(Role.SUPPORT)
    url = cancellation_of(booking)
    typed = {"back": "other", "amount": "300", "refund_note": "They kept two of three days"}
    looked = press(support, url, {}, step="see", **typed)
    effect = looked.context["effects"][0].effect
    assert (looked.status_code, effect.sentence) == (
        200,
        (
            "$300.00 of $995.00 goes back to the card that paid, as you say; "
            "by the refund rules it would be $995.00; somebody else approves it"
        ),
    )
    fields = {
        "fingerprint": looked.context["change_set"].fingerprint,
        "before": looked.context["remembered"],
    }
    assert press(support, url, fields, **typed).status_code == 303
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.reason, refund.status, refund.note) == (
        30000,
        "cancellation",
        "requested",
        "They kept two of three days",
    )
    assert AuditLog.objects.get(action="cancelled_booking").after["refund_by"] == "staff"


def test_choice_that_nobody_looked_at_is_shown_before_it_is_done():
    """Without JavaScript the effects on the page are those of the choice before."""
    booking, manager = make_paid_booking(pickup_date=weekday(7)), browser_of(Role.MANAGER)
    url = cancellation_of(booking)
    typed = {"back": "other", "amount": "0", "refund_note": "They agreed to it"}
    answer = press(manager, url, shown(manager, url), **typed)
    booking.refresh_from_db()
    assert (answer.status_code, booking.status) == (409, "paid")
    assert answer.context["effects"][0].was.startswith("$995.00 of $995.00 goes back")


def test_our_own_fault_returns_all_of_it_even_late():
    booking, manager = make_paid_booking(), browser_of(Role.MANAGER)
    Booking.objects.filter(pk=booking.pk).update(pickup_at=clock.now() + timedelta(hours=3))
    url = cancellation_of(booking)
    assert manager.get(url).context["refund"] == "$497.50"
    typed = {"back": "our_fault", "refund_note": "The van broke down"}
    looked = press(manager, url, {}, step="see", **typed)
    assert looked.context["refund"] == "$995.00"
    fields = {"fingerprint": looked.context["change_set"].fingerprint}
    press(manager, url, fields, **typed)
    assert list(Refund.objects.values_list("amount_cents", "reason", "note")) == [
        (99500, "our_fault", "The van broke down")
    ]


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"back": ["Choose what goes back"]}),
        (
            {"back": "other"},
            {"amount": ["Enter the sum, 0 for nothing"], "refund_note": ["Write why"]},
        ),
        ({"back": "our_fault"}, {"refund_note": ["Write why"]}),
        (
            {"back": "other", "amount": "x", "refund_note": "y"},
            {"amount": ["Enter a sum like 995.00"]},
        ),
    ],
)
def test_what_goes_back_is_said_whole(typed: dict[str, str], errors: dict[str, list[str]]):
    booking, manager = make_paid_booking(pickup_date=weekday(7)), browser_of(Role.MANAGER)
    url = cancellation_of(booking)
    answer = press(manager, url, shown(manager, url), **typed)
    booking.refresh_from_db()
    assert (answer.status_code, answer.context["form"].errors) == (422, errors)
    assert booking.status == "paid"


def test_more_than_is_left_cannot_go_back():
    booking, manager = make_paid_booking(pickup_date=weekday(7)), browser_of(Role.MANAGER)
    url = cancellation_of(booking)
    typed = {"back": "other", "amount": "995.01", "refund_note": "A mistake"}
    answer = press(manager, url, shown(manager, url), **typed)
    assert (answer.status_code, answer.context["refusals"]) == (
        409,
        ["Only $995.00 can still go back."],
    )
    assert Refund.objects.count() == 0


def test_who_may_not_ask_for_refunds_names_no_sum():
    booking, coordinator = make_booking(pickup_date=weekday(7)), browser_of(Role.COORDINATOR)
    url = cancellation_of(booking)
    assert list(coordinator.get(url).context["form"].fields) == ["why"]
    typed = {"back": "other", "amount": "0", "refund_note": "No"}
    assert press(coordinator, url, shown(coordinator, url), **typed).status_code == 303
    assert Refund.objects.count() == 0


# ---------------------------------------------------------------------------------------- requests


def test_request_shows_its_whole_effect_and_is_approved(office: Client):
    booking = make_paid_booking(pickup_date=weekday(7))
    asked = ask(booking, to(saturday(), booking), note="The lift is broken")
    answer = office.get(page_of(asked))
    assert [one.effect.figure for one in answer.context["effects"]][:2] == [
        "$149.25 more",
        "$149.25",
    ]
    assert (answer.context["told"], answer.content.count(b"The lift is broken")) == ("", 1)
    answer = press(office, page_of(asked), shown(office, page_of(asked)), act="approve")
    booking.refresh_from_db()
    asked.refresh_from_db()
    assert answer["Location"] == f"/staff/bookings/{booking.number}/"
    assert (asked.state, booking.pickup_date) == ("approved", saturday())
    assert actions() == ["approved_change"]
    assert AuditLog.objects.get().after == {
        "request": "reschedule",
        "difference_cents": 14925,
        "due_cents": 14925,
        "refund_cents": 0,
    }


def test_what_the_customer_was_told_stands_beside_what_it_is_now(office: Client):
    booking = make_paid_booking(pickup_date=weekday(7))
    asked = ask(booking, to(saturday(), booking))
    ChangeRequest.objects.update(shown_cents=-5000)
    assert office.get(page_of(asked)).context["told"] == (
        "When they asked, they were told that the price would be: $50.00 less."
    )


def test_refusal_wants_an_answer_and_mails_it(office: Client):
    booking = make_paid_booking(pickup_date=weekday(7))
    asked = ask(booking, to(saturday(), booking))
    answer = office.post(page_of(asked), {"act": "refuse", "answer": " "})
    asked.refresh_from_db()
    assert (answer.status_code, asked.state) == (422, "open")
    assert answer.context["form"].errors == {
        "answer": ["Write why, and what the customer can do instead"]
    }
    words = "No van is free on Saturday. Sunday would be."
    assert office.post(page_of(asked), {"act": "refuse", "answer": words}).status_code == 303
    asked.refresh_from_db()
    assert (asked.state, asked.answer, changes(booking)[-1]) == (
        "refused",
        words,
        "request_refused",
    )
    assert words in letter(booking, "change_refused")
    assert actions() == ["refused_change"]


def test_cancellation_is_approved_by_who_may_cancel(office: Client):
    booking = make_paid_booking(pickup_date=weekday(7))
    asked = ask(booking, Cancel())
    fields = shown(office, page_of(asked))
    text = office.get(page_of(asked)).content.decode()
    assert text.count("Your role may not cancel this booking") == 1
    assert press(office, page_of(asked), fields, act="approve").status_code == 403
    support = browser_of(Role.SUPPORT)
    assert press(support, page_of(asked), fields, act="approve").status_code == 303
    booking.refresh_from_db()
    assert (booking.status, Refund.objects.get().amount_cents) == ("cancelled", 99500)


def test_request_that_cannot_be_done_any_more_says_why(office: Client):
    booking = make_paid_booking(pickup_date=weekday(7))
    asked = ask(booking, to(weekday(9), booking))
    fields = shown(office, page_of(asked))
    Booking.objects.filter(pk=booking.pk).update(status="in_progress")
    answer = press(office, page_of(asked), fields, act="approve")
    words = ["It is on the road: the trip and the order cannot be changed any more."]
    assert (answer.status_code, answer.context["refusals"]) == (409, words)
    text = office.get(page_of(asked)).content.decode()
    assert (text.count('value="approve"'), text.count('value="refuse"')) == (0, 1)


def test_decided_request_tells_who_decided(office: Client):
    booking = make_paid_booking(pickup_date=weekday(7))
    asked = ask(booking, to(weekday(9), booking))
    office.post(page_of(asked), {"act": "refuse", "answer": "No van is free"})
    answer = office.get(page_of(asked))
    assert (answer.context["decided_by"], answer.content.count(b'name="act"')) == (
        "Cora Lindqvist",
        0,
    )
    again = office.post(page_of(asked), {"act": "refuse", "answer": "Again"}, follow=True)
    assert again.content.count(b"This request is not open any more.") == 1
    asked.refresh_from_db()
    assert asked.answer == "No van is free"


def test_request_is_not_for_viewers():
    booking = make_paid_booking(pickup_date=weekday(7))
    asked = ask(booking, to(weekday(9), booking))
    viewer = browser_of(Role.VIEWER)
    assert viewer.get(page_of(asked)).status_code == 403
    assert viewer.post(page_of(asked), {"act": "approve"}).status_code == 403
