"""What a browser sees that comes by the mail of a payment link."""

import pytest
from django.test import Client
from django.urls import reverse

from booking.lifecycle import Status
from booking.models import Booking
from payments.links import views
from payments.models import Payment
from tests.factories import make_booking, make_payment, make_payment_link
from tests.payments.links.linking import (
    click,
    mail_path,
    open_mail,
    page_of,
    pay_by,
    resend,
    settle,
    withdraw,
)
from tests.payments.shop import Shop
from totetaxi.lib import clock

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def booking(shop: Shop) -> Booking:
    return make_booking(contact_name=HOSTILE, driver_notes=HOSTILE)


def state_of(client: Client, link: object) -> str:
    return client.get(page_of(link)).context["page"].state


def grant_booking(client: Client, booking: Booking) -> None:
    session = client.session
    session["bookings"] = [str(booking.pk)]
    session.save()


def test_token_is_swapped_for_a_page_without_it(client: Client, booking: Booking):
    link = make_payment_link(booking)
    answer = client.get(mail_path(link))
    assert (answer.status_code, answer["Location"]) == (303, page_of(link))
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    link.refresh_from_db()
    assert link.opened_at is not None


def test_page_says_what_is_asked_and_no_more_of_the_booking_than_needed(
    client: Client, booking: Booking
):
    page = open_mail(client, make_payment_link(booking, 40000))
    text = page.content.decode()
    assert page.context["page"].road == "Manhattan 10128 to East Hampton 11937"
    assert page.context["page"].part == "A part of $995.00."
    assert page["Referrer-Policy"] == "same-origin"
    assert page["X-Robots-Tag"] == "noindex"
    for word in ("Pay $400.00", booking.code):
        assert word in text
    for word in ("93rd", "Pondview", "claire", "alert(1)", booking.contact.phone[-4:]):
        assert word not in text


def test_link_does_not_open_the_booking(client: Client, booking: Booking):
    open_mail(client, make_payment_link(booking))
    assert client.get(reverse("accounts:booking", args=[booking.pk])).status_code == 404


def test_page_is_not_found_without_the_mail(client: Client, booking: Booking):
    link = make_payment_link(booking)
    assert client.get(page_of(link)).status_code == 404
    assert client.post(page_of(link)).status_code == 404


@pytest.mark.parametrize("token", ["A" * 43, "short", "%00", "é"])
def test_wrong_token_opens_nothing(client: Client, booking: Booking, token: str):
    make_payment_link(booking)
    answer = client.get(f"/pay/{token}/")
    assert answer.status_code == 404
    assert b"opens no payment" in answer.content


def test_guessing_tokens_is_stopped(client: Client, booking: Booking):
    link = make_payment_link(booking)
    for _try in range(views.WRONG_TOKENS.times):
        client.get("/pay/wrong/")
    assert client.get("/pay/wrong/").status_code == 429
    assert client.get(mail_path(link)).status_code == 429


def test_pressing_pay_all_the_time_is_stopped(client: Client, booking: Booking):
    link = make_payment_link(booking)
    open_mail(client, link)
    for _time in range(views.CLICKS.times):
        views.CLICKS.count("127.0.0.1", now=clock.now())
    assert client.post(page_of(link)).status_code == 429
    assert not Payment.objects.exists()


def test_looking_opens_no_payment(client: Client, booking: Booking):
    open_mail(client, make_payment_link(booking))
    assert not Payment.objects.exists()


def test_pay_leads_to_stripe_and_back_to_the_paid_link(
    shop: Shop, client: Client, booking: Booking
):
    link = make_payment_link(booking)
    open_mail(client, link)
    answer = client.post(page_of(link))
    payment = Payment.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, payment.session_url)
    shop.pay(payment)
    back = reverse("payments:checkout_return", args=[payment.pk])
    answer = client.get(back, {"session_id": payment.session_id})
    assert (answer.status_code, answer["Location"]) == (303, page_of(link))
    page = client.get(page_of(link))
    assert page.context["page"].state == "paid"
    assert b"Thank you, $995.00 is paid" in page.content
    assert b"Your booking is confirmed." in page.content


def test_part_that_is_paid_tells_that_more_is_open(shop: Shop, client: Client, booking: Booking):
    link = make_payment_link(booking, 40000)
    open_mail(client, link)
    pay_by(shop, link)
    assert b"A part of the price is still open." in client.get(page_of(link)).content


def test_return_before_the_money_is_confirmed_waits(shop: Shop, client: Client, booking: Booking):
    link = make_payment_link(booking)
    open_mail(client, link)
    client.post(page_of(link))
    payment = Payment.objects.get()
    back = reverse("payments:checkout_return", args=[payment.pk])
    page = client.get(back)
    assert (page.status_code, page.context["outcome"]) == (200, "confirming")
    assert f'action="{page_of(link)}"' in page.content.decode()
    status = reverse("payments:checkout_status", args=[payment.pk])
    assert client.get(status).status_code == 204


def test_leaving_stripe_leads_back_to_the_link(shop: Shop, client: Client, booking: Booking):
    link = make_payment_link(booking)
    open_mail(client, link)
    client.post(page_of(link))
    left = reverse("payments:checkout_left", args=[Payment.objects.get().pk])
    assert client.get(left)["Location"] == page_of(link)
    assert state_of(client, link) == "open"


def test_payment_of_a_link_is_nobody_elses(shop: Shop, client: Client, booking: Booking):
    link = make_payment_link(booking)
    payment = click(link)
    open_mail(client, link)  # sees the link, but did not open this page
    for name in ("checkout_return", "checkout_left", "checkout_status"):
        assert client.get(reverse(f"payments:{name}", args=[payment.pk])).status_code == 404


def test_who_may_see_the_booking_is_led_back_to_it(shop: Shop, client: Client, booking: Booking):
    payment = click(make_payment_link(booking))
    grant_booking(client, booking)
    left = reverse("payments:checkout_left", args=[payment.pk])
    assert client.get(left)["Location"] == reverse("accounts:booking", args=[booking.pk])


def test_page_of_the_booking_is_offered_to_who_may_see_it(client: Client, booking: Booking):
    link = make_payment_link(booking)
    address = reverse("accounts:booking", args=[booking.pk])
    assert address not in open_mail(client, link).content.decode()
    grant_booking(client, booking)
    assert address in client.get(page_of(link)).content.decode()


def test_page_tells_of_another_open_payment_page(client: Client, booking: Booking):
    first, second = make_payment_link(booking, 40000), make_payment_link(booking)
    click(first)
    page = open_mail(client, second)
    assert page.context["page"].other_page.startswith("A payment page for $400.00 of this booking")
    assert open_mail(client, first).context["page"].other_page == ""


def test_old_mail_opens_nothing_once_the_link_was_sent_again(client: Client, booking: Booking):
    link = make_payment_link(booking)
    old = mail_path(link)
    open_mail(client, link)
    again = resend(link)
    assert client.get(old).status_code == 404
    assert client.get(page_of(link)).status_code == 404  # nor does the browser that came by it
    assert open_mail(client, again).status_code == 200


def test_each_end_of_a_link_has_its_page(shop: Shop, client: Client, booking: Booking):
    link = make_payment_link(booking, hours=4)
    open_mail(client, link)
    with shop.later(hours=5):
        assert state_of(client, link) == "expired"
        assert client.post(page_of(link)).context["page"].state == "expired"
    withdraw(link)
    assert state_of(client, link) == "withdrawn"
    payment = make_payment(booking, cents=100, status=Payment.Status.MISMATCH, succeeded_at=None)
    assert state_of(client, link) == "checking"
    Payment.objects.filter(pk=payment.pk).delete()
    make_payment(booking)
    assert state_of(client, link) == "settled"
    Booking.objects.filter(pk=booking.pk).update(
        status=Status.CANCELLED, cancel_reason="staff", room_held=False
    )
    assert state_of(client, link) == "cancelled"


def test_link_that_ends_while_it_is_pressed_leads_back_to_its_page(
    shop: Shop, client: Client, booking: Booking
):
    link = make_payment_link(booking)
    open_mail(client, link)
    withdraw(link)
    answer = client.post(page_of(link))
    assert (answer.status_code, answer.context["page"].state) == (200, "withdrawn")
    assert not Payment.objects.exists()


def test_stripe_that_does_not_answer_is_told_kindly(shop: Shop, client: Client, booking: Booking):
    link = make_payment_link(booking)
    open_mail(client, link)
    shop.stripe.faults.add("drop_before", times=9)
    answer = client.post(page_of(link))
    assert (answer.status_code, answer.context["trouble"]) == (503, "down")
    shop.stripe.faults.clear()
    assert client.post(page_of(link)).status_code == 303


def test_deleted_booking_has_no_link(client: Client, booking: Booking):
    link = make_payment_link(booking)
    open_mail(client, link)
    Booking.objects.filter(pk=booking.pk).update(deleted_at=clock.now())
    assert client.get(page_of(link)).status_code == 404
    assert client.get(mail_path(link)).status_code == 404


def test_late_money_is_told_to_go_back(shop: Shop, client: Client, booking: Booking):
    link = make_payment_link(booking)
    open_mail(client, link)
    shop.pay(click(link))
    Booking.objects.filter(pk=booking.pk).update(
        status=Status.CANCELLED, cancel_reason="staff", room_held=False
    )
    settle(shop)
    assert b"We are refunding you in full" in client.get(page_of(link)).content
