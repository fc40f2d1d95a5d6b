"""What people do beside the straight way, and must not pay for."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from booking.models import AccessToken, Booking, DiscountCode, ServiceInterest
from tests.booking.wizard.visitor import Visitor, errors_of

MANY = {"items": "65", "choice": "standard_delivery", "suggested": "mini_move:full"}


def test_more_than_a_van_comes_to_the_review_as_a_request(visitor: Visitor) -> None:
    visitor.answer_before("review", what=MANY)
    page = visitor.see("review")
    assert (page.status_code, page.context["needs_staff"]) == (200, True)


def test_answer_after_one_that_never_arrived_brings_the_whole_price(visitor: Visitor) -> None:
    visitor.answer_before("what")
    delivery = {"choice": "standard_delivery", "suggested": "standard_delivery"}
    visitor.change("what", "items", items="7", **delivery)  # saved, and lost on its way
    again = visitor.change("what", "items", items="7", **delivery).content.decode()
    assert "$665.00" not in again
    behind = visitor.change("what", "items", items="7", behind="1", **delivery).content.decode()
    assert "$665.00" in behind


def test_typed_day_gives_way_to_one_chosen_later(visitor: Visitor) -> None:
    visitor.answer_before("when")
    visitor.send("when", other_date="11/28/2026")
    assert visitor.draft.step("when")["pickup_date"] == "2026-11-28"
    page = visitor.see("when").content.decode()
    visitor.send("when", pickup_date="2026-12-02")
    assert visitor.draft.step("when")["pickup_date"] == "2026-12-02"
    assert 'value="11/28/2026"' not in page


def test_linked_day_comes_before_a_typed_one(visitor: Visitor) -> None:
    visitor.answer_before("when")
    visitor.change("when", "other_date", other_date="11/28/2026")
    page = visitor.see("when", pickup_date="2026-12-04")
    assert (page.context["chosen"], page.context["other_date"]) == ("2026-12-04", "")


def test_state_that_is_not_the_zips_is_told_at_its_field(visitor: Visitor) -> None:
    page = visitor.send("where", pickup_zip="07302")
    assert (page.status_code, list(errors_of(page))) == (422, ["pickup_state"])
    assert visitor.send("where", pickup_zip="07302", pickup_state="NJ").status_code == 303


def test_extension_of_a_phone_is_not_dropped_silently(visitor: Visitor) -> None:
    visitor.answer_before("who")
    page = visitor.send("who", contact_phone="212 555 0171 ext 5")
    assert (page.status_code, list(errors_of(page))) == (422, ["contact_phone"])


def test_enter_in_the_interest_field_keeps_the_address(visitor: Visitor) -> None:
    visitor.send("where", delivery_zip="90210", interest_email="ann@example.com")
    assert list(ServiceInterest.objects.values_list("email", "zip")) == [
        ("ann@example.com", "90210")
    ]


def test_code_that_was_typed_is_applied_before_anything_is_paid(visitor: Visitor) -> None:
    DiscountCode.objects.create(code="SUMMER10", percent=10)
    visitor.answer_before("review")
    pay = {"discount_code": "summer10", "accept_terms": "on", "shown_total_cents": "99500"}
    answer = visitor.client.post(reverse("payments:start_checkout"), pay)
    assert (answer.status_code, answer["Location"]) == (303, "/book/review/?accept_terms=on")
    page = visitor.client.get(answer["Location"])
    assert (page.context["total_cents"], page.context["agreed"]) == (89550, True)
    assert Booking.objects.count() == 0


def test_refused_code_at_pay_stops_before_anything_is_paid(visitor: Visitor) -> None:
    visitor.answer_before("review")
    pay = {"discount_code": "NOSUCH", "accept_terms": "on", "shown_total_cents": "99500"}
    page = visitor.client.post(reverse("payments:start_checkout"), pay)
    assert (page.status_code, list(errors_of(page))) == (422, ["discount_code"])
    assert Booking.objects.count() == 0


def test_link_of_a_finished_draft_says_that_the_booking_is_made(visitor: Visitor) -> None:
    DiscountCode.objects.create(code="GIFT", percent=100)
    visitor.answer_before("review")
    visitor.client.post(reverse("booking:review"), {"discount_code": "GIFT"})
    link = reverse("booking:resume", args=[AccessToken.issue(draft=visitor.draft)])
    visitor.client.post(reverse("payments:start_checkout"), {"accept_terms": "on"})
    answer = Client().get(link)
    assert (Booking.objects.get().status, answer["Location"]) == ("paid", reverse("booking:find"))
