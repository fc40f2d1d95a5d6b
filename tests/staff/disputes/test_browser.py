"""Disputes and invoices in a browser: readable at every width, and for everybody."""

import pytest
from django.urls import reverse

from accounts.bookings.receipt.issue import issue_receipt
from staff.permissions import Role
from tests.factories import (
    make_booking,
    make_catalogue,
    make_colleague,
    make_dispute,
    make_paid_booking,
)
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


def test_pages_are_readable_at_every_width(page, signed_in, check_pages) -> None:
    make_catalogue()
    booking, owing = make_paid_booking(contact_name="Bartholomew Featherstonehaugh"), make_booking()
    dispute = make_dispute(booking.payments.get())
    issue_receipt(booking.pk, by=SYSTEM, now=clock.now())
    urls = [
        reverse("staff:disputes"),
        f"{reverse('staff:disputes')}?show=won",
        reverse("staff:dispute", args=[dispute.pk]),
        reverse("staff:booking", args=[booking.number]),
        reverse("staff:booking_status", args=[booking.number]),
        reverse("staff:issue_invoice", args=[owing.number]),
    ]
    check_pages(signed_in(page, make_colleague(Role.ADMIN, "Ada Whitlock")), *urls)
