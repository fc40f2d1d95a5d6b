"""Links by staff: the domain's rules, and a row in the audit log with each."""

from datetime import timedelta

import pytest
from django.test import RequestFactory

from booking.models import Booking, Message
from payments.models import PaymentLink
from payments.services.payment_links import LinkRefusedError
from staff.models import AuditLog, StaffProfile
from staff.payment_links.services import resend_link, send_links, withdraw_link
from tests.factories import make_booking, make_payment_link
from tests.payments.changing import weekday
from tests.payments.links.linking import asked, big_booking
from totetaxi.lib import clock


def audited() -> list[tuple[str, str, dict]]:
    rows = AuditLog.objects.order_by("id")
    return list(rows.values_list("action", "object_label", "after"))


def test_link_asks_for_all_that_is_due_and_is_written_down(booking: Booking, cora: StaffProfile):
    now = clock.now()
    (link,) = send_links(cora, booking.pk, hours=48, request=None, now=now)
    assert (link.amount_cents, link.expires_at) == (99500, now + timedelta(hours=48))
    assert link.created_by == cora.user
    figures = {"link": 1, "amount_cents": 99500, "expires_at": link.expires_at.isoformat()}
    assert audited() == [("sent_link", booking.code, figures)]


def test_sum_above_the_online_limit_takes_several_links(booking: Booking, cora: StaffProfile):
    big = big_booking()
    send_links(cora, big.pk, request=None, now=clock.now())
    assert asked(big) == [("open", 40000), ("open", 40000), ("open", 19500)]
    assert Message.objects.filter(kind="payment_link").count() == 3


def test_only_what_no_link_asks_for_is_sent(booking: Booking, cora: StaffProfile):
    make_payment_link(booking, 40000)
    send_links(cora, booking.pk, request=None, now=clock.now())
    assert asked(booking) == [("open", 40000), ("open", 59500)]
    assert send_links(cora, booking.pk, request=None, now=clock.now()) == []


def test_all_links_are_sent_or_none(booking: Booking, cora: StaffProfile):
    with pytest.raises(LinkRefusedError):
        send_links(cora, booking.pk, amounts=[50000, 50000], request=None, now=clock.now())
    assert (asked(booking), audited(), Message.objects.count()) == ([], [], 0)


def test_resent_and_withdrawn_links_are_written_down(booking: Booking, cora: StaffProfile):
    # Its pickup is no sooner than the link's own time, whatever the clock shows now.
    booking = make_booking(pickup_date=weekday(7))
    link = make_payment_link(booking)
    request, now = RequestFactory().post("/"), clock.now()
    again = resend_link(cora, link.pk, request=request, now=now)
    assert again.expires_at == now + timedelta(hours=72)
    gone = withdraw_link(cora, link.pk, request=request, now=now)
    assert (gone.withdrawn_by, gone.withdrawn_at) == (cora.user, now)
    assert [row[:2] for row in audited()] == [
        ("resent_link", booking.code),
        ("withdrew_link", booking.code),
    ]
    assert audited()[1][2] == {"link": 1, "amount_cents": 99500}


def test_links_of_one_booking_are_counted_apart_from_anothers(booking: Booking, cora: StaffProfile):
    make_payment_link(booking)
    make_payment_link(make_booking())
    assert list(PaymentLink.objects.values_list("position", flat=True)) == [1, 1]
