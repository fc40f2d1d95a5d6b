"""Two at once around a payment link, in real threads on PostgreSQL."""

import pytest

from booking.models import Booking
from payments.models import Payment, PaymentLink
from payments.money import money_state
from payments.services import fulfil, payment_links
from payments.services.payment_links import LinkRefusedError
from tests.factories import make_booking, make_payment_link
from tests.payments.links.linking import asked, click, fresh, settle, withdraw
from tests.payments.shop import Shop, refunds, statuses
from tests.payments.test_races import at_once, meeting
from totetaxi.lib import clock

pytestmark = [pytest.mark.postgresql, pytest.mark.race]


def names(found: list[object]) -> list[str]:
    return sorted(type(one).__name__ for one in found)


def test_two_clicks_at_once_lead_to_one_page(shop: Shop):
    for _repeat in range(3):
        link = make_payment_link(make_booking())
        found = at_once(*[lambda: click(link)] * 4)  # noqa: B023  called before the next one
        assert names(found) == ["Payment"] * 4
        assert len({one.session_url for one in found}) == 1


def test_two_links_clicked_at_once_leave_one_open_page(shop: Shop):
    for _repeat in range(3):
        booking = make_booking()
        links = make_payment_link(booking, 40000), make_payment_link(booking, 59500)
        at_once(*[lambda link=link: click(link) for link in links])
        shop.work()
        assert booking.payments.open().count() <= 1
        assert Payment.objects.filter(booking=booking, session_to_expire=True).count() == 0


def test_two_links_sent_at_once_ask_for_no_more_than_is_due(shop: Shop):
    booking = make_booking()
    found = at_once(*[lambda: make_payment_link(booking, 60000)] * 2)
    assert names(found) == ["LinkRefusedError", "PaymentLink"]
    assert asked(booking) == [("open", 60000)]


def test_control_links_sent_at_once_without_the_lock_ask_for_too_much(shop: Shop, monkeypatch):
    def unlocked(booking_id: object) -> Booking:
        return Booking.objects.get(pk=booking_id)

    monkeypatch.setattr(payment_links, "lock_booking", unlocked)
    monkeypatch.setattr(payment_links, "_check_sum", meeting(payment_links._check_sum))
    monkeypatch.setattr(payment_links, "_last_position", meeting(payment_links._last_position))
    booking = make_booking()
    found = at_once(*[lambda: make_payment_link(booking, 60000)] * 2)
    assert LinkRefusedError not in {type(one) for one in found}


def test_pay_against_withdraw_ends_paid_or_withdrawn_never_between(shop: Shop):
    for _repeat in range(4):
        link = make_payment_link(make_booking())
        payment = click(link)

        def pay(payment: Payment = payment) -> None:
            shop.pay(payment)
            fulfil.fulfil(payment.pk, now=clock.now())

        at_once(pay, lambda link=link: withdraw(link))
        settle(shop)
        shop.reconcile()
        ends = (fresh(link).state, statuses(link.booking))
        assert ends in [("paid", ["pending", "paid"]), ("withdrawn", ["pending"])]
        paid = 99500 if ends[0] == "paid" else 0
        assert money_state(link.booking).paid_cents == paid
    assert refunds() == []


def test_pay_against_expiry_keeps_the_money_or_takes_none(shop: Shop):
    for _repeat in range(4):
        link = make_payment_link(make_booking(), hours=1)
        with shop.later(minutes=59):
            payment = click(link)

        def pay(payment: Payment = payment) -> None:
            shop.pay(payment)
            fulfil.fulfil(payment.pk, now=clock.now())

        with shop.later(minutes=92):
            Booking.objects.filter(pk=link.booking_id).update(hold_expires_at=clock.now())
            at_once(pay, shop.expire_holds)
            settle(shop)
            shop.expire_holds()
        ends = (fresh(link).state, statuses(link.booking))
        assert ends in [("paid", ["pending", "paid"]), ("expired", ["pending", "cancelled"])]
    assert refunds() == []


def test_two_links_paid_at_once_make_the_booking_paid_once(shop: Shop):
    for _repeat in range(3):
        booking = make_booking()
        links = make_payment_link(booking, 40000), make_payment_link(booking, 59500)
        payments = pay_both_pages(shop, links)
        at_once(*[lambda one=one: fulfil.fulfil(one.pk, now=clock.now()) for one in payments])
        settle(shop)
        assert statuses(booking) == ["pending", "paid"]
        assert asked(booking) == [("paid", 40000), ("paid", 59500)]
    assert refunds() == []


def pay_both_pages(shop: Shop, links: tuple[PaymentLink, PaymentLink]) -> list[Payment]:
    """The first page is paid while the second one is opened, and then that one too."""
    first = click(links[0])
    Payment.objects.filter(pk=first.pk).update(status=Payment.Status.CANCELLED)
    second = click(links[1])
    shop.pay(first)
    shop.pay(second)
    return [first, second]
