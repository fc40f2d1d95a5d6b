"""`created_at` is written by the database layer as of now; the demo's rows are older."""

from django.db.models import F, Max, OuterRef, Subquery

from booking.models import Address, Alert, Booking, BookingEvent, Message
from payments.models import Payment, Refund


def backdate(first: int, last: int) -> None:
    """Let the rows of the bookings with these numbers be as old as their story says."""
    bookings = Booking.objects.filter(number__range=(first, last))
    latest = (
        BookingEvent.objects.filter(booking=OuterRef("pk"))
        .order_by()
        .values("booking")
        .annotate(at=Max("at"))
        .values("at")
    )
    bookings.update(created_at=F("terms_accepted_at"), updated_at=Subquery(latest))
    ids = bookings.values("pk")
    made = Booking.objects.filter(pk=OuterRef("booking")).values("terms_accepted_at")[:1]
    for model in (Address, Alert):
        rows = model._default_manager.filter(booking__in=ids)
        rows.update(created_at=Subquery(made), updated_at=Subquery(made))
    Message.objects.filter(booking__in=ids).update(
        created_at=F("next_try_at"), updated_at=F("sent_at")
    )
    payments = Payment.objects.filter(booking__in=ids)
    payments.update(created_at=Subquery(made), updated_at=Subquery(made))
    payments.filter(succeeded_at__isnull=False).update(updated_at=F("succeeded_at"))
    Refund.objects.filter(payment__in=payments.values("pk")).update(
        created_at=F("next_try_at"), updated_at=F("next_try_at")
    )
