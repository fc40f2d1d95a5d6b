"""Guest bookings join the account of the same, confirmed e-mail; never before."""

import pytest
from django.urls import reverse

from accounts.identity.join import join_guest_bookings
from accounts.models import User
from booking.models import Booking, DiscountCode, DiscountRedemption
from tests.accounts.identity.conftest import sign_in, sign_up, signed_in
from tests.factories import make_booking, make_catalogue
from totetaxi.lib import clock

ANN = "ann@example.com"


@pytest.fixture(autouse=True)
def _catalogue(db):
    make_catalogue()


@pytest.fixture
def booking():
    return make_booking(contact_email=ANN, contact_name="Ann Lee", contact_phone="+12125550199")


def owner_of(booking) -> User | None:
    return Booking.objects.get(pk=booking.pk).customer


def test_guest_bookings_join_once_the_address_is_confirmed(client, post, booking):
    sign_up(client, ANN)
    assert owner_of(booking) is None
    client.post(post.link(ANN))
    ann = User.objects.get(email=ANN)
    booking.refresh_from_db()
    assert booking.customer == ann
    assert (booking.guest_name, booking.guest_email, booking.guest_phone) == ("", "", "")
    assert booking.person_key == f"user:{ann.pk}"
    contact = booking.contact
    assert (contact.name, contact.email, contact.phone) == ("Ann Lee", ANN, "+12125550199")


def test_use_of_a_code_is_the_accounts_from_then_on(client, post):
    DiscountCode.objects.create(code="ONCE", percent=10, max_uses_per_customer=1)
    make_booking(contact_email=ANN, discount_code="ONCE")
    sign_up(client, ANN)
    client.post(post.link(ANN))
    ann = User.objects.get(email=ANN)
    assert DiscountRedemption.objects.get().person_key == f"user:{ann.pk}"


def test_another_tag_of_the_address_is_somebody_else(client, post):
    tagged = make_booking(contact_email="ann+pool@example.com")
    sign_up(client, ANN)
    client.post(post.link(ANN))
    assert owner_of(tagged) is None


def test_what_is_booked_later_as_a_guest_joins_at_the_next_sign_in(client, member, booking):
    ann = member(ANN)
    assert owner_of(booking) is None
    sign_in(client, ANN)
    assert owner_of(booking) == ann


def test_bookings_of_a_new_address_join_when_it_is_confirmed(client, member, post, booking):
    bob = member("bob@example.com")
    sign_in(client, bob.email)
    client.post(reverse("account_reauthenticate"), {"password": "correct horse battery"})
    client.post(reverse("account_email"), {"email": ANN, "action_add": "1"})
    assert owner_of(booking) is None
    client.post(post.link(ANN))
    assert owner_of(booking) == bob


def test_a_second_run_finds_nothing(member, booking):
    ann = member(ANN)
    assert [join_guest_bookings(ann, now=clock.now()) for _ in range(2)] == [1, 0]


def test_a_booking_at_the_same_time_as_the_accounts_own_stays_a_guests(member, booking):
    ann = member(ANN)
    own = make_booking(contact_email="bob@example.com")
    Booking.objects.filter(pk=own.pk).update(
        customer=ann, guest_name="", guest_email="", guest_phone="", person_key=f"user:{ann.pk}"
    )
    assert join_guest_bookings(ann, now=clock.now()) == 0
    assert owner_of(booking) is None


def test_what_the_account_knows_of_the_person_stays(member, booking):
    ann = member(ANN)
    join_guest_bookings(ann, now=clock.now())
    ann.refresh_from_db()
    assert (ann.name, ann.customer_profile.phone) == ("Claire Ellery", "+12125550171")


def offer(client, booking, **data):
    return client.post(reverse("accounts:offer_account", args=[booking.pk]), data)


def grant(client, booking):
    session = client.session
    session["bookings"] = [str(booking.pk)]
    session.save()
    client.cookies["session"] = session.session_key


def test_offer_makes_the_account_with_one_field(client, post, booking):
    grant(client, booking)
    response = offer(client, booking, password1="a much better one", email="evil@example.com")
    assert response["Location"] == reverse("account_email_verification_sent")
    page = reverse("accounts:booking", args=[booking.pk])
    assert client.post(post.link(ANN))["Location"] == page
    assert signed_in(client) == owner_of(booking)
    assert owner_of(booking).email == ANN


def test_offer_works_without_a_password(client, post, booking):
    grant(client, booking)
    offer(client, booking)
    client.post(post.link(ANN))
    assert not signed_in(client).has_usable_password()


def test_offer_answers_the_same_where_there_is_an_account(client, member, post, booking):
    member(ANN)
    grant(client, booking)
    response = offer(client, booking, password1="a much better one")
    assert response["Location"] == reverse("account_email_verification_sent")
    assert post.subjects(ANN) == ["You have an account already"]


def test_offer_is_not_found_without_the_bookings_link(client, booking):
    assert offer(client, booking).status_code == 404


def test_offer_shows_what_is_wrong_at_the_field(client, booking):
    grant(client, booking)
    page = offer(client, booking, password1="short")
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["password1"])
