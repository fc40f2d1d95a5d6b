"""What is due after a change is paid, and nothing else; what nobody pays ends without harm."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from booking.lifecycle import Status
from booking.models import Booking, Draft
from payments import gateway
from payments.models import Payment, Refund
from payments.money import money_state
from payments.services.open_payment import CheckoutEndedError, resume_checkout
from payments.services.refund import request_refund
from tests.payments.changing import change, saturday, to, weekday
from tests.payments.shop import Shop, alerts, mails, refunds, statuses
from tests.payments.visitor import back, press
from totetaxi.lib import clock
from totetaxi.lib.actor import GUEST, SYSTEM
from totetaxi.lib.queue import run_pending

CREATE = {"method": "POST", "path": "/v1/checkout/sessions"}
DEARER = 14925


@pytest.fixture
def dearer(shop: Shop) -> Booking:
    """Paid, and moved to a Saturday: $149.25 is due."""
    booking = shop.paid(pickup_date=weekday(7)).booking
    change(booking, to(saturday(), booking), by=SYSTEM)
    return booking


def resume(booking: Booking) -> Payment:
    return resume_checkout(booking.pk, by=GUEST, now=clock.now())


def guest_of(booking: Booking) -> Client:
    """A browser that came by the booking's link."""
    client = Client()
    session = client.session
    session["bookings"] = [str(booking.pk)]
    session.save()
    return client


def retry(client: Client, booking: Booking):
    return client.post(reverse("payments:retry", args=[booking.pk]))


def test_only_the_difference_is_asked_for(shop: Shop, dearer: Booking):
    payment = resume(dearer)
    assert (payment.purpose, payment.amount_cents) == ("change", DEARER)
    sent = shop.stripe.requests(match=CREATE)[-1]["params"]["line_items"]
    assert [item["price_data"]["unit_amount"] for item in sent] == [str(DEARER)]
    dearer.refresh_from_db()
    assert dearer.hold_expires_at is None


def test_paying_the_difference_settles_it_and_sends_no_second_confirmation(
    shop: Shop, dearer: Booking
):
    client = guest_of(dearer)
    answer = retry(client, dearer)
    payment = Payment.objects.open().get()
    assert answer["Location"] == payment.session_url
    shop.pay(payment)
    answer = back(client, payment)
    assert answer["Location"] == reverse("accounts:booking", args=[dearer.pk])
    assert money_state(dearer).to_pay_cents == 0
    assert (statuses(dearer), mails(dearer)) == (["pending", "paid"], ["confirmed", "rescheduled"])
    assert (refunds(), alerts()) == ([], [])


def test_unpaid_page_of_a_change_is_not_taken_for_paid(shop: Shop, dearer: Booking):
    client = guest_of(dearer)
    retry(client, dearer)
    answer = back(client, Payment.objects.open().get())
    assert (answer.status_code, answer.context["outcome"]) == (200, "confirming")


def test_page_of_a_change_that_expires_cancels_nothing(shop: Shop, dearer: Booking):
    payment = resume(dearer)
    with shop.later(minutes=41):
        shop.deliver()
        shop.expire_holds()
        shop.reconcile()
    payment.refresh_from_db()
    dearer.refresh_from_db()
    assert (payment.status, dearer.status) == ("expired", Status.PAID)
    assert resume(dearer).pk != payment.pk


def test_pressing_again_leads_to_the_same_page(shop: Shop, dearer: Booking):
    assert resume(dearer).pk == resume(dearer).pk


def test_another_change_closes_the_page_before_the_next_opens(shop: Shop, dearer: Booking):
    first = resume(dearer)
    order_day = to(weekday(9), dearer)
    change(dearer, order_day, by=SYSTEM)
    assert money_state(dearer).to_pay_cents == 0
    first.refresh_from_db()
    assert (first.status, first.session_to_expire) == ("cancelled", True)
    change(dearer, to(saturday(), dearer), by=SYSTEM)
    second = resume(dearer)  # the worker has not come to closing the first one yet
    assert gateway.get_session(first.session_id).status == "expired"
    assert gateway.get_session(second.session_id).status == "open"


def test_page_that_was_paid_before_it_could_be_closed_counts(shop: Shop, dearer: Booking):
    first = resume(dearer)
    change(dearer, to(weekday(9), dearer), by=SYSTEM)
    change(dearer, to(saturday(), dearer), by=SYSTEM)
    shop.pay(first)
    settled = resume(dearer)
    assert (settled.pk, settled.status) == (first.pk, "succeeded")
    assert money_state(dearer).to_pay_cents == 0


def test_change_cannot_be_paid_online_shortly_before_the_pickup(shop: Shop, dearer: Booking):
    near = dearer.pickup_at - timedelta(minutes=30)
    client = guest_of(dearer)
    with shop.later(seconds=(near - clock.now()).total_seconds()):
        with pytest.raises(CheckoutEndedError):
            resume(dearer)
        answer = retry(client, dearer)
    assert answer["Location"] == reverse("accounts:booking", args=[dearer.pk])
    assert Payment.objects.open().count() == 0


def test_nothing_due_leads_to_the_booking(shop: Shop):
    booking = shop.paid().booking
    answer = retry(guest_of(booking), booking)
    assert answer["Location"] == reverse("accounts:booking", args=[booking.pk])
    assert Payment.objects.count() == 1


def test_pending_booking_paid_while_it_moved_to_a_dearer_day_is_booked(shop: Shop):
    """They paid what was asked; what the new day costs more is due, and nothing expires."""
    payment = shop.press_pay().payment
    booking = payment.booking
    change(booking, to(saturday(), booking))
    shop.pay(payment)
    shop.deliver()
    shop.work()
    booking.refresh_from_db()
    assert (booking.status, money_state(booking).to_pay_cents) == (Status.PAID, DEARER)
    assert (refunds(), alerts()) == ([], [])
    assert resume(booking).amount_cents == DEARER


def test_pending_booking_paid_while_it_moved_to_a_cheaper_day_gets_the_rest_back(shop: Shop):
    payment = shop.press_pay(shop.order(pickup_date=saturday())).payment
    booking = payment.booking
    change(booking, to(weekday(), booking))
    shop.pay(payment)
    shop.deliver()
    shop.work()
    booking.refresh_from_db()
    assert (booking.status, refunds()) == (Status.PAID, [("surplus", "succeeded", DEARER)])


def test_page_that_is_open_when_another_pays_is_closed(shop: Shop):
    """The first page was given up and paid all the same: the second must not be paid too."""
    payment = shop.press_pay().payment
    booking = payment.booking
    change(booking, to(saturday(), booking))
    shop.stripe.faults.add("drop_before", method="POST", path="*/expire", times=2)
    with pytest.raises(gateway.GatewayDownError):
        resume(booking)
    shop.stripe.faults.clear()
    second = Payment.objects.open().get()
    shop.pay(payment)
    shop.deliver()
    shop.work()
    second.refresh_from_db()
    assert (second.status, money_state(booking).to_pay_cents) == ("cancelled", DEARER)
    assert resume(booking).amount_cents == DEARER


def test_payment_that_stripe_refuses_is_not_tried_for_ever(
    shop: Shop, browser: Client, settings: LazySettings
):
    settings.STRIPE_SECRET_KEY = "nonsense"
    shop.stripe.judges_requests = False
    answer = press(browser)
    assert answer.status_code == 503
    assert answer.templates[0].name == "payments/stripe_refused.html"
    assert alerts() == ["provider_down"]
    answer = retry(browser, Booking.objects.get())
    assert answer.templates[0].name == "payments/stripe_refused.html"


def test_pay_in_two_tabs_whose_draft_was_pruned_makes_one_booking(shop: Shop):
    order = shop.order()
    Draft.objects.all().delete()
    first, second = shop.press_pay(order), shop.press_pay(order)
    assert (first.booking, first.url) == (second.booking, second.url)
    assert first.booking.draft_id == order.draft_id


def test_money_given_back_as_a_courtesy_is_not_due_again(shop: Shop):
    booking = shop.paid(pickup_date=weekday(7)).booking
    payment = booking.payments.get()
    request_refund(
        payment.pk,
        amount_cents=95_00,
        reason=Refund.Reason.GOODWILL,
        by=SYSTEM,
        now=clock.now(),
    )
    assert money_state(booking).to_pay_cents == 0
    run_pending()
    state = money_state(booking)
    assert (state.refunded_cents, state.to_pay_cents) == (95_00, 0)
