"""The list of customers."""

from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from booking.notifications.schedule import phone_words
from booking.wizard.answers import clean_text, whole_number
from staff.access import StaffRequest, staff_page
from staff.bookings.filters import LONGEST_SEARCH
from staff.customers.queries import PER_PAGE, count_customers, customer_page, find_guests
from staff.customers.search import customer_address, guest_address
from totetaxi.lib.htmx import render_list

LIST = "customers"


@require_safe
@staff_page("view_operations")
def customers(request: HttpRequest) -> HttpResponse:
    """Accounts by name, fifty to a page; a search also finds guests, by their bookings.

    What they spent is shown to those alone who may see payments (DOMAIN.md, "Roles").
    """
    shows_money = cast(StaffRequest, request).staff.may("view_money")
    asked = " ".join(clean_text(request.GET.get("q", "")).split())[:LONGEST_SEARCH]
    count = count_customers(asked)
    last = max(-(-count // PER_PAGE), 1)
    page = min(max(whole_number(request.GET.get("page")), 1), last)
    rows = customer_page(asked, page, with_money=shows_money)
    context = {
        "q": asked,
        "shows_money": shows_money,
        "rows": [(row, customer_address(row.id), phone_words(row.phone)) for row in rows],
        "guests": [
            (guest, guest_address(guest.number), phone_words(guest.phone))
            for guest in (find_guests(asked) if asked and page == 1 else [])
        ],
        "count": count,
        "first": (page - 1) * PER_PAGE + 1,
        "last": (page - 1) * PER_PAGE + len(rows),
        "earlier": _query(asked, page - 1) if page > 1 else None,
        "later": _query(asked, page + 1) if page < last else None,
    }
    return render_list(
        request,
        "staff/customers/customers.html",
        context,
        part="staff/customers/list.html",
        target=LIST,
    )


def _query(asked: str, page: int) -> str:
    wanted = {"q": asked} if asked else {}
    return urlencode(wanted | ({"page": str(page)} if page > 1 else {}))
