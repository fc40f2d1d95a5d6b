"""Discount codes are used under a lock, and given back when their booking falls through."""

from datetime import datetime

from django.db.models import Q

from booking.models import Booking, DiscountCode, DiscountRedemption
from booking.pricing import LineCode


class DiscountUsedUpError(Exception):
    """The code has no use left, for anybody or for this person."""


def redeem_discount(code: str, booking: Booking) -> None:
    """Use a code for a booking. Raises DiscountUsedUpError.

    The code's row is locked until the caller's transaction ends, so the last use is taken once.
    Whether the code applies at all was decided by the quote.
    """
    discount = DiscountCode.objects.select_for_update().get(code=code.strip().upper())
    if not has_use_left(discount, person_key=booking.person_key, email_key=booking.email_key):
        raise DiscountUsedUpError
    DiscountRedemption.objects.create(
        code=discount,
        booking=booking,
        person_key=booking.person_key,
        email_key=booking.email_key,
    )


def has_use_left(discount: DiscountCode, *, person_key: str, email_key: str) -> bool:
    """Whether one more booking of this person may use the code now."""
    used = DiscountRedemption.objects.filter(code=discount, released_at__isnull=True)
    if discount.max_uses is not None and used.count() >= discount.max_uses:
        return False
    limit = discount.max_uses_per_customer
    if limit is None:
        return True
    mine = used.filter(Q(person_key=person_key) | Q(email_key=email_key))
    return mine.count() < limit


def release_redemption(booking: Booking, *, now: datetime) -> None:
    """Give back the use of a booking that expired or was cancelled."""
    booking.redemptions.filter(released_at__isnull=True).update(released_at=now)


def restore_redemption(booking: Booking) -> None:
    """Take the use again for a booking that came back and whose price still has the code in it.

    It was agreed with the code and has been paid, so a limit reached since does not count.
    """
    codes = booking.lines.filter(code=LineCode.DISCOUNT).values("label")
    last = booking.redemptions.filter(code__code__in=codes).order_by("-created_at").first()
    if last is not None:
        last.released_at = None
        last.save(update_fields=["released_at", "updated_at"])
