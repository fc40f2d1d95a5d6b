"""What staff wrote down about somebody: theirs to read, and gone with them."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.privacy.holdings import Holding, delete
from booking.models import Note

NOTES = Holding(
    key="notes",
    model=Note,
    title=_("Our notes"),
    rows=lambda person: Note.objects.filter(
        Q(booking__in=person.booking_ids) | Q(customer=person.user_id)
    ),
    shown={"created_at": _("Written"), "body": _("Note")},
    hidden=("id", "updated_at", "booking", "customer", "author"),
    erased=delete,
)
