"""A booking changes while a link is open: the link follows, and never asks for more than is due."""

import pytest
from django.db import transaction

from booking.models import Booking
from booking.services.status import lock_booking
from payments import gateway
from payments.models import Payment
from payments.money import money_state
from payments.services.fit_links import follow_due
from tests.factories import make_booking, make_payment_link
from tests.payments.changing import change, saturday, to, weekday
from tests.payments.links.linking import asked, click, fresh, limit_to, pay_by, settle
from tests.payments.shop import Shop, alerts, refunds, statuses
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM

DEARER = 14925


@pytest.fixture
def cheap(shop: Shop) -> Booking:
    """On a weekday, $995."""
    return make_booking(pickup_date=weekday(7))


@pytest.fixture
def dear(shop: Shop) -> Booking:
    """On a Saturday, $1,144.25."""
    return make_booking(pickup_date=saturday())


def make_dearer(booking: Booking) -> None:
    change(booking, to(saturday(), booking), by=SYSTEM)


def make_cheaper(booking: Booking) -> None:
    change(booking, to(weekday(7), booking), by=SYSTEM)


def test_link_for_everything_asks_for_more_once_the_booking_is_dearer(shop: Shop, cheap: Booking):
    link = make_payment_link(cheap)
    make_dearer(cheap)
    assert asked(cheap) == [("open", 99500 + DEARER)]
    assert pay_by(shop, link).captured_cents == 99500 + DEARER
    assert statuses(cheap) == ["pending", "paid"]


def test_link_for_everything_asks_for_less_once_the_booking_is_cheaper(shop: Shop, dear: Booking):
    make_payment_link(dear)
    make_cheaper(dear)
    assert asked(dear) == [("open", 99500)]


def test_last_of_several_links_takes_the_difference(dear: Booking):
    make_payment_link(dear, 60000)
    make_payment_link(dear)
    make_cheaper(dear)
    assert asked(dear) == [("open", 60000), ("open", 39500)]
    make_dearer(dear)
    assert asked(dear) == [("open", 60000), ("open", 39500 + DEARER)]


def test_what_links_cannot_carry_is_left_for_another(cheap: Booking):
    limit_to(100000)
    make_payment_link(cheap)
    with transaction.atomic():
        booking = lock_booking(cheap.pk)
        follow_due(booking, 120000, ask_for_all=True, now=clock.now())
    assert asked(cheap) == [("open", 100000)]


def test_link_for_a_part_stays_when_the_booking_is_dearer(cheap: Booking):
    make_payment_link(cheap, 40000)
    make_dearer(cheap)
    assert asked(cheap) == [("open", 40000)]


def test_links_that_ask_for_too_much_are_cut_or_end(dear: Booking):
    make_payment_link(dear, 99000)
    make_payment_link(dear, 10000)
    make_cheaper(dear)
    assert asked(dear) == [("open", 99000), ("open", 500)]


def test_page_of_a_link_whose_sum_changed_is_closed(shop: Shop, cheap: Booking):
    link = make_payment_link(cheap)
    payment = click(link)
    make_dearer(cheap)
    shop.work()
    assert gateway.get_session(payment.session_id or "").status == "expired"
    assert click(link).amount_cents == 99500 + DEARER


def test_page_of_a_link_whose_sum_stayed_is_kept(shop: Shop, dear: Booking):
    first = make_payment_link(dear, 60000)
    make_payment_link(dear)
    payment = click(first)
    make_cheaper(dear)
    payment.refresh_from_db()
    assert payment.status == Payment.Status.PENDING


def test_link_that_was_paid_while_it_became_dearer_asks_for_the_rest(shop: Shop, cheap: Booking):
    link = make_payment_link(cheap)
    payment = click(link)
    shop.pay(payment)
    make_dearer(cheap)
    settle(shop)
    assert (asked(cheap), statuses(cheap)) == ([("open", DEARER)], ["pending"])
    pay_by(shop, link)
    assert (fresh(link).state, statuses(cheap)) == ("paid", ["pending", "paid"])
    assert (refunds(), alerts()) == ([], [])


def test_link_that_was_paid_while_it_became_cheaper_returns_the_difference(
    shop: Shop, dear: Booking
):
    link = make_payment_link(dear)
    shop.pay(click(link))
    make_cheaper(dear)
    settle(shop)
    assert (fresh(link).state, statuses(dear)) == ("paid", ["pending", "paid"])
    assert refunds() == [("surplus", "succeeded", DEARER)]
    assert money_state(dear).to_pay_cents == 0


def test_change_that_leaves_nothing_due_after_a_part_makes_the_booking_paid(
    shop: Shop, dear: Booking
):
    pay_by(shop, make_payment_link(dear, 99500))
    make_payment_link(dear)
    make_cheaper(dear)
    assert (statuses(dear), asked(dear)) == (
        ["pending", "paid"],
        [("paid", 99500), ("withdrawn", DEARER)],
    )
