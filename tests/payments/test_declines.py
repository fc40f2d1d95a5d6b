"""Whoever's card was declined is told what to do; after the third one staff know (DECISIONS, 8)."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from booking.models import Booking
from payments.declines import advice, spoken_code
from payments.models import Payment
from tests.factories import make_booking, make_payment_link
from tests.payments.links.linking import click
from tests.payments.shop import DECLINED, NO_FUNDS, Shop, alerts, mails
from tests.payments.visitor import back, press
from totetaxi.lib import clock

FUNDS = "There was not enough money on the card. Use another card, or try again once there is."
BANK = "Your bank declined it. Another card usually settles it; your bank can say why."
DETAILS = "One of the card’s details was wrong. Enter its number, date and security code once more."
CONFIRM = (
    "Your bank wants you to confirm the payment. "
    "Pay again, and confirm it in your bank’s app or with its code."
)
HELP = "Three tries failed, so our team has been told: call us, and we help you to pay."
EXPIRED_CARD, PROCESSING = "4000000000000069", "4000000000000119"


def declined(shop: Shop, *cards: str) -> Payment:
    """A payment whose page is open, on which cards were tried in vain."""
    payment = Payment.objects.get()
    for card in cards:
        shop.pay(payment, card)
    shop.deliver()
    shop.work()
    return payment


def ended(shop: Shop) -> None:
    """The page's time is over."""
    shop.stripe.advance(0)
    shop.deliver()
    shop.work()


def told(answer: object) -> list[str]:
    """The messages that the next page shows."""
    return [str(message) for message in answer.context["messages"]]  # type: ignore[attr-defined]  # of a test client


# ------------------------------------------------------------------------------------------ words


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("insufficient_funds", FUNDS),
        ("expired_card", "The card has expired. Use another one."),
        ("incorrect_cvc", DETAILS),
        ("authentication_required", CONFIRM),
        ("processing_error", "Your bank could not be reached. Wait a few minutes, then pay again."),
        ("card_not_supported", "This card cannot be used for this payment. Use another one."),
        (
            "card_velocity_exceeded",
            "The card is over its limit. Use another card, or ask your bank to raise it.",
        ),
        ("generic_decline", BANK),
        ("", BANK),
    ],
)
def test_each_reason_has_its_advice(code: str, said: str):
    assert advice(code) == said


@pytest.mark.parametrize("code", ["lost_card", "stolen_card", "fraudulent", "pickup_card"])
def test_what_a_bank_suspects_is_not_told_to_whoever_holds_the_card(code: str):
    assert advice(code) == BANK


def test_staff_read_the_code_itself():
    assert [spoken_code(code) for code in ("stolen_card", "")] == ["Stolen card", "Declined"]


# ----------------------------------------------------------------------------------- on the pages


def test_who_leaves_stripes_page_after_a_decline_is_told(shop: Shop, browser: Client):
    press(browser)
    payment = declined(shop, NO_FUNDS)
    left = browser.get(reverse("payments:checkout_left", args=[payment.pk]), follow=True)
    assert told(left) == [f"Nothing was charged. {FUNDS}"]


def test_who_only_leaves_is_told_nothing(shop: Shop, browser: Client):
    press(browser)
    payment = Payment.objects.get()
    left = browser.get(reverse("payments:checkout_left", args=[payment.pk]), follow=True)
    assert told(left) == []


def test_who_paid_with_another_card_is_told_nothing(shop: Shop, browser: Client):
    press(browser)
    payment = declined(shop, NO_FUNDS, "4242424242424242")
    left = browser.get(reverse("payments:checkout_left", args=[payment.pk]), follow=True)
    assert told(left) == []


def test_page_that_ended_says_what_to_do(shop: Shop, browser: Client):
    press(browser)
    payment = declined(shop, EXPIRED_CARD)
    with shop.later(minutes=36):
        payment.refresh_from_db()
        answer = back(browser, payment)
    assert answer.context["advice"] == "The card has expired. Use another one."
    assert "The card has expired. Use another one." in answer.content.decode()


def test_third_try_tells_that_staff_know_and_the_fourth_still_pays(shop: Shop, browser: Client):
    press(browser)
    payment = declined(shop, DECLINED, PROCESSING, NO_FUNDS)
    assert alerts() == ["payment_failing"]
    left = browser.get(reverse("payments:checkout_left", args=[payment.pk]), follow=True)
    assert told(left) == [f"Nothing was charged. {FUNDS} {HELP}"]
    again = press(browser)
    assert again["Location"].startswith(shop.stripe.base_url)
    declined(shop, "4242424242424242")
    assert (Booking.objects.get().status, alerts()) == ("paid", [])


# ------------------------------------------------------------------------------------- by e-mail


def test_failure_mail_says_what_to_do(shop: Shop):
    payment = shop.press_pay().payment
    assert payment is not None
    declined(shop, NO_FUNDS)
    with shop.later(minutes=36):
        ended(shop)
    assert mails(Booking.objects.get()) == ["payment_failed"]
    text = " ".join(str(mail.outbox[0].body).split())
    assert f"Nothing was charged. {FUNDS}" in text


def test_mail_of_a_link_says_it_too(shop: Shop):
    link = make_payment_link(make_booking())
    click(link)
    declined(shop, NO_FUNDS)
    with shop.later(minutes=36):
        ended(shop)
        assert link.is_payable(clock.now())
    text = " ".join(str(mail.outbox[-1].body).split())
    assert f"Nothing was charged. {FUNDS}" in text
