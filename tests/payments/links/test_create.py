"""Staff ask for money: what a link may ask for, how long, and what waits for it."""

from datetime import timedelta

import pytest
from django.db import transaction

from booking.lifecycle import Status
from booking.models import AlertKind, Booking, Message, raise_alert
from booking.services.cancel import cancel_booking
from booking.services.status import lock_booking
from payments.links.tokens import token_of
from payments.models import Payment, PaymentLink
from payments.services.payment_links import LinkRefusedError
from tests.factories import make_booking, make_payment, make_payment_link
from tests.payments.changing import weekday
from tests.payments.links.linking import asked, big_booking, fresh, limit_to, resend, withdraw
from tests.payments.shop import Shop, alerts, mails
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM

pytestmark = pytest.mark.usefixtures("shop")


def refusal(booking: Booking, cents: int | None = None, hours: float = 72) -> str:
    with pytest.raises(LinkRefusedError) as refused:
        make_payment_link(booking, cents, hours=hours)
    return refused.value.sentence


def started_unpaid(booking: Booking) -> None:
    """As staff start a guest's booking, to be paid later."""
    facts = {"status": Status.IN_PROGRESS, "unpaid_reason": "Pays on arrival"}
    Booking.objects.filter(pk=booking.pk).update(hold_expires_at=None, **facts)


def test_link_asks_the_contact_for_what_is_due():
    # Its pickup is no sooner than the link's own time, whatever the clock shows now.
    booking = make_booking(contact_email="ann@example.com", pickup_date=weekday(7))
    now = clock.now()
    link = make_payment_link(booking, now=now)
    assert (link.state, link.amount_cents, link.sent_to) == ("open", 99500, "ann@example.com")
    assert (link.expires_at, link.position) == (now + timedelta(hours=72), 1)
    assert mails(booking) == ["payment_link"]
    assert Message.objects.get().recipient == "ann@example.com"


def test_pending_booking_keeps_its_room_as_long_as_its_link():
    booking = make_booking()
    link = make_payment_link(booking, hours=48)
    booking.refresh_from_db()
    assert booking.hold_expires_at == link.expires_at


def test_shorter_link_does_not_shorten_the_hold():
    booking = make_booking()
    first = make_payment_link(booking, 50000, hours=48)
    make_payment_link(booking, 49500, hours=4)
    booking.refresh_from_db()
    assert booking.hold_expires_at == first.expires_at


def test_link_of_a_pending_booking_is_over_when_the_pickup_begins():
    booking = make_booking()
    link = make_payment_link(booking, hours=24 * 30)
    assert link.expires_at == booking.pickup_at


def test_link_is_refused_where_the_pickup_is_too_near_to_pay():
    booking = make_booking()
    near = clock.now() + timedelta(minutes=30)
    Booking.objects.filter(pk=booking.pk).update(pickup_at=near)
    assert refusal(booking) == "The pickup is too near to pay by link."
    assert mails(booking) == []


def test_booking_that_was_started_unpaid_is_paid_by_link():
    booking = make_booking()
    started_unpaid(booking)
    Booking.objects.filter(pk=booking.pk).update(pickup_at=clock.now() - timedelta(hours=1))
    link = make_payment_link(booking)
    booking.refresh_from_db()
    assert (link.amount_cents, booking.hold_expires_at) == (99500, None)


@pytest.mark.parametrize(
    ("cents", "sentence"),
    [
        (99501, "Ask for $0.50 to $995.00."),
        (49, "Ask for $0.50 to $995.00."),
        (0, "Ask for $0.50 to $995.00."),
        (99480, "$0.20 would be left, too little for a card. Ask for all of it."),
    ],
)
def test_sum_that_a_card_cannot_be_asked_for_is_refused(cents, sentence):
    booking = make_booking()
    assert refusal(booking, cents) == sentence
    assert (asked(booking), mails(booking)) == ([], [])


def test_sum_above_the_online_limit_is_refused():
    assert refusal(big_booking(), 40001) == "Ask for $0.50 to $400.00."


def test_open_links_never_ask_for_more_than_is_due():
    booking = make_booking()
    make_payment_link(booking, 60000)
    assert refusal(booking, 39501) == "Ask for $0.50 to $395.00."
    make_payment_link(booking, 39500)
    assert refusal(booking, 100) == "Nothing is left to ask for."
    assert asked(booking) == [("open", 60000), ("open", 39500)]


def test_withdrawn_link_frees_its_sum_for_another():
    booking = make_booking()
    withdraw(make_payment_link(booking))
    make_payment_link(booking)
    assert asked(booking) == [("withdrawn", 99500), ("open", 99500)]


def test_nothing_is_asked_for_a_cancelled_or_a_paid_booking(shop: Shop):
    paid = shop.paid().booking
    assert refusal(paid, 100) == "Nothing is left to ask for."
    booking = make_booking()
    cancel_booking_now(booking)
    sentence = "The booking is cancelled: there is nothing to pay."
    assert refusal(booking, 100) == sentence


def cancel_booking_now(booking: Booking) -> None:
    with transaction.atomic():
        cancel_booking(lock_booking(booking.pk), reason="staff", by=SYSTEM, now=clock.now())


def test_nothing_is_asked_while_a_payment_does_not_match():
    booking = make_booking()
    make_payment(booking, cents=100, status=Payment.Status.MISMATCH, succeeded_at=None)
    assert refusal(booking) == "A payment came that does not match. Settle that first."


def test_request_is_taken_up_by_its_first_link():
    booking = big_booking()
    assert alerts() == ["request"]
    make_payment_link(booking, 40000)
    assert alerts() == []


def test_request_that_no_van_can_carry_keeps_its_alert():
    booking = make_booking(items=90, package="full")
    Booking.objects.filter(pk=booking.pk).update(room_held=False, van=None, room_pieces=61)
    about = f"booking:{booking.pk}"
    raise_alert(AlertKind.REQUEST, about=about, summary="Vans", booking=booking)
    make_payment_link(booking)
    booking.refresh_from_db()
    assert (alerts(), booking.room_held) == (["request"], False)


def test_request_whose_room_went_back_takes_it_again(shop: Shop):
    booking = big_booking()
    with shop.later(hours=73):
        Booking.objects.filter(pk=booking.pk).update(pickup_at=clock.now() + timedelta(days=3))
        shop.expire_holds()
        booking.refresh_from_db()
        assert (booking.room_held, booking.hold_expires_at) == (False, None)
        link = make_payment_link(booking, 40000)
    booking.refresh_from_db()
    assert (booking.room_held, booking.hold_expires_at) == (True, link.expires_at)


def test_link_is_refused_where_the_room_was_given_to_others():
    booking = make_booking(package="full", items=5)
    Booking.objects.filter(pk=booking.pk).update(room_held=False)
    for _van in range(2):
        make_booking(package="full", items=5, pickup_date=booking.pickup_date)
    sentence = refusal(booking)
    assert sentence.endswith("Choose another day. Move the booking to another day first.")
    assert (asked(booking), mails(booking)) == ([], [])


def test_resent_link_has_another_token_deadline_and_mail():
    link = make_payment_link(make_booking(), hours=4)
    again = resend(link)
    assert (again.round, again.position) == (2, 1)
    assert again.token_hash != link.token_hash
    assert again.expires_at > link.expires_at
    assert mails(link.booking) == ["payment_link", "payment_link"]


def test_resent_link_goes_to_the_address_that_the_booking_has_now():
    link = make_payment_link(make_booking())
    Booking.objects.filter(pk=link.booking_id).update(guest_email="right@example.com")
    assert resend(link).sent_to == "right@example.com"


def test_link_that_is_over_can_be_sent_again_while_its_sum_is_due(shop: Shop):
    link = make_payment_link(make_booking(), 40000, hours=1)
    started_unpaid(link.booking)
    with shop.later(hours=2):
        shop.expire_holds()
        assert fresh(link).state == "expired"
        make_payment_link(link.booking, 59500)
        assert resend(link).state == "open"


def test_link_that_is_over_is_not_sent_again_where_others_ask_for_its_sum(shop: Shop):
    link = make_payment_link(make_booking(), hours=1)
    started_unpaid(link.booking)
    with shop.later(hours=2):
        shop.expire_holds()
        make_payment_link(link.booking)
        with pytest.raises(LinkRefusedError, match="Nothing is left to ask for"):
            resend(link)


def test_withdrawn_link_is_neither_resent_nor_withdrawn_again():
    link = withdraw(make_payment_link(make_booking()))
    with pytest.raises(LinkRefusedError, match="Send a new one"):
        resend(link)
    with pytest.raises(LinkRefusedError, match="not open any more"):
        withdraw(link)


def test_lowered_limit_leaves_links_that_were_sent():
    link = make_payment_link(make_booking())
    limit_to(10000)
    resend(link)
    assert fresh(link).amount_cents == 99500


def test_token_has_256_bits_and_only_its_hash_is_stored():
    link = make_payment_link(make_booking())
    token = token_of(link)
    stored = " ".join(str(value) for value in PaymentLink.objects.values().get().values())
    assert (len(token), token in stored) == (43, False)
