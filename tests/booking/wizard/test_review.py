"""The review: everything once more, a code, the policy, Pay; and what a changed order does."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import RequestFactory
from django.urls import reverse

from booking.models import DiscountCode, Draft, PolicyText
from booking.services.create import create_booking
from booking.wizard.order import IncompleteDraftError, order_from_draft
from booking.wizard.signals import order_changed
from booking.wizard.steps import WHEN
from booking.wizard.views.review import refused_review
from tests.booking.wizard.conftest import NOW, Clock
from tests.booking.wizard.visitor import Visitor, errors_of
from totetaxi.lib.actor import GUEST

ALIKE = "This code cannot be used. Check it, or go on without it."


def make_code(code: str = "DUNE", **terms: Any) -> DiscountCode:
    return DiscountCode.objects.create(**{"code": code, "percent": Decimal(10), **terms})


def make_from_draft(visitor: Visitor, *, minutes: int = 40) -> Any:
    with transaction.atomic():
        return create_booking(
            order_from_draft(visitor.draft, now=NOW, terms_accepted=True),
            expected_total_cents=None,
            hold_until=NOW + timedelta(minutes=minutes),
            by=GUEST,
            now=NOW,
        )


@pytest.fixture
def heard() -> Any:
    """The drafts of which a changed order was told."""
    told: list[Draft] = []

    def hear(**news: Any) -> None:
        told.append(news["draft"])

    order_changed.connect(hear)
    yield told
    order_changed.disconnect(hear)


def test_review_shows_everything_with_the_way_back(visitor: Visitor) -> None:
    page = visitor.answer_before("review").see("review")
    assert [(section.step.name, str(section.title)) for section in page.context["sections"]] == [
        ("where", "Where"),
        ("what", "What"),
        ("when", "When"),
        ("who", "You and the building"),
    ]
    facts = {fact.term: fact.lines for part in page.context["sections"] for fact in part.facts}
    assert facts == {
        "From": ["118 East 93rd Street, 6B", "New York, NY 10128"],
        "To": ["27 Pondview Lane", "East Hampton, NY 11937"],
        "Service": ["Mini Move Petite", "10 items, each up to 50 lb"],
        "Help": ["Not needed", "You pack, we carry"],
        "We collect": ["Tuesday, December 1, 2026", "from 9:00 AM"],
        "We deliver": ["The same day", "by 6:00 PM"],
        "Contact": ["Claire Ellery", "(212) 555-0171", "claire@example.com"],
    }


def test_review_computes_the_policy_for_this_day(visitor: Visitor) -> None:
    page = visitor.answer_before("review", when={"pickup_date": "2026-12-05"}).see("review")
    assert page.context["policy"] == (
        "Change or cancel without charge until Thursday, December 3, at 9:00 AM. "
        "After that, half of the price is kept."
    )


def test_pay_names_the_amount_and_posts_to_the_payments(visitor: Visitor) -> None:
    page = visitor.answer_before("review").see("review")
    html = page.content.decode()
    assert page.context["pay"] == "Pay $995.00"
    assert html.count(f'action="{reverse("payments:start_checkout")}"') == 1
    assert html.count('name="shown_total_cents" value="99500"') == 1
    assert html.count('name="accept_terms"') == 1
    assert html.count("checked") == 0


def test_total_above_the_online_limit_is_sent_as_a_request(visitor: Visitor) -> None:
    what = {
        "items": "40",
        "choice": "mini_move:full",
        "suggested": "mini_move:full",
        "packing": "on",
        "unpacking": "on",
    }
    page = visitor.answer_before("review", what=what).see("review")
    assert page.context["pay"] == "Send as a request"
    assert page.context["note"] == (
        "Above $10,000 we arrange payment with you. Send this as a request."
    )


def test_nothing_to_pay_is_confirmed(visitor: Visitor) -> None:
    make_code(percent=Decimal(100))
    visitor.answer_before("review")
    visitor.send("review", discount_code="dune")
    page = visitor.see("review")
    assert (page.context["pay"], page.context["total_cents"]) == ("Confirm booking", 0)


def test_code_takes_off_what_it_says(visitor: Visitor) -> None:
    make_code()
    visitor.answer_before("review")
    response = visitor.send("review", discount_code=" dune ")
    assert (response.status_code, response["Location"]) == (303, reverse("booking:review"))
    page = visitor.see("review")
    assert (page.context["total_cents"], page.context["applied"]) == (895_50, "DUNE")


def test_emptied_code_is_taken_away(visitor: Visitor) -> None:
    make_code()
    visitor.answer_before("review")
    visitor.send("review", discount_code="DUNE")
    visitor.send("review", discount_code="")
    assert visitor.see("review").context["total_cents"] == 995_00


@pytest.mark.parametrize(
    "terms",
    [
        None,
        {"is_active": False},
        {"last_date": date(2026, 11, 1)},
        {"first_date": date(2027, 1, 1)},
        {"max_uses": 0},
        {"max_uses_per_customer": 0},
    ],
)
def test_code_is_refused_in_the_same_words_whatever_the_reason(
    visitor: Visitor, terms: dict[str, Any] | None
) -> None:
    if terms is not None:
        make_code(**terms)
    visitor.answer_before("review")
    response = visitor.send("review", discount_code="dune")
    assert response.status_code == 422
    assert errors_of(response) == {"discount_code": [ALIKE]}
    assert response.context["code"] == "dune"
    assert response.context["total_cents"] == 995_00


def test_code_that_ran_out_since_is_told_and_not_counted(visitor: Visitor) -> None:
    make_code()
    visitor.answer_before("review")
    visitor.send("review", discount_code="DUNE")
    DiscountCode.objects.update(is_active=False)
    page = visitor.see("review")
    assert errors_of(page) == {"discount_code": [ALIKE]}
    assert page.context["total_cents"] == 995_00


def test_unpaid_booking_tells_how_long_its_place_is_kept(visitor: Visitor, frozen: Clock) -> None:
    visitor.answer_before("review")
    make_from_draft(visitor)
    frozen.now = NOW + timedelta(minutes=6)
    assert visitor.see("review").context["hold"] == (
        "Your place in the van is kept for another 34 minutes, until 10:40 AM."
    )


def test_hold_that_ran_out_is_not_told(visitor: Visitor, frozen: Clock) -> None:
    visitor.answer_before("review")
    make_from_draft(visitor)
    frozen.now = NOW + timedelta(minutes=41)
    assert visitor.see("review").context["hold"] == ""


def test_changed_order_is_told_to_whoever_holds_its_booking(
    visitor: Visitor, heard: list[Draft]
) -> None:
    visitor.answer_before("review")
    make_from_draft(visitor)
    visitor.send("when", pickup_time="10:00")
    assert heard == [visitor.draft]


def test_same_order_sent_again_changes_nothing(visitor: Visitor, heard: list[Draft]) -> None:
    visitor.answer_before("review")
    make_from_draft(visitor)
    for step in ("where", "what", "when", "who"):
        visitor.send(step)
    assert heard == []


def test_change_that_is_only_saved_keeps_the_booking(visitor: Visitor, heard: list[Draft]) -> None:
    visitor.answer_before("review")
    make_from_draft(visitor)
    visitor.change("when", "pickup_time", pickup_time="10:00")
    assert heard == []


def test_code_changes_the_order_too(visitor: Visitor, heard: list[Draft]) -> None:
    make_code()
    visitor.answer_before("review")
    make_from_draft(visitor)
    visitor.send("review", discount_code="DUNE")
    assert heard == [visitor.draft]


def test_made_booking_ends_its_draft(visitor: Visitor) -> None:
    visitor.answer_before("review")
    booking = make_from_draft(visitor)
    type(booking).objects.filter(pk=booking.pk).update(status="paid", hold_expires_at=None)
    response = visitor.client.get(reverse("booking:review"), follow=True)
    assert response.redirect_chain == [(reverse("booking:where"), 303)]
    assert [str(m) for m in response.context["messages"]] == [
        f"Booking {booking.code} is made. Here you can start another one."
    ]
    first = visitor.draft.pk
    visitor.send("where")
    assert visitor.draft.pk != first


def test_order_holds_what_was_typed(visitor: Visitor) -> None:
    access = {"pickup_has_doorman": "on", "delivery_access_notes": "Side door"}
    visitor.answer_before("review", what={"coi": "on"}, who={**access, "coi_wording": "Marlow"})
    order = order_from_draft(visitor.draft, now=NOW)
    assert (order.request.service, order.request.package) == ("mini_move", "petite")
    assert (order.request.pickup_date, order.request.pickup_time) == (date(2026, 12, 1), time(9))
    assert (order.pickup.has_doorman, order.pickup.has_elevator) == (True, False)
    assert order.delivery.access_notes == "Side door"
    assert (order.contact_phone, order.coi_wording) == ("+12125550171", "Marlow")
    assert (order.draft_id, order.terms_version, order.policy_version) == (visitor.draft.pk, 1, 1)
    assert order.terms_accepted is False


def test_order_carries_the_newest_versions(visitor: Visitor) -> None:
    visitor.answer_before("review")
    PolicyText.objects.create(
        kind="terms", version=2, body="New.", published_at=datetime(2026, 11, 1, tzinfo=UTC)
    )
    order = order_from_draft(visitor.draft, now=NOW)
    assert (order.terms_version, order.policy_version) == (2, 1)


def test_order_of_an_unfinished_draft_names_its_step(visitor: Visitor) -> None:
    visitor.answer_before("when")
    with pytest.raises(IncompleteDraftError) as caught:
        order_from_draft(visitor.draft, now=NOW)
    assert caught.value.step is WHEN


def test_refusal_of_pay_stands_on_the_review_itself(visitor: Visitor, rf: RequestFactory) -> None:
    visitor.answer_before("review")
    request = visitor.client.get(reverse("booking:review")).wsgi_request
    errors = {"accept_terms": ["Accept the terms to go on."], "pickup_date": ["Full."]}
    page = refused_review(request, visitor.draft, now=NOW, errors=errors, changed_from_cents=900_00)
    html = page.content.decode()
    assert page.status_code == 422
    assert html.count('href="#id_accept_terms"') == html.count('href="#section-when"') == 1
    assert html.count("It was $900.00 when you saw it, and is $995.00 now.") == 1
