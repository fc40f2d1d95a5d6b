"""The mail that asks for money: the sum, the deadline, one button; sent once for its event."""

import pytest
from django.core import mail

from booking.models import Booking, Message
from booking.notifications.letter import NotNeededError
from booking.notifications.messages import write_letter
from booking.notifications.render import render_mail
from tests.factories import make_booking, make_payment_link
from tests.payments.links.linking import mail_path, resend, withdraw
from tests.payments.shop import Shop
from totetaxi.lib import clock

pytestmark = pytest.mark.usefixtures("shop")


def newest() -> Message:
    return Message.objects.latest("created_at")


def texts() -> tuple[str, str, str]:
    """Subject, text and HTML of the newest planned mail."""
    written = render_mail(write_letter(newest(), now=clock.now()))
    return written.subject, written.text, written.html


def test_mail_says_the_sum_until_when_and_for_what():
    booking = make_booking()
    link = make_payment_link(booking)
    subject, text, html = texts()
    assert subject == f"Please pay $995.00 for {booking.code}"
    for body in (text, html):
        assert "You can pay until" in body
        assert "once it is paid" in " ".join(body.split())
        assert "This link asks for" not in body
    assert "Pay $995.00:" in text
    assert link.expires_at > clock.now()


def test_mail_of_a_part_says_of_what():
    make_payment_link(make_booking(), 40000)
    assert "This link asks for $400.00 of $995.00." in texts()[1]


@pytest.mark.breaks_money("a booking that is paid by its status alone")
def test_mail_of_a_paid_booking_does_not_make_the_pickup_depend_on_it():
    booking = make_booking()
    make_payment_link(booking, 40000)
    Booking.objects.update(status="paid", hold_expires_at=None)
    assert "once it is paid" not in texts()[1]


def test_stored_mail_holds_no_token_and_the_sent_one_the_link(shop: Shop, settings):
    link = make_payment_link(make_booking())
    shop.work()
    (sent,) = mail.outbox
    assert f"{settings.SITE_URL}{mail_path(link)}" in sent.body
    stored = newest()
    assert (stored.state, "/pay/payment-link/" in stored.text) == ("sent", True)
    assert mail_path(link) not in stored.text + stored.html


def test_mail_that_was_not_sent_yet_is_dropped_once_its_link_is_over(shop: Shop):
    link = make_payment_link(make_booking())
    withdraw(link)
    shop.work()
    assert (newest().state, len(mail.outbox)) == ("dropped", 0)


def test_only_the_newest_mail_of_a_link_is_sent(shop: Shop):
    resend(make_payment_link(make_booking()))
    shop.work()
    assert len(mail.outbox) == 1
    states = Message.objects.order_by("created_at").values_list("state", flat=True)
    assert list(states) == ["dropped", "sent"]


def test_mail_after_a_decline_says_so_and_carries_the_same_link(shop: Shop):
    link = make_payment_link(make_booking())
    context = {"link": str(link.pk), "round": 1, "declined": True}
    Message.objects.update(context=context)
    subject, text, _html = texts()
    assert subject == f"Your payment did not go through, {link.booking.code}"
    assert "Another card usually settles it." in " ".join(text.split())
    shop.work()
    assert mail_path(link) in mail.outbox[0].body


def test_nothing_is_written_about_a_link_of_a_cancelled_booking():
    make_payment_link(make_booking())
    Booking.objects.update(status="cancelled", cancel_reason="staff", room_held=False)
    with pytest.raises(NotNeededError):
        texts()


def test_what_a_customer_typed_is_shown_as_text():
    make_payment_link(make_booking(contact_name="<b>Ann</b>", contact_email="ann@example.com"))
    assert "<b>Ann" not in texts()[2]
