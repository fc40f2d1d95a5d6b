"""Links whose deadline has passed are over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from booking.models import Booking
from payments.models import Payment, PaymentLink, PaymentLinkQuerySet
from payments.services.every import every
from payments.services.fit_links import end_link


def expire_links(now: datetime) -> None:
    """End every open link whose time is over. Safe at any time, in several processes.

    Who opened its payment page in time has the page's time: until then the link waits. Makes no
    call itself.
    """
    found = _over(now).values_list("pk", flat=True)
    if error := every(lambda link_id: _expire_link(link_id, now), found):
        raise error


def _over(now: datetime) -> PaymentLinkQuerySet:
    pages = Payment.objects.open().filter(link=OuterRef("pk"))
    return PaymentLink.objects.open().filter(~Exists(pages), expires_at__lte=now)


def _expire_link(link_id: UUID, now: datetime) -> None:
    with transaction.atomic():
        booking_id = PaymentLink.objects.values_list("booking_id", flat=True).get(pk=link_id)
        Booking.all_objects.select_for_update().get(pk=booking_id)
        link = _over(now).select_for_update().filter(pk=link_id).first()
        if link is not None:
            end_link(link, PaymentLink.State.EXPIRED, now=now)
