"""An open page learns of everything that it shows, and of nothing else."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from booking.models import Message, MessageKind
from payments.models import Payment, Refund
from tests.factories import make_payment, make_refund

FRAGMENT = {"HX-Request": "true"}


def start_payment(booking, now):
    make_payment(
        booking, status="pending", succeeded_at=None, session_expires_at=now + timedelta(minutes=35)
    )


def pay(booking, now):
    make_payment(booking)


def return_money(booking, now):
    payment = make_payment(booking, cents=9, method="offline", status="pending", captured_cents=0)
    Payment.objects.update(updated_at=now - timedelta(days=9))
    make_refund(payment, 5)


def ask(booking, now):
    booking.change_requests.create(kind="cancel", asked_by_kind="guest")


def send(booking, now):
    Message.objects.create(
        key="letter",
        kind=MessageKind.CONFIRMED,
        booking=booking,
        recipient="claire@example.com",
        state=Message.Progress.SENT,
        sent_at=now,
    )


@pytest.mark.parametrize("write", [start_payment, pay, return_money, ask, send])
def test_etag_is_new_after(book, visitor, now, write):
    booking = book("pending")
    client = visitor(booking)
    address = reverse("accounts:booking", args=[booking.pk])
    etag = client.get(address, headers=FRAGMENT)["ETag"]
    with time_machine.travel(now + timedelta(seconds=5), tick=False):
        write(booking, now)
        answer = client.get(address, headers={**FRAGMENT, "If-None-Match": etag})
    assert (answer.status_code, answer["ETag"] == etag) == (200, False)


def test_etag_is_new_when_a_refund_arrives(book, visitor, now):
    booking = book("paid")
    refund = make_refund(make_payment(booking), 5, status=Refund.Status.PENDING, succeeded_at=None)
    client = visitor(booking)
    address = reverse("accounts:booking", args=[booking.pk])
    etag = client.get(address)["ETag"]
    with time_machine.travel(now + timedelta(seconds=5), tick=False):
        Refund.objects.get(pk=refund.pk).save(update_fields=["succeeded_at", "updated_at"])
        answer = client.get(address, headers={**FRAGMENT, "If-None-Match": etag})
    assert answer.status_code == 200


def test_etag_stays_for_what_happens_to_another_booking(book, visitor, now):
    booking, other = book("pending"), book(contact_email="rosa@example.com")
    client = visitor(booking)
    address = reverse("accounts:booking", args=[booking.pk])
    etag = client.get(address)["ETag"]
    with time_machine.travel(now + timedelta(seconds=5), tick=False):
        for write in (pay, ask, send):
            write(other, now)
        answer = client.get(address, headers={**FRAGMENT, "If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")


def test_etag_of_the_page_and_of_the_look_are_one(book, visitor, now):
    booking = book("paid")
    make_refund(make_payment(booking), 5)
    send(booking, now)
    client = visitor(booking)
    address = reverse("accounts:booking", args=[booking.pk])
    etag = client.get(address)["ETag"]
    answer = client.get(address, headers={**FRAGMENT, "If-None-Match": etag})
    assert answer.status_code == 304
