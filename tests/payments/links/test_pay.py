"""A link is paid: its sum counts, and the last one makes the booking paid."""

from datetime import timedelta

import pytest

from booking.models import Booking
from payments import gateway
from payments.models import Payment
from payments.money import money_state
from payments.services.open_payment import CheckoutEndedError, resume_checkout
from tests.factories import make_booking, make_customer, make_payment_link
from tests.payments.changing import change, saturday, to, weekday
from tests.payments.links.linking import asked, big_booking, click, fresh, pay_by, settle
from tests.payments.shop import DECLINED, Shop, alerts, mails, refunds, statuses
from totetaxi.lib import clock
from totetaxi.lib.actor import GUEST, SYSTEM, Actor, ActorKind

CREATE = {"method": "POST", "path": "/v1/checkout/sessions"}


def by_booking(booking: Booking) -> Payment:
    """Press Pay on the booking's own page."""
    return resume_checkout(booking.pk, by=GUEST, now=clock.now())


def session_status(payment: Payment) -> str:
    return gateway.get_session(payment.session_id or "").status


def test_paid_link_makes_the_booking_paid(shop: Shop):
    link = make_payment_link(make_booking())
    payment = pay_by(shop, link)
    assert (payment.status, payment.purpose, payment.link_id) == ("succeeded", "link", link.pk)
    assert (fresh(link).state, fresh(link).paid_at) == ("paid", payment.succeeded_at)
    assert statuses(link.booking) == ["pending", "paid"]
    assert mails(link.booking) == ["confirmed", "payment_link"]
    assert (refunds(), alerts()) == ([], [])


def test_page_at_stripe_asks_for_the_links_sum_of_whom_it_was_sent_to(shop: Shop):
    link = make_payment_link(make_booking(contact_email="ann@example.com"), 40000)
    click(link)
    sent = shop.stripe.requests(match=CREATE)[-1]["params"]
    prices = [item["price_data"]["unit_amount"] for item in sent["line_items"]]
    assert (prices, sent["customer_email"]) == (["40000"], "ann@example.com")


def test_booking_is_paid_by_the_last_of_its_links(shop: Shop):
    booking = big_booking()
    links = [make_payment_link(booking, cents) for cents in (40000, 40000, 19500)]
    for link, due in zip(links, (59500, 19500, 0), strict=True):
        pay_by(shop, link)
        assert money_state(booking).to_pay_cents == due
        assert statuses(booking) == (["pending"] if due else ["pending", "paid"])
    assert asked(booking) == [("paid", 40000), ("paid", 40000), ("paid", 19500)]
    assert mails(booking).count("confirmed") == 1
    assert (refunds(), alerts()) == ([], [])


def test_links_are_paid_in_any_order(shop: Shop):
    booking = make_booking()
    first, second = make_payment_link(booking, 40000), make_payment_link(booking, 59500)
    pay_by(shop, second)
    pay_by(shop, first)
    assert statuses(booking) == ["pending", "paid"]
    assert refunds() == []


def test_second_click_leads_to_the_same_page(shop: Shop):
    link = make_payment_link(make_booking())
    assert click(link).session_url == click(link).session_url
    assert Payment.objects.count() == 1


def test_click_after_the_page_ran_out_opens_another(shop: Shop):
    link = make_payment_link(make_booking())
    old = click(link)
    with shop.later(hours=1):
        new = click(link)
        assert (new.pk != old.pk, new.status) == (True, "pending")
        old.refresh_from_db()
        assert (old.status, fresh(link).state) == ("expired", "open")
        shop.pay(new)
        settle(shop)
    assert statuses(link.booking) == ["pending", "paid"]


def test_click_on_another_link_closes_the_page_of_the_first(shop: Shop):
    booking = make_booking()
    first, second = make_payment_link(booking, 40000), make_payment_link(booking, 59500)
    old, new = click(first), click(second)
    old.refresh_from_db()
    assert (old.status, session_status(old)) == ("cancelled", "expired")
    assert (new.amount_cents, session_status(new)) == (59500, "open")
    assert asked(booking) == [("open", 40000), ("open", 59500)]


def test_first_link_that_was_paid_meanwhile_counts_when_another_is_clicked(shop: Shop):
    booking = make_booking()
    first, second = make_payment_link(booking, 40000), make_payment_link(booking, 59500)
    shop.pay(click(first))
    new = click(second)
    assert (fresh(first).state, new.amount_cents, new.status) == ("paid", 59500, "pending")


def test_paying_on_the_bookings_page_closes_a_links_page_and_settles_its_link(shop: Shop):
    booking = make_booking()
    link = make_payment_link(booking, 40000)
    part = click(link)
    whole = by_booking(booking)
    assert (whole.amount_cents, whole.purpose) == (99500, "booking")
    assert session_status(part) == "expired"
    shop.pay(whole)
    settle(shop)
    assert (asked(booking), statuses(booking)) == ([("withdrawn", 40000)], ["pending", "paid"])
    assert fresh(link).withdrawn_by is None


def test_bookings_page_leads_to_the_open_page_of_a_link_for_the_same_sum(shop: Shop):
    booking = make_booking()
    assert by_booking(booking).pk != click(make_payment_link(booking)).pk == by_booking(booking).pk


def test_request_can_be_paid_by_its_links_alone(shop: Shop):
    booking = big_booking()
    link = make_payment_link(booking, 40000)
    with pytest.raises(CheckoutEndedError):
        by_booking(booking)
    assert click(link).amount_cents == 40000


def test_payment_keeps_the_room_that_the_link_holds(shop: Shop):
    link = make_payment_link(make_booking())
    click(link)
    link.booking.refresh_from_db()
    assert link.booking.hold_expires_at == link.expires_at
    by_booking(link.booking)
    link.booking.refresh_from_db()
    assert link.booking.hold_expires_at == link.expires_at


def test_who_clicks_at_the_last_moment_has_the_time_of_the_page(shop: Shop):
    link = make_payment_link(make_booking(), hours=2)
    with shop.later(minutes=119):
        payment = click(link)
        link.booking.refresh_from_db()
        assert link.booking.hold_expires_at == payment.session_expires_at + timedelta(minutes=5)
    with shop.later(minutes=130):
        shop.expire_holds()
        assert fresh(link).state == "open"
        shop.pay(payment)
        settle(shop)
    assert (fresh(link).state, statuses(link.booking)) == ("paid", ["pending", "paid"])


def test_link_whose_pickup_came_near_cannot_be_paid(shop: Shop):
    link = make_payment_link(make_booking())
    near = clock.now() + timedelta(minutes=20)
    Booking.objects.filter(pk=link.booking_id).update(pickup_at=near)
    with pytest.raises(CheckoutEndedError, match="pickup is near"):
        click(link)


def test_what_a_change_made_dearer_is_paid_by_link(shop: Shop):
    booking = shop.paid(pickup_date=weekday(7)).booking
    change(booking, to(saturday(), booking), by=SYSTEM)
    link = make_payment_link(booking)
    assert link.amount_cents == 14925
    pay_by(shop, link)
    assert money_state(booking).to_pay_cents == 0
    assert statuses(booking) == ["pending", "paid"]
    assert (refunds(), alerts()) == ([], [])


def test_account_that_pays_by_link_is_offered_its_cards_and_nobody_else(shop: Shop):
    customer = make_customer("ann@example.com")
    link = make_payment_link(make_booking(customer_id=customer.pk), 40000)
    guests = click(link)
    assert "customer" not in shop.stripe.requests(match=CREATE)[-1]["params"]
    assert guests.status == "pending"
    with shop.later(hours=1):
        as_customer = Actor(ActorKind.CUSTOMER, customer.pk)
        own = resume_checkout(link.booking_id, by=as_customer, now=clock.now(), link_id=link.pk)
        assert "customer" in shop.stripe.requests(match=CREATE)[-1]["params"]
        assert click(link).pk != own.pk


def test_declined_card_sends_the_same_link_once_more(shop: Shop):
    link = make_payment_link(make_booking())
    shop.pay(click(link), card=DECLINED)
    with shop.later(hours=1):
        settle(shop)
    assert mails(link.booking) == ["payment_link", "payment_link"]
    assert (fresh(link).state, fresh(link).round) == ("open", 1)


def test_sum_that_does_not_match_is_told_and_nothing_more_can_be_paid(shop: Shop):
    booking = make_booking()
    first, second = make_payment_link(booking, 40000), make_payment_link(booking, 59500)
    payment = click(first)
    Payment.objects.filter(pk=payment.pk).update(amount_cents=39000)
    shop.pay(payment)
    settle(shop)
    assert (alerts(), statuses(booking)) == (["payment_mismatch"], ["pending"])
    assert click(second).status == "mismatch"
