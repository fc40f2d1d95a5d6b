"""Each step: what it accepts, what it refuses and where it says so, what it keeps."""

from datetime import date
from itertools import pairwise

import pytest
from django.urls import reverse

from booking.models import Draft, ServiceZone, SpecialtyItem, StepReached
from tests.booking.wizard.conftest import NOW, Clock
from tests.booking.wizard.visitor import ORDER, WHERE, Visitor, errors_of
from tests.factories import make_booking


def reached(visitor: Visitor) -> list[str]:
    rows = StepReached.objects.filter(draft_key=visitor.draft.pk).order_by("pk")
    return list(rows.values_list("step", flat=True))


def test_wizard_leads_from_where_to_review(visitor: Visitor) -> None:
    for step, following in pairwise(ORDER):
        response = visitor.send(step)
        assert (response.status_code, response["Location"]) == (
            303,
            reverse(f"booking:{following}"),
        )
    assert visitor.see("review").context["total_cents"] == 995_00


def test_draft_is_made_by_the_first_answer_and_never_by_looking(visitor: Visitor) -> None:
    visitor.see("start")
    visitor.see("where")
    assert Draft.objects.count() == 0

    visitor.change("where", pickup_street="")
    assert Draft.objects.count() == 1


def test_steps_reached_are_written_once_each(visitor: Visitor) -> None:
    visitor.answer_before("who")
    visitor.send("where")
    assert reached(visitor) == ["where", "what", "when", "who"]


@pytest.mark.parametrize("step", ["what", "when", "who", "review"])
def test_step_cannot_be_skipped_to_by_its_address(visitor: Visitor, step: str) -> None:
    response = visitor.client.get(reverse(f"booking:{step}"), follow=True)
    assert response.redirect_chain == [(reverse("booking:where"), 303)]
    assert [str(m) for m in response.context["messages"]] == [
        "Please answer this step first: Where."
    ]


@pytest.mark.parametrize("step", ["what", "when", "who", "review"])
def test_step_cannot_be_skipped_to_by_a_post(visitor: Visitor, step: str) -> None:
    response = visitor.send(step)
    assert (response.status_code, response["Location"]) == (303, reverse("booking:where"))
    assert Draft.objects.count() == 0


def test_where_names_what_is_missing_at_each_field(visitor: Visitor) -> None:
    response = visitor.client.post(reverse("booking:where"), {})
    assert response.status_code == 422
    assert errors_of(response) == {
        "pickup_street": ["Enter the street and number we collect from"],
        "pickup_city": ["Enter the city we collect from"],
        "pickup_state": ["Choose the state we collect from"],
        "pickup_zip": ["Enter the ZIP we collect from"],
        "delivery_street": ["Enter the street and number we deliver to"],
        "delivery_city": ["Enter the city we deliver to"],
        "delivery_state": ["Choose the state we deliver to"],
        "delivery_zip": ["Enter the ZIP we deliver to"],
    }


def test_error_summary_links_to_each_field(visitor: Visitor) -> None:
    page = visitor.send("where", pickup_street="", delivery_zip="123").content.decode()
    assert page.count('href="#id_pickup_street" data-focus-field') == 1
    assert page.count('href="#id_delivery_zip" data-focus-field') == 1
    assert page.count('id="id_pickup_street"') == page.count('id="id_delivery_zip"') == 1


@pytest.mark.parametrize("typed", ["11937-1234", "11937 1234", " 11937 ", "119371234"])
def test_zip_plus_four_counts_as_its_first_five_digits(visitor: Visitor, typed: str) -> None:
    assert visitor.send("where", delivery_zip=typed).status_code == 303
    visitor.send("what")
    assert visitor.see("when").context["to_zip"] == "11937"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1193", "Enter a ZIP of five digits, such as 11937"),
        ("١١٩٣٧", "Enter a ZIP of five digits, such as 11937"),
        ("11937-12", "Enter a ZIP of five digits, such as 11937"),
        ("11901", "11901 is not served yet"),
    ],
)
def test_zip_that_will_not_do_is_told_at_its_field(
    visitor: Visitor, typed: str, sentence: str
) -> None:
    response = visitor.send("where", delivery_zip=typed)
    assert response.status_code == 422
    assert errors_of(response) == {"delivery_zip": [sentence]}
    assert visitor.draft.typed["where"]["delivery_zip"] == typed


def test_withdrawn_zone_sends_back_to_where(visitor: Visitor) -> None:
    visitor.answer_before("when")
    ServiceZone.objects.filter(zip="11937").update(is_active=False)
    response = visitor.client.get(reverse("booking:when"), follow=True)
    assert response.redirect_chain == [(reverse("booking:where"), 303)]
    assert errors_of(response) == {"delivery_zip": ["11937 is not served yet"]}


def test_same_address_is_refused_however_it_is_spelled(visitor: Visitor) -> None:
    response = visitor.send(
        "where",
        delivery_street="118 east 93RD street.",
        delivery_unit="6-b",
        delivery_city="new york",
        delivery_zip="10128-0001",
    )
    assert errors_of(response) == {
        "delivery_street": ["This is the address we collect from. Enter the one we deliver to"]
    }


def test_other_unit_of_one_house_is_another_address(visitor: Visitor) -> None:
    same_house = {
        "delivery_street": WHERE["pickup_street"],
        "delivery_city": WHERE["pickup_city"],
        "delivery_zip": WHERE["pickup_zip"],
    }
    assert visitor.send("where", **same_house, delivery_unit="7B").status_code == 303


@pytest.mark.parametrize("bad", ["a\nb", "a\x00b", "a\u202eb", "a\x1bb"])
def test_control_characters_are_refused_where_one_line_is_asked(visitor: Visitor, bad: str) -> None:
    response = visitor.send("where", pickup_street=bad)
    assert errors_of(response) == {"pickup_street": ["Use letters, figures and signs on one line"]}


def test_name_with_a_line_break_is_refused(visitor: Visitor) -> None:
    visitor.answer_before("who")
    response = visitor.send("who", contact_name="Claire\r\nBcc: all@example.com")
    assert errors_of(response) == {"contact_name": ["Use letters, figures and signs on one line"]}


def test_what_refuses_a_package_that_is_not_sold(visitor: Visitor) -> None:
    visitor.answer_before("what")
    response = visitor.send("what", choice="mini_move:palace")
    assert errors_of(response) == {"choice": ["Choose one of the listed packages."]}


@pytest.mark.parametrize("choice", ["mini_move:", "specialty_item", "9"])
def test_what_refuses_a_choice_that_is_none(visitor: Visitor, choice: str) -> None:
    visitor.answer_before("what")
    response = visitor.send("what", choice=choice, suggested="x", items="9999999")
    assert errors_of(response)["choice"] == ["Choose a Mini Move, or Standard Delivery"]


def test_what_refuses_more_items_than_the_package_takes(visitor: Visitor) -> None:
    visitor.answer_before("what")
    response = visitor.send("what", items="16", suggested="")
    assert errors_of(response) == {
        "items": ["At most 15 items. Take fewer, or choose Mini Move Standard."]
    }


def test_what_refuses_a_withdrawn_specialty_item_at_its_row(visitor: Visitor) -> None:
    visitor.answer_before("what")
    SpecialtyItem.objects.filter(code="crib").update(is_active=False)
    response = visitor.send(
        "what", choice="standard_delivery", items="1", **{"specialty-crib": "1"}
    )
    assert errors_of(response) == {
        "specialty-crib": ["We do not carry “crib”. Choose one of the listed items."]
    }
    page = response.content.decode()
    assert page.count('id="id_specialty-crib"') == 1
    assert page.count("Not offered at present") == 1


def test_what_refuses_specialty_items_with_a_chosen_mini_move(visitor: Visitor) -> None:
    visitor.answer_before("what")
    response = visitor.send("what", suggested="", **{"specialty-surfboard": "1"})
    assert errors_of(response) == {
        "specialty-surfboard": ["Choose Standard Delivery to send specialty items."]
    }


def test_what_refuses_packing_without_an_active_row(visitor: Visitor) -> None:
    visitor.answer_before("what")
    response = visitor.send("what", choice="standard_delivery", items="3", packing="on")
    assert errors_of(response) == {
        "packing": ["This is not offered here. Leave it out, or call us."]
    }
    assert response.content.decode().count('id="id_packing"') == 1


def test_posted_price_is_not_even_kept(visitor: Visitor) -> None:
    visitor.answer_before("when", what={"price_cents": "1", "total_cents": "1"})
    assert set(visitor.draft.typed["what"]) == {"items", "choice", "suggested"}
    assert visitor.see("when").context["total_cents"] == 995_00


@pytest.mark.parametrize(
    ("counts", "choice"),
    [
        ({"items": "7"}, "standard_delivery"),
        ({"items": "8"}, "mini_move:petite"),
        ({"items": "16"}, "mini_move:standard"),
        ({"items": "31"}, "mini_move:full"),
        ({"items": "", "specialty-peloton": "1"}, "standard_delivery"),
        ({"items": ""}, "mini_move:standard"),
    ],
)
def test_choice_follows_the_counts_while_it_is_the_suggested_one(
    visitor: Visitor, counts: dict[str, str], choice: str
) -> None:
    visitor.answer_before("what")
    suggested = {"choice": "mini_move:standard", "suggested": "mini_move:standard"}
    visitor.change("what", "items", **suggested, **counts)
    assert visitor.draft.typed["what"]["choice"] == choice


def test_choice_of_the_visitor_stays(visitor: Visitor) -> None:
    visitor.answer_before("what")
    chosen = {"choice": "mini_move:full", "suggested": "mini_move:standard"}
    visitor.change("what", "items", items="3", **chosen)
    assert visitor.draft.typed["what"]["choice"] == "mini_move:full"


def test_choice_that_we_change_on_sending_is_shown_first(visitor: Visitor) -> None:
    visitor.answer_before("what")
    page = visitor.see("what")
    assert page.context["suggested"] == "mini_move:standard"
    response = visitor.client.post(
        reverse("booking:what"),
        {"items": "3", "choice": "mini_move:standard", "suggested": "mini_move:standard"},
        follow=True,
    )
    assert response.redirect_chain == [(reverse("booking:what"), 303)]
    assert [str(m) for m in response.context["messages"]] == [
        "For what you carry we suggest Standard Delivery, and chose it. Change it, or continue."
    ]


def test_specialty_items_alone_are_a_service(visitor: Visitor) -> None:
    visitor.answer_before(
        "when",
        what={
            "items": "0",
            "choice": "standard_delivery",
            "specialty-peloton": "1",
            "specialty-crib": "1",
        },
    )
    assert visitor.see("when").context["total_cents"] == 850_00


def test_no_paid_extra_is_ticked_by_us(visitor: Visitor) -> None:
    visitor.answer_before("what")
    assert [extra.checked for extra in visitor.see("what").context["extras"]] == [False] * 3


def test_when_prepares_the_next_plain_weekday_at_nine(visitor: Visitor) -> None:
    visitor.answer_before("when")
    page = visitor.see("when")
    assert page.context["chosen"] == "2026-11-23"
    assert [chip.value for chip in page.context["times"] if chip.checked] == ["09:00"]
    assert visitor.draft.step("when") == {}


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-11-21", "That day has passed. Choose Sunday, November 22, 2026 or later."),
        ("2026-11-22", "Mini Move needs a day's notice. Choose tomorrow or later."),
        (
            "2026-12-23",
            "We book at most 30 days ahead. Choose Tuesday, December 22, 2026 or earlier.",
        ),
        ("tomorrow", "Enter a day such as 12/5/2026, or choose one in the calendar"),
        ("", "Choose a day for the pickup"),
    ],
)
def test_day_that_will_not_do_is_told_at_the_calendar(
    visitor: Visitor, day: str, sentence: str
) -> None:
    visitor.answer_before("when")
    response = visitor.send("when", pickup_date=day)
    assert response.status_code == 422
    assert errors_of(response) == {"pickup_date": [sentence]}


def test_typed_day_counts_before_the_chosen_one(visitor: Visitor) -> None:
    visitor.answer_before("when")
    assert visitor.send("when", other_date="12/3/2026").status_code == 303
    assert visitor.draft.typed["when"]["pickup_date"] == "2026-12-03"


def test_typed_day_that_will_not_do_is_told_where_it_was_typed(visitor: Visitor) -> None:
    visitor.answer_before("when")
    response = visitor.send("when", other_date="2027-03-01")
    assert errors_of(response) == {
        "other_date": [
            "We book at most 30 days ahead. Choose Tuesday, December 22, 2026 or earlier."
        ]
    }


@pytest.mark.parametrize("wall", ["07:30", "12:30", "09:15"])
def test_time_outside_the_hours_is_refused(visitor: Visitor, wall: str) -> None:
    visitor.answer_before("when")
    assert errors_of(visitor.send("when", pickup_time=wall)) == {
        "pickup_time": ["Choose a time from 8:00 AM to 12:00 PM, every 30 minutes."]
    }


def test_full_day_is_refused_with_the_nearest_free_ones(visitor: Visitor) -> None:
    for _van in range(2):
        make_booking(now=NOW, package="full", items=40, pickup_date=date(2026, 12, 1))
    visitor.answer_before("when")
    response = visitor.send("when")
    assert response.status_code == 422
    refusal = (
        "Tuesday, December 1 is full for a booking of this size. Nearest free days: "
        "Sunday, November 29; Monday, November 30; Wednesday, December 2"
    )
    assert errors_of(response) == {"pickup_date": [refusal]}


def test_day_that_has_passed_since_sends_back_to_when(visitor: Visitor, frozen: Clock) -> None:
    visitor.answer_before("review")
    frozen.now = NOW.replace(month=12, day=2)
    response = visitor.client.get(reverse("booking:review"), follow=True)
    assert response.redirect_chain == [(reverse("booking:when"), 303)]
    assert errors_of(response) == {
        "pickup_date": ["That day has passed. Choose Wednesday, December 2, 2026 or later."]
    }


@pytest.mark.parametrize("phone", ["2125550171", "+1 212 555 0171", "(212) 555-0171"])
def test_phone_is_kept_as_typed_and_read_as_a_us_number(visitor: Visitor, phone: str) -> None:
    visitor.answer_before("review", who={"contact_phone": phone})
    assert visitor.draft.typed["who"]["contact_phone"] == phone
    contact = visitor.see("review").context["sections"][3].facts[0]
    assert contact.lines == ["Claire Ellery", "(212) 555-0171", "claire@example.com"]


def test_who_refuses_what_nobody_can_call_or_write_to(visitor: Visitor) -> None:
    visitor.answer_before("who")
    response = visitor.send(
        "who", contact_phone="12", contact_email="claire", other_contact_name="Rosa"
    )
    assert errors_of(response) == {
        "contact_email": ["Enter an e-mail address, such as name@example.com"],
        "contact_phone": ["Enter a phone number with its area code, such as (212) 555-0171"],
        "other_contact_phone": ["Enter a phone number for Rosa"],
    }


def test_certificate_wording_is_asked_for_only_with_a_certificate(visitor: Visitor) -> None:
    visitor.answer_before("who")
    assert visitor.see("who").context.get("coi") is None
    visitor.send("what", coi="on")
    assert list(visitor.see("who").context["coi"]) == ["coi_wording"]


def test_page_says_its_step_and_marks_it(visitor: Visitor) -> None:
    visitor.answer_before("when")
    page = visitor.see("when").content.decode()
    assert page.count("<title>Step 3 of 5: When · ToteTaxi</title>") == 1
    assert page.count('data-state="current" aria-current="step"') == 1
