"""Which past bookings are looked for: words, status, year and page, all from the address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from booking.lifecycle import Status
from booking.models import Address
from booking.tracking.find import NUMBER
from booking.wizard.answers import clean_text, whole_number

LONGEST_WORDS = 80
STATUSES = (
    ("", _("Any status")),
    (Status.COMPLETED.value, _("Delivered")),
    (Status.IN_PROGRESS.value, _("On its way")),
    (Status.PAID.value, _("Paid")),
    (Status.PENDING.value, _("Waiting for payment")),
    (Status.CANCELLED.value, _("Cancelled")),
)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the address asks for; what it cannot mean is left out."""

    words: str = ""
    status: str = ""
    year: int = 0
    page: int = 1

    @property
    def are_set(self) -> bool:
        """Whether anything but the page is asked for."""
        return bool(self.words or self.status or self.year)

    def to_page(self, page: int) -> str:
        """The query of another page of the same."""
        asked = {"q": self.words, "status": self.status, "year": self.year or ""}
        kept = {name: value for name, value in asked.items() if value}
        return "?" + urlencode(kept | ({"page": page} if page > 1 or not kept else {}))

    def condition(self) -> Q:
        """The bookings that are meant: by number, title, or the street and place of either end."""
        found = Q()
        if self.status:
            found &= Q(status=self.status)
        if self.year:
            found &= Q(pickup_date__year=self.year)
        if not self.words:
            return found
        numbered = NUMBER.fullmatch(self.words)
        ends = Address.objects.filter(booking=OuterRef("pk")).filter(
            Q(street__icontains=self.words)
            | Q(city__icontains=self.words)
            | Q(area__icontains=self.words)
            | Q(zip=self.words)
        )
        meant = Q(title__icontains=self.words) | Q(Exists(ends))
        return found & (meant | Q(number=int(numbered[1])) if numbered else meant)


def read_filters(asked: QueryDict) -> Filters:
    """The filters of an address."""
    status = asked.get("status", "")
    year = whole_number(asked.get("year"))
    return Filters(
        words=" ".join(clean_text(asked.get("q", "")).split())[:LONGEST_WORDS],
        status=status if status in dict(STATUSES) else "",
        year=year if 2000 <= year < 2200 else 0,
        page=max(whole_number(asked.get("page")), 1),
    )
