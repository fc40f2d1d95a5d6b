"""The live answer to a change: what it saves, what it shows, what it leaves alone."""

import re
from typing import Any

from django.urls import reverse

from booking.models import Draft
from tests.booking.wizard.visitor import WHERE, Visitor


def swapped(response: Any) -> list[str]:
    """The ids of what the answer puts into the page."""
    page = response.content.decode()
    main = ["price-panel"] if 'id="price-panel"' in page else []
    found = re.findall(r'<\w+ id="([^"]+)"[^>]*hx-swap-oob', page)
    return sorted(main + found)


def changed_lines(response: Any) -> list[str]:
    return [line.label for line in response.context["lines"] if line.is_changed]


def test_change_saves_what_was_typed_even_when_it_is_wrong(visitor: Visitor) -> None:
    visitor.change("where", "delivery_zip", delivery_zip="119")
    assert visitor.draft.typed["where"]["delivery_zip"] == "119"
    assert visitor.draft.reached == 0


def test_first_change_answers_with_the_price_panel(visitor: Visitor) -> None:
    response = visitor.change("where", "pickup_zip", delivery_zip="")
    assert swapped(response) == [
        "id_pickup_zip_error",
        "id_pickup_zip_note",
        "price-bar",
        "price-panel",
    ]
    assert response.context["rates"] == [
        ("Mini Moves", "from $995"),
        ("Standard Delivery", "from $285"),
    ]


def test_change_that_costs_nothing_leaves_the_panel_alone(visitor: Visitor) -> None:
    visitor.answer_before("who")
    response = visitor.change("who", "contact_name", contact_name="C. Ellery")
    assert swapped(response) == ["id_contact_name_error"]
    assert response["HX-Reswap"] == "none"
    assert visitor.draft.typed["who"]["contact_name"] == "C. Ellery"


def test_zip_names_its_area_at_once(visitor: Visitor) -> None:
    response = visitor.change("where", "delivery_zip", typing="1")
    assert response.content.decode().count("The Hamptons") == 2  # beside the field, in the panel


def test_unserved_zip_is_told_while_it_is_typed_with_a_way_on(visitor: Visitor) -> None:
    response = visitor.change("where", "delivery_zip", delivery_zip="11901", typing="1")
    assert response.context["judged"] == [("id_delivery_zip", ["11901 is not served yet"])]
    assert response.context["unserved"].zip == "11901"


def test_field_is_not_judged_while_it_is_typed_in(visitor: Visitor) -> None:
    response = visitor.change("where", "pickup_zip", pickup_zip="101", typing="1")
    assert response.context["judged"] == []


def test_field_is_judged_when_it_is_left(visitor: Visitor) -> None:
    response = visitor.change("where", "pickup_zip", pickup_zip="101")
    assert response.context["judged"] == [
        ("id_pickup_zip", ["Enter a ZIP of five digits, such as 11937"])
    ]


def test_error_is_taken_away_as_soon_as_it_is_put_right(visitor: Visitor) -> None:
    response = visitor.change("where", "pickup_zip", typing="1", wrong=["pickup_zip"])
    assert response.context["judged"] == [("id_pickup_zip", [])]


def test_changed_line_is_marked_and_told_once(visitor: Visitor) -> None:
    visitor.answer_before("when")
    visitor.change("when", "pickup_date")
    response = visitor.change("when", "pickup_date", pickup_date="2026-12-05")
    assert changed_lines(response) == ["Weekend"]
    assert response.context["announcement"] == "Weekend $149.25. Total $1,144.25."

    again = visitor.change("when", "pickup_time", pickup_date="2026-12-05", pickup_time="10:00")
    assert changed_lines(again) == []
    assert again.context["announcement"] == ""


def test_price_says_from_until_the_day_is_chosen(visitor: Visitor) -> None:
    visitor.answer_before("when")
    assert visitor.see("what").context["is_estimate"] is True
    visitor.send("when")
    assert visitor.see("what").context["is_estimate"] is False


def test_no_price_before_both_zips_are_served(visitor: Visitor) -> None:
    visitor.answer_before("when")
    response = visitor.change("where", "delivery_zip", delivery_zip="")
    assert "lines" not in response.context


def test_outer_zip_is_in_the_price_from_the_beginning(visitor: Visitor) -> None:
    visitor.answer_before("when", where={**WHERE, "delivery_zip": "11954"})
    labels = [(line.label, line.amount) for line in visitor.see("what").context["lines"]]
    assert labels == [("Mini Move Petite", "$995.00"), ("Distance", "$175.00")]


def test_choice_changes_the_add_ons_and_count_the_cards_too(visitor: Visitor) -> None:
    visitor.answer_before("what")
    response = visitor.change("what", "choice", choice="mini_move:full", suggested="")
    assert [(row.name, row.price) for row in response.context["extras"]] == [
        ("packing", "$5,070"),
        ("unpacking", "$4,525"),
        ("coi", "Included"),
    ]
    assert "extras" in swapped(response)
    assert "cards" not in swapped(response)

    larger = visitor.change("what", "items", items="16")
    assert [card.checked for card in larger.context["cards"]] == [False, True, False]
    assert {"cards", "extras"} <= set(swapped(larger))


def test_count_that_leaves_the_choice_changes_one_word(visitor: Visitor) -> None:
    visitor.answer_before("when")
    response = visitor.change("what", "items", items="12")
    assert response.context["badge"] == "Fits 12"
    assert changed_lines(response) == ["Mini Move Petite"]
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#price-panel-lines", "innerHTML")
    assert swapped(response) == ["id_items_error"]


def test_add_on_tells_that_the_certificate_is_required(visitor: Visitor) -> None:
    visitor.answer_before("what")
    response = visitor.change("what", "packing", packing="on")
    assert response.context["coi"].help == (
        "Required from $2,000. We issue it, made out to your building."
    )
    assert response.context["coi"].checked is False
    assert "row-coi" in swapped(response)


def test_chosen_day_brings_its_times_and_a_cheaper_day(visitor: Visitor) -> None:
    visitor.answer_before("when")
    response = visitor.change("when", "pickup_date", pickup_date="2026-12-05")
    assert set(swapped(response)) >= {"times", "price-panel"}
    assert response.context["times_title"] == "From what time, on Saturday?"
    assert (response.context["foot"], response.context["foot_action"]) == (
        "Friday, December 4 is $149.25 less.",
        "Choose Friday",
    )


def test_update_without_scripts_saves_and_comes_back(visitor: Visitor) -> None:
    response = visitor.send("where", update="1", pickup_street="")
    assert (response.status_code, response["Location"]) == (303, reverse("booking:where"))
    assert visitor.draft.typed["where"]["pickup_zip"] == "10128"
    assert visitor.draft.reached == 0


def test_price_of_an_unknown_step_is_not_found(visitor: Visitor) -> None:
    for step in ("", "review", "nowhere"):
        response = visitor.client.post(reverse("booking:price"), {"step": step})
        assert response.status_code == 404
    assert Draft.objects.count() == 0


def test_price_of_a_step_that_is_not_reached_sends_the_page_away(visitor: Visitor) -> None:
    response = visitor.change("when", "pickup_date")
    assert (response.status_code, response["HX-Redirect"]) == (200, reverse("booking:where"))


def test_price_needs_the_csrf_token(visitor: Visitor) -> None:
    from django.test import Client

    strict = Visitor(Client(enforce_csrf_checks=True))
    assert strict.change("where", "pickup_zip").status_code == 403


def test_older_answer_of_a_page_never_replaces_a_newer_one(visitor: Visitor) -> None:
    visitor.change("where", page="a1", seq="2", pickup_city="New York")
    visitor.change("where", page="a1", seq="1", pickup_city="New Yo")
    assert visitor.draft.typed["where"]["pickup_city"] == "New York"

    visitor.change("where", page="b2", seq="1", pickup_city="Brooklyn")
    assert visitor.draft.typed["where"]["pickup_city"] == "Brooklyn"
