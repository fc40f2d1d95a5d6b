"""A booking gets the draft that it can be changed in."""

from uuid import UUID

from django.db import transaction

from booking.lifecycle import Status
from booking.models import Draft
from booking.services.status import lock_booking


def link_draft(booking_id: UUID, draft: Draft, *, order_hash: str) -> None:
    """Tie a draft to a pending booking that has no other, as if it had been made from it.

    `draft.customer_id` is saved too: an account's booking is changed in a draft of the account's.
    `order_hash` is that of the draft's order, by which the wizard tells whether it was changed.
    """
    with transaction.atomic():
        # The draft before the booking, as Pay locks them.
        Draft.objects.filter(pk=draft.pk).update(customer_id=draft.customer_id)
        booking = lock_booking(booking_id)
        if booking.status != Status.PENDING or booking.draft_id not in {None, draft.pk}:
            return
        booking.draft = draft
        booking.order_hash = order_hash
        booking.save(update_fields=["draft", "order_hash", "updated_at"])
