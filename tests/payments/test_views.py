"""Pay, as a browser sees it: to Stripe, or to a page that says what stands in the way."""

from datetime import timedelta

from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from booking.models import Booking, Draft
from payments.models import Payment
from tests.factories import make_booking
from tests.payments.shop import Shop
from tests.payments.visitor import back, press, visitor
from totetaxi.lib import clock

START = "payments:start_checkout"


def test_pay_leads_to_stripe_and_success_to_the_confirmation(shop: Shop, browser: Client):
    answer = press(browser)
    payment = Payment.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, payment.session_url)
    shop.pay(payment)
    answer = back(browser, payment)
    assert (answer.status_code, answer["Location"]) == (
        303,
        reverse("accounts:booking", args=[payment.booking_id]),
    )
    assert Booking.objects.get().status == "paid"


def test_second_tab_leads_to_the_same_page_and_after_paying_to_the_booking(
    shop: Shop, browser: Client
):
    first, second = press(browser), press(browser)
    assert first["Location"] == second["Location"]
    shop.pay(Payment.objects.get())
    shop.deliver()
    shop.work()
    third = press(browser)
    assert third["Location"] == reverse("accounts:booking", args=[Booking.objects.get().pk])
    assert Booking.objects.count() == 1


def test_terms_must_be_accepted(shop: Shop, browser: Client):
    answer = press(browser, accept_terms="")
    assert answer.status_code == 422
    assert answer.context["field_errors"]["accept_terms"] == ["Accept the terms to go on."]
    assert (Booking.objects.count(), shop.stripe.requests()) == (0, [])


def test_without_a_draft_pay_begins_the_wizard(shop: Shop):
    answer = press(Client())
    assert (answer.status_code, answer["Location"]) == (303, reverse("booking:start"))


def test_with_a_step_missing_pay_leads_there(shop: Shop, draft: Draft, browser: Client):
    draft.typed["who"] = {}
    draft.save()
    assert press(browser)["Location"] == reverse("booking:who")
    assert Booking.objects.count() == 0


def test_price_that_changed_is_shown_and_confirmed(shop: Shop, browser: Client):
    answer = press(browser, shown_total_cents="98000")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert ("$980.00" in page, "$995.00" in page) == (True, True)
    assert (Booking.objects.count(), shop.stripe.requests()) == (0, [])
    assert Draft.objects.get().shown_total_cents == 99500
    assert press(browser)["Location"] == Payment.objects.get().session_url


def test_posted_total_never_sets_an_amount(shop: Shop, browser: Client):
    assert press(browser, shown_total_cents="1").status_code == 409
    assert Booking.objects.count() == 0


def test_posted_zero_is_a_price_too(shop: Shop, browser: Client):
    assert press(browser, shown_total_cents="0").status_code == 409
    assert Booking.objects.count() == 0


def test_pay_on_a_second_device_after_the_first_has_paid_leads_to_the_booking(
    shop: Shop, draft: Draft, browser: Client
):
    press(browser)
    shop.pay(Payment.objects.get())
    shop.deliver()
    shop.work()
    second = visitor(draft)
    assert second.get(press(second)["Location"]).status_code == 200


def test_full_day_is_told_with_the_nearest_free_days(shop: Shop, browser: Client):
    for _van in range(2):
        make_booking(package="full", items=40)
    answer = press(browser)
    assert answer.status_code == 409
    days = answer.context["days"]
    assert len(days) == 3
    page = answer.content.decode()
    links = [f"{reverse('booking:when')}?pickup_date={day.isoformat()}" for day in days]
    assert [page.count(f'href="{link}"') for link in links] == [1, 1, 1]
    assert shop.stripe.requests() == []


def test_stripe_down_keeps_the_booking_and_try_again_pays_the_same_one(shop: Shop, browser: Client):
    shop.stripe.faults.add("drop_before", path="/v1/checkout/sessions", times=4)
    answer = press(browser)
    booking = Booking.objects.get()
    again = reverse("payments:retry", args=[booking.pk])
    assert (answer.status_code, answer.templates[0].name) == (503, "payments/stripe_down.html")
    assert f'action="{again}"' in answer.content.decode()
    assert browser.post(again).status_code == 503
    answer = browser.post(again)
    assert (answer.status_code, answer["Location"]) == (303, Payment.objects.get().session_url)
    assert Booking.objects.count() == 1


def test_hanging_stripe_is_given_up_in_time(shop: Shop, browser: Client, settings: LazySettings):
    settings.STRIPE_TIMEOUT_SECONDS = 0.4
    shop.stripe.faults.add("delay", path="/v1/checkout/sessions", seconds=1.0, times=2)
    began = clock.now()
    assert press(browser).status_code == 503
    assert clock.now() - began < timedelta(seconds=4)


def test_pay_is_a_post_and_wants_its_token(shop: Shop, draft: Draft):
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(reverse(START)).status_code == 405
    assert strict.post(reverse(START)).status_code == 403


def test_pressing_pay_all_the_time_is_slowed_down(shop: Shop):
    client = Client()
    answers = [press(client).status_code for _ in range(31)]
    assert answers == [303] * 30 + [429]


def test_edit_after_pay_supersedes_the_booking(shop: Shop, draft: Draft, browser: Client):
    press(browser)
    old = Payment.objects.get()
    posted = dict(draft.typed["who"], driver_notes="Ring twice")
    assert browser.post(reverse("booking:who"), posted).status_code == 303
    old.booking.refresh_from_db()
    old.refresh_from_db()
    assert (old.booking.cancel_reason, old.status) == ("superseded", "cancelled")
    shop.work()
    old.refresh_from_db()
    assert old.session_to_expire is False
    press(browser)
    assert Booking.objects.filter(status="pending").count() == 1
