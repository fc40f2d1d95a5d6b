"""Book again and change the order: from a booking back into the wizard."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.identity.join import join_guest_bookings
from booking.models import Booking, Draft, Package
from booking.services.order import stored_request
from booking.wizard.drafts import find_draft
from booking.wizard.order import order_from_draft
from tests.factories import make_customer, make_draft

DAY = date(2026, 12, 8)


def again(client: Client, booking: Booking):
    return client.post(reverse("accounts:book_again", args=[booking.pk]), follow=True)


def change(client: Client, booking: Booking):
    return client.post(reverse("accounts:change_order", args=[booking.pk]), follow=True)


def newest() -> Draft:
    return Draft.objects.latest("created_at")


def book_of_ann(book, visitor, *, has_draft: bool) -> tuple[Booking, Client]:
    """An account's booking that waits for its payment, and a browser that came by its link."""
    user, owner = make_customer("ann@example.com"), Client()
    booking = book("pending", customer_id=user.pk, contact_email=user.email)
    if has_draft:
        owner.force_login(user)
        change(owner, booking)
    return booking, visitor(booking)


def send_when(client: Client, booking: Booking, *, days: int = 0) -> None:
    """Send the third step, with the booking's own day or one so many days later."""
    day = booking.pickup_date + timedelta(days=days)
    typed = {"pickup_date": day.isoformat(), "pickup_time": "09:00"}
    assert client.post(reverse("booking:when"), typed).status_code == 303


def draft_in(client: Client) -> Draft:
    """The draft that this browser goes on with, as the wizard sees it."""
    request = RequestFactory().get("/")
    request.session, request.user = client.session, AnonymousUser()
    draft = find_draft(request)
    assert draft is not None
    return draft


ORDERS = {
    "a package with everything": {
        "package": "standard",
        "items": 20,
        "packing": True,
        "unpacking": True,
        "coi": True,
        "coi_wording": "93 Owners Corp.",
    },
    "items alone": {"service": "standard_delivery", "package": None, "items": 3},
    "specialty alone": {
        "service": "specialty_item",
        "package": None,
        "items": 0,
        "specialty": {"surfboard": 2, "crib": 1},
    },
    "with another contact": {
        "other_contact_name": "Rosa Lind",
        "other_contact_phone": "+12125550188",
        "driver_notes": "Side door.\nTwo steps.",
    },
}


@pytest.mark.parametrize("case", ORDERS)
def test_book_again_states_the_same_order_but_for_the_day(book, visitor, now, case):
    booking = book("paid", **ORDERS[case])
    answer = again(visitor(booking), booking)
    assert answer.redirect_chain[-1] == (reverse("booking:when"), 303)
    draft = newest()
    draft.typed["when"] = {"pickup_date": DAY.isoformat(), "pickup_time": "09:00"}
    order = order_from_draft(draft, now=now)
    asked, was = order.request, stored_request(booking)
    assert asked == type(was)(**{**as_dict(was), "pickup_date": DAY})
    assert facts(order) == facts_of(booking)


def as_dict(request) -> dict[str, object]:
    return {name: getattr(request, name) for name in type(request).__dataclass_fields__}


def facts(order) -> list[object]:
    return [
        order.pickup.street,
        order.delivery.street,
        order.contact_name,
        order.contact_email,
        order.contact_phone,
        order.other_contact_name,
        order.other_contact_phone,
        order.driver_notes,
        order.coi_wording,
    ]


def facts_of(booking: Booking) -> list[object]:
    streets = dict(booking.addresses.values_list("leg", "street"))
    return [
        streets["pickup"],
        streets["delivery"],
        booking.contact.name,
        booking.contact.email,
        booking.contact.phone,
        booking.other_contact_name,
        booking.other_contact_phone,
        booking.driver_notes,
        booking.coi_wording,
    ]


def test_book_again_says_what_it_is_filled_in_from(book, visitor):
    booking = book("completed")
    page = again(visitor(booking), booking).content.decode()
    assert page.count(f"Filled in from {booking.code}.") == 1


def test_book_again_leaves_the_booking_alone(book, visitor):
    booking = book("pending")
    again(visitor(booking), booking)
    booking.refresh_from_db()
    assert (booking.status, newest().bookings.count()) == ("pending", 0)


def test_book_again_begins_at_what_is_not_sold_any_more(book, visitor):
    booking = book("completed")
    Package.objects.filter(code="petite").update(is_active=False)
    answer = again(visitor(booking), booking)
    assert answer.redirect_chain[-1] == (reverse("booking:what"), 303)


def test_book_again_belongs_to_the_account_that_is_signed_in(book, client):
    user = make_customer("ann@example.com")
    booking = book("completed", customer_id=user.pk, contact_email=user.email)
    client.force_login(user)
    again(client, booking)
    assert newest().customer_id == user.pk


class TestChangeOrder:
    """A booking that waits for its payment goes back into the wizard."""

    def test_goes_on_with_the_draft_it_was_made_from(self, book, visitor):
        draft = make_draft()
        booking = book("pending", draft_id=draft.pk)
        client = visitor(booking)
        change(client, booking)
        assert client.session["draft"] == str(draft.pk)
        assert Draft.objects.count() == 1

    def test_without_a_draft_one_is_made_that_is_this_very_order(self, book, visitor, now):
        booking = book("pending", packing=True, unpacking=True, package="standard")
        answer = change(visitor(booking), booking)
        assert answer.redirect_chain[-1] == (reverse("booking:review"), 303)
        booking.refresh_from_db()
        assert booking.draft == newest()
        assert booking.order_hash == order_from_draft(newest(), now=now).hash

    def test_nothing_is_given_up_by_looking(self, book, visitor):
        booking = book("pending")
        client = visitor(booking)
        change(client, booking)
        when = {"pickup_date": booking.pickup_date.isoformat(), "pickup_time": "09:00"}
        client.post(reverse("booking:when"), when)
        booking.refresh_from_db()
        assert booking.status == "pending"

    def test_another_order_takes_its_place(self, book, visitor):
        booking = book("pending")
        client = visitor(booking)
        change(client, booking)
        day = booking.pickup_date + timedelta(days=3)
        client.post(
            reverse("booking:when"), {"pickup_date": day.isoformat(), "pickup_time": "09:00"}
        )
        booking.refresh_from_db()
        assert (booking.status, booking.cancel_reason) == ("cancelled", "superseded")

    @pytest.mark.parametrize("has_draft", [True, False])
    def test_by_link_an_accounts_booking_stays_the_accounts(self, book, visitor, now, has_draft):
        booking, client = book_of_ann(book, visitor, has_draft=has_draft)
        change(client, booking)
        send_when(client, booking)
        booking.refresh_from_db()
        assert (booking.status, booking.draft.customer_id) == ("pending", booking.customer_id)
        assert booking.order_hash == order_from_draft(booking.draft, now=now).hash

    @pytest.mark.parametrize("has_draft", [True, False])
    def test_by_link_another_order_is_the_accounts_too(self, book, visitor, now, has_draft):
        booking, client = book_of_ann(book, visitor, has_draft=has_draft)
        change(client, booking)
        send_when(client, booking, days=3)
        booking.refresh_from_db()
        assert booking.cancel_reason == "superseded"
        who = client.get(reverse("booking:who")).content.decode()
        assert (who.count("contact_email"), who.count("Claire Ellery, ann@example.com")) == (0, 1)
        client.post(reverse("booking:who"), {"contact_email": "eve@example.com"})
        order = order_from_draft(draft_in(client), now=now)
        assert (order.customer_id, order.contact_email) == (booking.customer_id, "ann@example.com")

    def test_booking_that_joined_an_account_is_changed_in_the_accounts_draft(
        self, book, visitor, client, now
    ):
        booking = book("pending", contact_email="ann@example.com")
        change(visitor(booking), booking)
        user = make_customer("ann@example.com")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        join_guest_bookings(user, now=now)
        client.force_login(user)
        change(client, booking)
        send_when(client, booking)
        booking.refresh_from_db()
        assert (booking.status, booking.customer_id) == ("pending", user.pk)
        assert booking.draft.customer_id == user.pk

    def test_another_customer_who_came_by_link_is_told_to_sign_out(self, book, visitor):
        booking, client = book_of_ann(book, visitor, has_draft=True)
        client.force_login(make_customer("eve@example.com"))
        page = change(client, booking)
        assert page.redirect_chain == [(reverse("accounts:booking", args=[booking.pk]), 303)]
        assert page.content.decode().count("This booking belongs to another account.") == 1

    @pytest.mark.parametrize("status", ["paid", "in_progress", "completed", "customer"])
    def test_is_for_what_waits_for_its_payment(self, book, visitor, status):
        booking = book(status)
        client = visitor(booking)
        answer = change(client, booking)
        assert answer.redirect_chain == [(reverse("accounts:booking", args=[booking.pk]), 303)]
        assert ("draft" in client.session, Draft.objects.count()) == (False, 0)

    def test_is_not_for_what_waits_for_staff(self, book, visitor):
        booking = book("pending", package="full", packing=True, unpacking=True, items=80)
        page = visitor(booking).get(reverse("accounts:booking", args=[booking.pk]))
        assert page.content.decode().count(reverse("accounts:change_order", args=[booking.pk])) == 0
        change(visitor(booking), booking)
        assert Draft.objects.count() == 0
