"""Links end: withdrawn, sent anew, over. Money that comes all the same is never lost."""

from datetime import timedelta

import pytest

from booking.changes import Cancel
from booking.lifecycle import Status
from booking.models import Booking
from payments import gateway
from payments.models import Payment
from payments.services.open_payment import CheckoutEndedError, resume_checkout
from payments.services.settle import settle as settle_session
from payments.services.start import start_booking
from payments.services.supersede import supersede_booking
from tests.factories import make_booking, make_paid_booking, make_payment_link
from tests.payments.changing import change
from tests.payments.links.linking import (
    asked,
    big_booking,
    click,
    fresh,
    pay_by,
    resend,
    settle,
    withdraw,
)
from tests.payments.shop import Shop, alerts, mails, refunds, statuses
from totetaxi.lib import clock
from totetaxi.lib.actor import GUEST, SYSTEM


def is_closed(payment: Payment) -> bool:
    return gateway.get_session(payment.session_id or "").status == "expired"


def test_withdrawn_link_cannot_be_paid_and_its_page_is_closed(shop: Shop):
    link = make_payment_link(make_booking())
    payment = click(link)
    withdraw(link)
    with pytest.raises(CheckoutEndedError):
        click(link)
    shop.work()
    payment.refresh_from_db()
    assert (is_closed(payment), payment.status, asked(link.booking)) == (
        True,
        "cancelled",
        [("withdrawn", 99500)],
    )


def test_withdrawing_a_link_leaves_another_ones_page_open(shop: Shop):
    booking = make_booking()
    first, second = make_payment_link(booking, 40000), make_payment_link(booking, 59500)
    payment = click(second)
    withdraw(first)
    shop.work()
    payment.refresh_from_db()
    assert (is_closed(payment), payment.status) == (False, "pending")


def test_resending_closes_the_page_that_the_old_mail_opened(shop: Shop):
    link = make_payment_link(make_booking())
    payment = click(link)
    resend(link)
    shop.work()
    assert is_closed(payment)
    assert pay_by(shop, link).status == "succeeded"


def test_withdrawn_link_that_was_paid_at_the_same_moment_counts(shop: Shop):
    link = make_payment_link(make_booking())
    payment = click(link)
    shop.pay(payment)
    withdraw(link)
    settle(shop)
    assert (fresh(link).state, statuses(link.booking)) == ("paid", ["pending", "paid"])
    assert (refunds(), alerts()) == ([], [])


def test_link_that_replaced_a_withdrawn_one_ends_when_that_was_paid_after_all(shop: Shop):
    link = make_payment_link(make_booking())
    payment = click(link)
    shop.pay(payment)
    withdraw(link)
    make_payment_link(link.booking)
    settle(shop)
    assert asked(link.booking) == [("paid", 99500), ("withdrawn", 99500)]
    assert statuses(link.booking) == ["pending", "paid"]


def test_two_links_of_one_sum_that_are_both_paid_return_the_second(shop: Shop):
    link = make_payment_link(make_booking())
    first = click(link)
    session = gateway.get_session(first.session_id or "")
    withdraw(link)
    other = make_payment_link(link.booking)
    Payment.objects.filter(pk=first.pk).update(session_to_expire=False)
    second = click(other)
    shop.pay(first)
    shop.pay(second)
    for payment in (first, second):
        session = gateway.get_session(payment.session_id or "")
        settle_session(payment.pk, session, now=clock.now())
    shop.work()
    assert asked(link.booking) == [("paid", 99500), ("paid", 99500)]
    assert refunds() == [("surplus", "succeeded", 99500)]
    assert (statuses(link.booking), alerts()) == (["pending", "paid"], ["surplus"])


def test_link_is_over_after_its_deadline(shop: Shop):
    link = make_payment_link(make_booking(), hours=4)
    with shop.later(hours=5):
        with pytest.raises(CheckoutEndedError):
            click(link)
        shop.expire_holds()
    assert fresh(link).state == "expired"


@pytest.mark.breaks_money("a dearer total without the line that says so")
def test_link_whose_page_stripe_never_opened_is_over_after_its_deadline(shop: Shop):
    booking = make_paid_booking()
    Booking.objects.filter(pk=booking.pk).update(total_cents=booking.total_cents + 10000)
    link = make_payment_link(booking, 10000, hours=4)
    shop.stripe.faults.add("drop_before", times=9)
    with pytest.raises(gateway.GatewayDownError):
        click(link)
    with shop.later(hours=5):
        shop.expire_holds()
    assert (fresh(link).state, booking.payments.open().count()) == ("expired", 0)


def test_unpaid_booking_expires_with_its_links(shop: Shop):
    booking = make_booking()
    make_payment_link(booking, 40000, hours=2)
    make_payment_link(booking, 59500, hours=4)
    with shop.later(hours=3):
        shop.expire_holds()
        assert (asked(booking), statuses(booking)) == (
            [("expired", 40000), ("open", 59500)],
            ["pending"],
        )
    with shop.later(hours=5):
        shop.expire_holds()
    booking.refresh_from_db()
    assert (booking.cancel_reason, booking.room_held) == ("expired", False)
    assert asked(booking) == [("expired", 40000), ("expired", 59500)]


def test_request_whose_links_are_over_waits_for_staff_again(shop: Shop):
    booking = big_booking()
    make_payment_link(booking, 40000, hours=73)
    with shop.later(hours=74):
        shop.expire_holds()
    booking.refresh_from_db()
    assert (booking.status, booking.room_held) == ("pending", False)
    assert (asked(booking), alerts()) == ([("expired", 40000)], ["request"])


def test_money_for_a_link_of_an_expired_booking_revives_it(shop: Shop):
    link = make_payment_link(make_booking(), hours=2)
    payment = click(link)
    shop.pay(payment)
    Booking.objects.filter(pk=link.booking_id).update(
        status=Status.CANCELLED, cancel_reason="expired", room_held=False, hold_expires_at=None
    )
    settle(shop)
    link.booking.refresh_from_db()
    assert (fresh(link).state, link.booking.status, link.booking.room_held) == (
        "paid",
        "paid",
        True,
    )


def test_part_that_comes_for_an_expired_booking_goes_back_in_full(shop: Shop):
    link = make_payment_link(make_booking(), 40000)
    shop.pay(click(link))
    Booking.objects.filter(pk=link.booking_id).update(
        status=Status.CANCELLED, cancel_reason="expired", room_held=False, hold_expires_at=None
    )
    settle(shop)
    assert refunds() == [("late", "succeeded", 40000)]
    assert alerts() == ["late_payment"]


def test_booking_that_is_paid_in_part_is_not_cancelled_by_the_clock(shop: Shop):
    booking = make_booking()
    pay_by(shop, make_payment_link(booking, 40000, hours=4))
    make_payment_link(booking, hours=4)
    with shop.later(hours=5):
        shop.expire_holds()
        shop.expire_holds()
        booking.refresh_from_db()
        assert (booking.status, booking.room_held, booking.hold_expires_at) == (
            "pending",
            True,
            None,
        )
        assert (asked(booking), alerts()) == (
            [("paid", 40000), ("expired", 59500)],
            ["partly_paid"],
        )
        link = make_payment_link(booking)
        booking.refresh_from_db()
        assert (alerts(), booking.hold_expires_at) == ([], link.expires_at)
        pay_by(shop, link)
    assert (statuses(booking), refunds()) == (["pending", "paid"], [])


def test_rest_of_a_booking_that_was_paid_in_part_can_be_paid_on_its_page_later(shop: Shop):
    booking = make_booking()
    pay_by(shop, make_payment_link(booking, 40000, hours=4))
    with shop.later(hours=30):
        shop.expire_holds()
        assert alerts() == ["partly_paid"]
        rest = resume_checkout(booking.pk, by=GUEST, now=clock.now())
        assert rest.amount_cents == 59500
        shop.pay(rest)
        settle(shop)
    assert (statuses(booking), alerts()) == (["pending", "paid"], [])


def test_rest_that_comes_after_the_trip_began_is_missed_by_nobody_any_more(shop: Shop):
    booking = make_booking()
    pay_by(shop, make_payment_link(booking, 40000, hours=4))
    with shop.later(hours=30):
        shop.expire_holds()
        rest = resume_checkout(booking.pk, by=GUEST, now=clock.now())
        start_booking(booking.pk, unpaid_reason="They pay now", by=SYSTEM, now=clock.now())
        shop.pay(rest)
        settle(shop)
    assert (statuses(booking), alerts()) == (["pending", "in_progress"], [])


def test_page_that_is_open_when_the_hold_ends_is_closed_first_and_a_part_stays(shop: Shop):
    booking = make_booking()
    pay_by(shop, make_payment_link(booking, 40000, hours=4))
    link = make_payment_link(booking, hours=4)
    with shop.later(minutes=239):
        payment = click(link)
    with shop.later(minutes=290):
        shop.expire_holds()
        settle(shop)
        shop.expire_holds()
    assert is_closed(payment)
    assert (alerts(), statuses(booking)) == (["partly_paid"], ["pending"])


def test_cancelled_booking_ends_its_links_and_returns_what_was_paid(shop: Shop):
    booking = make_booking()
    pay_by(shop, make_payment_link(booking, 40000))
    link = make_payment_link(booking)
    payment = click(link)
    change(booking, Cancel("staff"), by=SYSTEM)
    shop.work()
    assert (asked(booking), is_closed(payment)) == ([("paid", 40000), ("withdrawn", 59500)], True)
    assert refunds() == [("cancellation", "succeeded", 40000)]
    assert mails(booking).count("cancelled") == 1


def test_superseded_booking_ends_its_links(shop: Shop):
    link = make_payment_link(make_booking())
    supersede_booking(link.booking_id, by=GUEST, now=clock.now())
    assert asked(link.booking) == [("withdrawn", 99500)]


def test_links_expire_once_however_often_the_job_runs(shop: Shop):
    link = make_payment_link(make_booking(), hours=2)
    Booking.objects.filter(pk=link.booking_id).update(
        hold_expires_at=clock.now() + timedelta(days=2)
    )
    with shop.later(hours=3):
        shop.expire_holds()
        ended = fresh(link).updated_at
        shop.expire_holds()
    assert fresh(link).updated_at == ended
