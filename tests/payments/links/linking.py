"""The moves of staff and customers around payment links."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from booking.models import Booking, BookingLimits
from payments.links.tokens import token_of
from payments.models import Payment, PaymentLink
from payments.services.open_payment import resume_checkout
from payments.services.payment_links import resend_link, withdraw_link
from tests.factories import make_booking
from tests.payments.shop import Shop
from totetaxi.lib import clock
from totetaxi.lib.actor import GUEST, SYSTEM


def limit_to(cents: int) -> None:
    """Lower what may be paid online at once."""
    limits = BookingLimits.objects.get()
    limits.online_max_cents = cents
    limits.save()


def big_booking(**changes: Any) -> Booking:
    """A request of $995 where $400 may be paid online at once: it takes three links."""
    limit_to(40000)
    booking = make_booking(**changes)
    assert (booking.needs_staff, booking.total_cents) == (True, 99500)
    return booking


def click(link: PaymentLink) -> Payment:
    """Press Pay on the link's page."""
    return resume_checkout(link.booking_id, by=GUEST, now=clock.now(), link_id=link.pk)


def pay_by(shop: Shop, link: PaymentLink) -> Payment:
    """Press Pay, pay at Stripe, and let the webhook work."""
    payment = click(link)
    shop.pay(payment)
    settle(shop)
    payment.refresh_from_db()
    return payment


def settle(shop: Shop) -> None:
    """Stripe's webhooks come, and a worker works."""
    shop.deliver()
    shop.work()


def resend(link: PaymentLink, hours: float = 72) -> PaymentLink:
    until = clock.now() + timedelta(hours=hours)
    return resend_link(link.pk, expires_at=until, by=SYSTEM, now=clock.now())


def withdraw(link: PaymentLink) -> PaymentLink:
    return withdraw_link(link.pk, by=SYSTEM, now=clock.now())


def fresh(link: PaymentLink) -> PaymentLink:
    """The link as its row is now."""
    return PaymentLink.objects.get(pk=link.pk)


def asked(booking: Booking) -> list[tuple[str, int]]:
    """State and cents of each link, in order."""
    return list(booking.payment_links.values_list("state", "amount_cents"))


def mail_path(link: PaymentLink) -> str:
    """The address in the link's newest mail."""
    return reverse("payment_links:open", args=[token_of(link)])


def open_mail(client: Client, link: PaymentLink) -> HttpResponse:
    """Follow the mail's link to the page."""
    answer = client.get(mail_path(link))
    return client.get(urlsplit(answer["Location"]).path)


def page_of(link: PaymentLink) -> str:
    return reverse("payment_links:link", args=[link.pk])
