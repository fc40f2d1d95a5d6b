"""The pages that list the catalogue: its parts, and the rows of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.catalogue.snapshot import get_snapshot
from booking.models import Booking, DiscountCode, DiscountRedemption
from booking.pricing.types import PriceBook
from staff.catalogue.parts import GROUPS, PARTS, Part
from staff.models import StaffProfile

PER_PAGE = 50
SHOWN_USES = 20


@dataclass(frozen=True)
class Cell:
    """Words under a column's label; figures stand at the right."""

    label: str
    words: str
    is_figure: bool


@dataclass(frozen=True)
class Line:
    """One row of a list."""

    url: str
    title: str
    cells: list[Cell]
    is_active: bool


@dataclass(frozen=True)
class Uses:
    """Of a discount code: how many count, how many were given back, and the latest."""

    counted: int
    released: int
    latest: list[DiscountRedemption]


def index() -> list[tuple[str, list[tuple[Part, str]]]]:
    """The parts in their groups, each with how much of it is active. No query but the stamp's."""
    book = get_snapshot().book
    return [
        (str(title), [(PARTS[key], _active_words(key, book)) for key in keys])
        for title, keys in GROUPS
    ]


def _active_words(key: str, book: PriceBook) -> str:
    if key == "peak-dates":
        days = len(book.peak_dates)
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    counts = {
        "packages": sum(row.is_active for row in book.packages.values()),
        "specialty-items": sum(row.is_active for row in book.specialty.values()),
        "add-ons": sum(row.is_active for row in book.add_ons.values()),
        "surcharge-rules": len(book.surcharges),
        "fees": len(book.fees),
        "discount-codes": sum(row.is_active for row in book.discounts.values()),
        "zones": len(book.zones),
        "hours": len(book.hours),
    }
    return _("%(n)d active") % {"n": counts[key]} if key in counts else ""


@dataclass(frozen=True)
class Page:
    """A page of a part's rows, and what leads to the others."""

    lines: list[Line]
    count: int
    first: int
    last: int
    earlier: int | None
    later: int | None


def list_page(part: Part, q: str, number: str | None, staff: StaffProfile) -> Page:
    """Rows that fit the search, fifty at a time."""
    rows = _found(part, q)
    paginator = Paginator(rows, PER_PAGE)
    page = paginator.get_page(number)
    shown = list(page.object_list)
    uses = _use_counts(shown) if part.model is DiscountCode else None
    return Page(
        lines=[_line(part, row, staff, uses) for row in shown],
        count=paginator.count,
        first=page.start_index(),
        last=page.end_index(),
        earlier=page.previous_page_number() if page.has_previous() else None,
        later=page.next_page_number() if page.has_next() else None,
    )


def _found(part: Part, q: str) -> QuerySet[Any]:
    rows = part.rows()
    for word in q.split():
        fits = Q()
        for name in part.searched:
            fits |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(fits)
    return rows


def _line(part: Part, row: Any, staff: StaffProfile, uses: dict[Any, int] | None) -> Line:
    cells = [
        Cell(str(column.label), column.words(row), column.is_figure) for column in part.columns
    ]
    if uses is not None:
        cells.append(Cell(_("Uses"), str(uses.get(row.pk, 0)), is_figure=True))
    return Line(
        url=row_url(part, row, staff),
        title=part.name_of(row),
        cells=cells,
        is_active=getattr(row, "is_active", True),
    )


def row_url(part: Part, row: Any, staff: StaffProfile) -> str:
    """Where a row is changed; for who may not, where it is shown."""
    route = "catalogue_change" if staff.may(part.permission) else "catalogue_row"
    return reverse(f"staff:{route}", args=[part.key, row.pk])


def _use_counts(codes: list[Any]) -> dict[Any, int]:
    """How many uses of each code count against its limit. One query."""
    used = DiscountRedemption.objects.filter(code__in=codes, released_at__isnull=True)
    return dict(used.order_by().values_list("code").annotate(n=Count("pk")))


def uses_of(code: DiscountCode) -> Uses:
    """The uses of a code, and its latest bookings. Two queries."""
    used = DiscountRedemption.objects.filter(code=code)
    counts = used.aggregate(
        counted=Count("pk", filter=Q(released_at__isnull=True)),
        released=Count("pk", filter=Q(released_at__isnull=False)),
    )
    kept = used.filter(booking__in=Booking.objects.all())
    latest = kept.select_related("booking").order_by("-created_at")[:SHOWN_USES]
    return Uses(counts["counted"], counts["released"], list(latest))
