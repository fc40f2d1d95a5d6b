"""The wizard for somebody who is signed in: what the account knows is not asked again."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY as SIGNED_IN
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import SavedAddress, User
from booking.models import AccessToken, Draft
from booking.wizard.claim import claim_draft
from booking.wizard.order import order_from_draft
from tests.booking.wizard.conftest import NOW
from tests.booking.wizard.visitor import ANSWERS, WHERE, WHO, Visitor, errors_of
from tests.factories import make_customer, make_draft, make_staff

HOME = {
    "label": "Home",
    "street": "118 East 93rd Street",
    "unit": "6B",
    "city": "New York",
    "state": "NY",
    "zip": "10128",
    "has_doorman": True,
    "access_notes": "Service entrance on Park",
}
POND = {
    "label": "Pondview",
    "street": "27 Pondview Lane",
    "city": "East Hampton",
    "state": "NY",
    "zip": "11937",
    "access_notes": "Gate code 1408",
}
PIER = {
    "label": "Pier",
    "street": "9 Long Wharf",
    "city": "Sag Harbor",
    "state": "NY",
    "zip": "11963",
}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def claire(db: None) -> User:
    return make_customer("claire@example.com")


@pytest.fixture
def home(claire: User) -> SavedAddress:
    return SavedAddress.objects.create(user=claire, is_default=True, **HOME)


@pytest.fixture
def pond(claire: User) -> SavedAddress:
    return SavedAddress.objects.create(user=claire, **POND)


@pytest.fixture
def customer(visitor: Visitor, claire: User) -> Visitor:
    visitor.client.force_login(claire)
    return visitor


def shown(response: Any) -> dict[str, str]:
    """What stands in the fields of the first step."""
    fields = {**response.context["pickup"], **response.context["delivery"]}
    return {name: field.value for name, field in fields.items() if field.value}


def use(customer: Visitor, what: str, **options: Any) -> Any:
    fields = {**WHERE, "step": "where", "use": what, **options.pop("fields", {})}
    return customer.client.post(reverse("booking:use_place"), fields, **options)


# -------------------------------------------------------------------------------------- the start


def test_new_booking_starts_at_the_default_and_ends_at_the_other(
    customer: Visitor, home: SavedAddress, pond: SavedAddress
) -> None:
    assert shown(customer.see("where")) == {name: text for name, text in WHERE.items() if text}
    assert Draft.objects.count() == 0


def test_new_booking_ends_at_the_address_used_last(
    customer: Visitor, home: SavedAddress, pond: SavedAddress, claire: User
) -> None:
    SavedAddress.objects.create(user=claire, used_at=NOW, **PIER)
    assert shown(customer.see("where"))["delivery_street"] == "9 Long Wharf"


def test_a_zip_from_the_home_page_chooses_among_the_saved_addresses(
    customer: Visitor, home: SavedAddress, pond: SavedAddress
) -> None:
    found = shown(customer.see("where", pickup_zip="11937", delivery_zip="10128"))
    assert (found["pickup_street"], found["delivery_street"]) == (
        "27 Pondview Lane",
        "118 East 93rd Street",
    )
    other = shown(customer.see("where", pickup_zip="10019"))
    assert ("pickup_street" in other, other["pickup_zip"]) == (False, "10019")


def test_typed_answers_are_never_overwritten(
    customer: Visitor, home: SavedAddress, pond: SavedAddress
) -> None:
    customer.change("where", "pickup_street", pickup_street="1 Broadway", delivery_street=None)
    assert shown(customer.see("where"))["pickup_street"] == "1 Broadway"


def test_guest_sees_no_offers(visitor: Visitor, home: SavedAddress) -> None:
    page = visitor.see("where")
    assert (page.context["offers"], shown(page)) == ({}, {})


def test_staff_have_no_addresses(visitor: Visitor) -> None:
    visitor.client.force_login(make_staff())
    assert visitor.see("where").context["offers"] == {}


# ------------------------------------------------------------------------------- saved addresses


def test_saved_address_is_put_at_an_end(
    customer: Visitor, home: SavedAddress, pond: SavedAddress
) -> None:
    answer = use(customer, f"pickup:{pond.pk}")
    assert (answer.status_code, answer["Location"]) == (303, "/book/where/")
    typed = customer.draft.step("where")
    assert (typed["pickup_street"], typed["pickup_zip"]) == ("27 Pondview Lane", "11937")
    assert "pickup_unit" not in typed
    assert typed["delivery_street"] == "27 Pondview Lane"  # as typed; told when it is sent


def test_saved_address_arrives_at_once_with_its_price(
    customer: Visitor, home: SavedAddress, pond: SavedAddress
) -> None:
    answer = use(customer, f"delivery:{pond.pk}", headers=HTMX, fields={"delivery_zip": "07030"})
    html = answer.content.decode()
    assert html.lstrip().startswith('<section id="price-panel"')
    assert 'id="address-delivery" class="mt-9 first:mt-0" hx-swap-oob="true"' in html
    assert 'id="address-pickup"' not in html
    (chosen,) = [card for card in answer.context["offers"]["delivery"].cards if card.is_chosen]
    assert chosen.label == "Pondview"


def test_another_address_empties_an_end_and_is_remembered(
    customer: Visitor, home: SavedAddress, pond: SavedAddress
) -> None:
    use(customer, "pickup:")
    page = customer.see("where")
    assert [name for name in shown(page) if name.startswith("pickup")] == []
    (chosen,) = [card for card in page.context["offers"]["pickup"].cards if card.is_chosen]
    assert chosen.label == "Another address"


def test_large_address_book_is_a_list(customer: Visitor, claire: User, home: SavedAddress) -> None:
    for number in range(49):
        SavedAddress.objects.create(user=claire, **{**PIER, "label": f"Place {number:02}"})
    page = customer.see("where")
    offer = page.context["offers"]["pickup"]
    assert (len(offer.cards), len(offer.more)) == (4, 47)
    assert len(page.content) < 40_000
    chosen = offer.more[7][0]
    use(customer, "pickup:more", fields={"pickup_more": chosen})
    assert customer.draft.step("where")["pickup_street"] == "9 Long Wharf"


@pytest.mark.parametrize("what", ["nowhere:", "", "pickup:no-uuid"])
def test_unknown_place_is_not_found(customer: Visitor, home: SavedAddress, what: str) -> None:
    assert use(customer, what).status_code == 404


def test_address_of_another_customer_is_not_found(customer: Visitor, home: SavedAddress) -> None:
    theirs = SavedAddress.objects.create(user=make_customer(), **PIER)
    assert use(customer, f"pickup:{theirs.pk}").status_code == 404
    assert Draft.objects.count() == 0


def test_guest_who_asks_for_a_place_keeps_what_was_typed(
    visitor: Visitor, home: SavedAddress
) -> None:
    assert use(visitor, f"pickup:{home.pk}")["Location"] == "/book/where/"
    assert visitor.draft.step("where")["delivery_street"] == "27 Pondview Lane"


def test_new_address_is_saved_when_the_step_is_accepted(customer: Visitor, claire: User) -> None:
    named = {"pickup_save_as": "Home", "delivery_save_as": " The  pond "}
    assert customer.send("where", **named).status_code == 303
    found = list(claire.saved_addresses.values_list("label", "street", "unit", "is_default"))
    assert found == [
        ("Home", "118 East 93rd Street", "6B", True),
        ("The pond", "27 Pondview Lane", "", False),
    ]
    assert "pickup_save_as" not in customer.draft.step("where")


def test_new_address_is_not_saved_with_a_refused_step(customer: Visitor, claire: User) -> None:
    answer = customer.send("where", pickup_save_as="Home", delivery_street="")
    assert answer.status_code == 422
    assert answer.context["offers"]["pickup"].save_as.value == "Home"
    assert claire.saved_addresses.count() == 0


def test_new_address_sent_twice_is_saved_once(customer: Visitor, claire: User) -> None:
    for _again in range(2):
        assert customer.send("where", pickup_save_as="Home").status_code == 303
    assert claire.saved_addresses.count() == 1


def test_name_that_is_taken_is_refused_at_its_field(customer: Visitor, pond: SavedAddress) -> None:
    answer = customer.send("where", pickup_save_as="PONDVIEW")
    assert answer.status_code == 422
    assert errors_of(answer) == {
        "pickup_save_as": [
            "You have an address called “PONDVIEW”. Choose another name for this one"
        ]
    }


def test_two_new_addresses_need_two_names(customer: Visitor) -> None:
    answer = customer.send("where", pickup_save_as="Home", delivery_save_as="home")
    assert list(errors_of(answer)) == ["delivery_save_as"]


def test_full_address_book_is_told_at_the_field(customer: Visitor, claire: User) -> None:
    for number in range(50):
        SavedAddress.objects.create(user=claire, **{**PIER, "label": str(number)})
    answer = customer.send("where", pickup_save_as="Home")
    assert answer.status_code == 422
    assert errors_of(answer) == {
        "pickup_save_as": ["You have 50 addresses, as many as we keep. Delete one to add another"]
    }


def test_guest_saves_no_address(visitor: Visitor) -> None:
    assert visitor.send("where", pickup_save_as="Home").status_code == 303
    assert SavedAddress.objects.count() == 0


def test_chosen_addresses_are_remembered_as_used(
    customer: Visitor, home: SavedAddress, pond: SavedAddress
) -> None:
    customer.send("where", delivery_street="1 Other Lane")
    found = dict(SavedAddress.objects.values_list("label", "used_at"))
    assert found == {"Home": NOW, "Pondview": None}


def test_edited_address_may_be_saved_at_once(
    customer: Visitor, home: SavedAddress, pond: SavedAddress
) -> None:
    customer.send("where")
    html = customer.change("where", "pickup_street", pickup_street="1 Broadway").content.decode()
    assert '<div id="save-pickup" hx-swap-oob="true">' in html
    assert 'name="pickup_save_as"' in html


# ----------------------------------------------------------------------------------- the contact


def test_contact_and_the_way_in_come_from_the_account(
    customer: Visitor, home: SavedAddress, pond: SavedAddress
) -> None:
    page = customer.answer_before("who").see("who")
    context = page.context
    assert {name: field.value for name, field in context["contact"].items()} == {
        "contact_name": "Claire Ellery",
        "contact_phone": "(212) 555-0171",
    }
    assert context["ticked"] == {"pickup_has_doorman"}
    assert context["pickup"]["pickup_access_notes"].value == "Service entrance on Park"
    assert context["delivery"]["delivery_access_notes"].value == "Gate code 1408"
    assert "claire@example.com" in page.content.decode()
    assert "sign in to fill this in" not in page.content.decode()


def test_when_leads_straight_to_review_with_saved_addresses(
    customer: Visitor, home: SavedAddress, pond: SavedAddress
) -> None:
    customer.answer_before("when")
    assert customer.send("when")["Location"] == "/book/review/"
    review = customer.see("review")
    assert review.status_code == 200
    order = order_from_draft(customer.draft, now=NOW)
    assert (order.customer_id, order.contact_name) == (home.user_id, "Claire Ellery")
    assert (order.contact_email, order.contact_phone) == ("claire@example.com", "+12125550171")
    assert (order.pickup.has_doorman, order.pickup.access_notes) == (
        True,
        "Service entrance on Park",
    )
    assert order.delivery.access_notes == "Gate code 1408"


def test_when_leads_to_the_contact_where_something_is_not_known(
    customer: Visitor, home: SavedAddress, pond: SavedAddress, claire: User
) -> None:
    customer.answer_before("when", where={"delivery_street": "1 Other Lane"})
    assert customer.send("when")["Location"] == "/book/who/"
    customer.send("where")
    assert customer.send("when")["Location"] == "/book/review/"


def test_when_leads_to_the_contact_without_a_phone(
    customer: Visitor, home: SavedAddress, pond: SavedAddress, claire: User
) -> None:
    claire.customer_profile.delete()
    customer.answer_before("when")
    assert customer.send("when")["Location"] == "/book/who/"


def test_when_leads_to_the_contact_for_a_buildings_wording(
    customer: Visitor, home: SavedAddress, pond: SavedAddress
) -> None:
    customer.answer_before("when", what={"coi": "on"})
    assert customer.send("when")["Location"] == "/book/who/"
    customer.send("who")
    assert customer.send("when")["Location"] == "/book/review/"


def test_when_leads_guests_to_the_contact(visitor: Visitor) -> None:
    visitor.answer_before("review")
    assert visitor.send("when")["Location"] == "/book/who/"


def test_accepted_contact_is_kept_in_the_account(customer: Visitor, claire: User) -> None:
    customer.answer_before("who")
    changed = {"contact_name": "Claire E.", "contact_phone": "646 555 0100"}
    assert customer.send("who", **changed, contact_email="else@example.com").status_code == 303
    claire.refresh_from_db()
    assert (claire.name, claire.customer_profile.phone) == ("Claire E.", "+16465550100")
    assert claire.email == "claire@example.com"
    assert customer.draft.step("who")["contact_email"] == "claire@example.com"


def test_refused_contact_is_not_kept_and_stands_as_typed(customer: Visitor, claire: User) -> None:
    customer.answer_before("who")
    answer = customer.send("who", contact_name="Claire E.", contact_phone="12")
    assert (answer.status_code, answer.context["contact"]["contact_phone"].value) == (422, "12")
    claire.refresh_from_db()
    assert claire.name == "Claire Ellery"


def test_typing_leaves_the_account_alone(customer: Visitor, claire: User) -> None:
    customer.answer_before("who").change(
        "who", "contact_name", contact_name="C", contact_email=None
    )
    claire.refresh_from_db()
    assert claire.name == "Claire Ellery"
    assert customer.draft.step("who")["contact_email"] == "claire@example.com"


def test_moved_end_brings_its_own_way_in(
    customer: Visitor, home: SavedAddress, pond: SavedAddress, claire: User
) -> None:
    pier = SavedAddress.objects.create(user=claire, access_notes="Ask for Jo", **PIER)
    customer.answer_before("when").send("when")
    moved = {f"delivery_{part}": PIER[part] for part in ("street", "city", "state", "zip")}
    assert customer.send("where", **moved).status_code == 303
    assert customer.draft.step("who")["delivery_access_notes"] == pier.access_notes
    customer.send("who", delivery_access_notes="Mine", **{**WHO, "contact_name": "Claire Ellery"})
    customer.send("where")
    assert customer.draft.step("who")["delivery_access_notes"] == "Mine"


# ------------------------------------------------------------------------- a guest who signs in


def signed_request(visitor: Visitor, user: User) -> Any:
    request = RequestFactory().get("/")
    request.session = visitor.client.session
    request.session[SIGNED_IN] = str(user.pk)
    request.user = user
    return request


def test_guest_is_offered_to_sign_in_late_and_comes_back_here(visitor: Visitor) -> None:
    html = visitor.answer_before("who").see("who").content.decode()
    assert "Continue as a guest, or" in html
    assert f'href="{reverse("account_login")}?next=/book/who/"' in html
    for step in ("where", "what", "when"):
        assert "sign in to fill" not in visitor.see(step).content.decode()


def test_claimed_draft_keeps_what_was_typed_and_fills_in_the_rest(
    visitor: Visitor, claire: User, home: SavedAddress
) -> None:
    visitor.answer_before("who").change(
        "who", contact_name="Miss E", contact_email="x@example.com", contact_phone=None
    )
    claim_draft(signed_request(visitor, claire), now=NOW)
    draft = visitor.draft
    assert draft.customer_id == claire.pk
    assert draft.step("where") == {name: text for name, text in WHERE.items() if text}
    assert draft.step("who") == {
        "contact_name": "Miss E",
        "contact_email": "claire@example.com",
        "contact_phone": "(212) 555-0171",
    }
    assert (draft.reached, "who" in draft.typed["valid"]) == (3, False)


def test_claimed_draft_asks_for_a_contact_once_more_only_where_it_differs(
    visitor: Visitor, claire: User
) -> None:
    visitor.answer_before("review")
    claim_draft(signed_request(visitor, claire), now=NOW)
    assert "who" in visitor.draft.typed["valid"]


def test_draft_of_somebody_is_not_claimed(visitor: Visitor, claire: User) -> None:
    visitor.answer_before("what")
    other = make_customer()
    Draft.objects.update(customer=other)
    assert claim_draft(signed_request(visitor, claire), now=NOW) is None
    assert visitor.draft.customer_id == other.pk


def test_nothing_is_claimed_without_a_draft(visitor: Visitor, claire: User) -> None:
    assert claim_draft(signed_request(visitor, claire), now=NOW) is None


def test_draft_of_another_customer_is_not_found(customer: Visitor) -> None:
    theirs = make_draft(
        customer=make_customer(), typed={"where": WHERE, "valid": ["where"]}, reached=1
    )
    session = customer.client.session
    session["draft"] = str(theirs.pk)
    session.save()
    assert customer.see("what")["Location"] == "/book/where/"
    assert shown(customer.see("where")) == {}


def test_draft_of_an_account_is_a_guests_in_a_browser_that_came_by_its_link(
    customer: Visitor, claire: User
) -> None:
    customer.answer_before("review")
    link = reverse("booking:resume", args=[AccessToken.issue(draft=customer.draft)])
    guest = Visitor(Client())
    guest.client.get(link)
    assert guest.see("review").status_code == 200
    answer = guest.client.post(reverse("booking:review"), {"discount_code": ""})
    assert answer.status_code == 303
    customer.draft.refresh_from_db()
    assert customer.draft.customer_id == claire.pk


# ---------------------------------------------------------------------------------------- queries


@pytest.mark.parametrize(
    ("step", "queries"), [("where", 4), ("what", 3), ("when", 4), ("who", 4), ("review", 3)]
)
def test_page_asks_at_most_two_more_of_a_customer(
    customer: Visitor, home: SavedAddress, pond: SavedAddress, step: str, queries: int
) -> None:
    customer.answer_before("review")
    with CaptureQueriesContext(connection) as seen:
        assert customer.see(step).status_code == 200
    assert len(seen) == queries


@pytest.mark.parametrize(
    ("step", "changed", "value", "queries"),
    [
        ("where", "delivery_zip", "11968", 5),
        ("what", "choice", "mini_move:full", 4),
        ("when", "pickup_date", "2026-12-05", 5),
        ("who", "contact_name", "C. Ellery", 5),
    ],
)
def test_price_preview_asks_at_most_two_more_of_a_customer(
    customer: Visitor, home: SavedAddress, step: str, changed: str, value: str, queries: int
) -> None:
    customer.answer_before("review")
    data = {**ANSWERS[step], changed: value, "step": step, "changed": changed}
    with CaptureQueriesContext(connection) as seen:
        answer = customer.client.post(reverse("booking:price"), data, headers=HTMX)
    assert (answer.status_code, len(seen)) == (200, queries)


def test_guest_signs_in_late_and_goes_on_where_they_were(visitor: Visitor, claire: User) -> None:
    EmailAddress.objects.create(user=claire, email=claire.email, verified=True, primary=True)
    visitor.answer_before("who")
    before = visitor.draft
    sent = {"login": claire.email, "password": "correct horse", "next": "/book/who/"}
    answer = visitor.client.post(reverse("account_login"), sent)
    assert (answer.status_code, answer["Location"]) == (302, "/book/who/")
    page = visitor.see("who")
    assert page.context["contact"]["contact_name"].value == "Claire Ellery"
    after = visitor.draft
    assert (after.pk, after.customer_id, after.reached) == (before.pk, claire.pk, 3)
    assert after.step("what") == before.step("what")
