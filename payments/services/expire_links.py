"""Links whose deadline has passed are over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from booking.models import Booking
from payments.models import Payment, PaymentLink, PaymentLinkQuerySet
from payments.services.every import every
from payments.services.fit_links import end_link


def expire_links(now: datetime) -> None:
    """End every open link whose time is over. Safe at any time, in several processes.

    Who opened its payment page in time has the page's time: until then the link waits. A payment
    that Stripe never gave a page for, and whose time is over too, ends with it. Makes no call
    itself.
    """
    found = _over(now).values_list("pk", flat=True)
    if error := every(lambda link_id: _expire_link(link_id, now), found):
        raise error


def _over(now: datetime) -> PaymentLinkQuerySet:
    pages = Payment.objects.open().filter(link=OuterRef("pk")).exclude(_pageless(now))
    return PaymentLink.objects.open().filter(~Exists(pages), expires_at__lte=now)


def _expire_link(link_id: UUID, now: datetime) -> None:
    with transaction.atomic():
        booking_id = PaymentLink.objects.values_list("booking_id", flat=True).get(pk=link_id)
        Booking.all_objects.select_for_update().get(pk=booking_id)
        link = _over(now).select_for_update().filter(pk=link_id).first()
        if link is None:
            return
        for payment in link.payments.open().filter(_pageless(now)).select_for_update():
            payment.status = Payment.Status.EXPIRED
            payment.save(update_fields=["status", "updated_at"])
        end_link(link, PaymentLink.State.EXPIRED, now=now)


def _pageless(now: datetime) -> Q:
    """Payments for which Stripe opens no page any more: nobody was ever sent to one."""
    return Q(session_id=None, session_expires_at__lte=now)
