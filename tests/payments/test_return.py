"""Back from Stripe, as a browser sees it."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from booking.models import AccessToken, Booking
from payments.models import Payment
from tests.factories import make_customer
from tests.payments.shop import Shop, alerts
from tests.payments.visitor import back, press


def test_return_before_stripe_has_the_money_confirms_by_itself(shop: Shop, browser: Client):
    press(browser)
    payment = Payment.objects.get()
    answer = back(browser, payment)
    page = answer.content.decode()
    status_url = reverse("payments:checkout_status", args=[payment.pk])
    assert (answer.status_code, answer.context["outcome"]) == (200, "confirming")
    assert f'hx-get="{status_url}"' in page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert browser.get(status_url).status_code == 204
    shop.pay(payment)
    before = len(shop.stripe.requests())
    assert browser.get(status_url).status_code == 204  # asked a moment ago
    assert len(shop.stripe.requests()) == before
    cache.clear()
    answer = browser.get(status_url, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == reverse("payments:checkout_return", args=[payment.pk])
    assert browser.get(answer["HX-Redirect"])["Location"] == reverse(
        "accounts:booking", args=[payment.booking_id]
    )


def test_return_while_stripe_is_down_is_still_confirming(shop: Shop, browser: Client):
    press(browser)
    payment = Payment.objects.get()
    shop.pay(payment)
    shop.stripe.faults.add("drop_before", times=9)
    assert back(browser, payment).context["outcome"] == "confirming"
    shop.stripe.faults.clear()
    assert back(browser, payment).status_code == 303


def test_return_after_the_page_ended_offers_another_try(shop: Shop, browser: Client):
    press(browser)
    old = Payment.objects.get()
    with shop.later(minutes=36):
        answer = back(browser, old)
        assert answer.context["outcome"] == "ended"
        again = reverse("payments:retry", args=[old.booking_id])
        assert f'action="{again}"' in answer.content.decode()
        answer = browser.post(again)
        new = Payment.objects.latest("created_at")
        assert (answer["Location"], new.pk != old.pk) == (new.session_url, True)
        shop.pay(new)
        assert back(browser, new).status_code == 303
        assert back(browser, old).status_code == 303  # paid, if not by this page
    assert Booking.objects.get().status == "paid"


def test_return_to_an_expired_booking_leads_back_to_the_review(shop: Shop, browser: Client):
    press(browser)
    payment = Payment.objects.get()
    with shop.later(minutes=41):
        shop.expire_holds()
        answer = back(browser, payment)
        assert f'href="{reverse("booking:review")}"' in answer.content.decode()
        again = reverse("payments:retry", args=[payment.booking_id])
        assert browser.post(again)["Location"] == reverse("booking:review")
        elsewhere = Client()
        elsewhere.get(link_to(payment.booking))
        page = reverse("accounts:booking", args=[payment.booking_id])
        assert elsewhere.post(again)["Location"] == page


def test_return_with_late_money_tells_of_the_refund(shop: Shop, browser: Client):
    press(browser)
    payment = Payment.objects.get()
    shop.pay(payment)
    Booking.objects.update(status="cancelled", cancel_reason="customer", room_held=False)
    answer = back(browser, payment)
    assert answer.context["outcome"] == "returned"
    assert escape("Your $995.00 reached us after the time") in answer.content.decode()


def test_return_with_another_amount_tells_that_it_is_checked(shop: Shop, browser: Client):
    press(browser)
    payment = Payment.objects.get()
    shop.pay(payment)
    shop.stripe.tamper(payment.session_id, amount=1)
    assert back(browser, payment).context["outcome"] == "checking"
    answer = press(browser)  # does not open another page
    assert answer["Location"] == reverse("payments:checkout_return", args=[payment.pk])
    assert alerts() == ["payment_mismatch"]


def test_who_does_not_pay_now_is_back_at_the_review(shop: Shop, browser: Client):
    press(browser)
    assert leave(browser) == reverse("booking:review")


def test_who_does_not_pay_now_and_came_by_the_bookings_page_is_back_there(
    shop: Shop, browser: Client
):
    press(browser)
    booking = Booking.objects.get()
    page = reverse("accounts:booking", args=[booking.pk])
    elsewhere = Client()
    elsewhere.get(link_to(booking))
    elsewhere.post(reverse("payments:retry", args=[booking.pk]))
    assert leave(elsewhere) == page
    Payment.objects.update(purpose=Payment.Purpose.CHANGE)
    assert leave(browser) == page


def link_to(booking: Booking) -> str:
    """A private link to a booking."""
    return reverse("booking:open_link", args=[AccessToken.issue(booking=booking)])


def leave(client: Client) -> str:
    """Where somebody ends who leaves Stripe's page without paying."""
    url = reverse("payments:checkout_left", args=[Payment.objects.get().pk])
    return str(client.get(url)["Location"])


@pytest.mark.parametrize(
    "name",
    [
        "payments:checkout_return",
        "payments:checkout_left",
        "payments:checkout_status",
        "payments:retry",
    ],
)
def test_strangers_find_nothing(shop: Shop, browser: Client, name: str):
    press(browser)
    payment = Payment.objects.get()
    key = payment.booking_id if name == "payments:retry" else payment.pk
    stranger = Client()
    ask = stranger.post if name == "payments:retry" else stranger.get
    answer = ask(reverse(name, args=[key]))
    assert answer.status_code == 404
    assert "TT-0" not in answer.content.decode()
    mine = browser.post if name == "payments:retry" else browser.get
    assert mine(reverse(name, args=[key])).status_code != 404  # it could have leaked


def test_forged_session_id_finds_nothing(shop: Shop, browser: Client):
    press(browser)
    payment = Payment.objects.get()
    other = shop.press_pay().payment
    assert back(browser, payment, other.session_id).status_code == 404
    assert back(browser, payment, "cs_test_forged").status_code == 404
    assert back(browser, other).status_code == 404


def test_signed_in_customer_comes_back_on_another_device(shop: Shop):
    customer = make_customer()
    payment = shop.press_pay(
        shop.order(customer_id=customer.pk, contact_email=customer.email)
    ).payment
    shop.pay(payment)
    other_device = Client()
    other_device.force_login(customer)
    assert back(other_device, payment).status_code == 303
