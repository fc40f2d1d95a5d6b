"""The queue of refunds, and one of them."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from booking.wizard.answers import clean_text
from payments.models import Refund
from staff.access import StaffRequest, staff_page
from staff.bookings.search import LARGEST_NUMBER
from staff.identity.confirming import confirm_context, confirm_form
from staff.identity.forms import CodeForm, ConfirmForm
from staff.identity.sessions import is_confirmed
from staff.refunds.forms import PayForm, RefuseRefundForm
from staff.refunds.page import page_content, state_of
from staff.refunds.queries import BY_KEY, TABS, counts, page_of, read_cursor, whole
from totetaxi.lib import clock
from totetaxi.lib.htmx import render_list

LIST = "refunds"


@require_safe
@staff_page("view_money")
def refunds(request: HttpRequest) -> HttpResponse:
    """What waits, failed, is under way or done; fifty to a page. `q` is a booking's number."""
    tab = BY_KEY.get(request.GET.get("state", ""), TABS[0])
    asked = clean_text(request.GET.get("q", "")).strip()[:20]
    number = _number(asked)
    cursor = read_cursor(request.GET.get("before", ""))
    rows, older = page_of(tab, number, cursor)
    counted = counts()
    context = {
        "tab": tab,
        "tabs": [(each, counted.get(each.key), _query(each.key, asked)) for each in TABS],
        "q": asked,
        "rows": [(row, row.payment.booking, state_of(row)) for row in rows],
        "older": _query(tab.key, asked, older) if older else "",
        "newest": _query(tab.key, asked) if cursor else "",
    }
    return render_list(
        request, "staff/refunds/refunds.html", context, part="staff/refunds/list.html", target=LIST
    )


@require_safe
@staff_page("view_operations")
def refund(request: HttpRequest, refund_id: UUID) -> HttpResponse:
    """What it is about, how the sums stand, and what can be decided."""
    return show(request, refund_id)


def show(
    request: HttpRequest,
    refund_id: UUID,
    *,
    confirm: CodeForm | ConfirmForm | None = None,
    refuse: RefuseRefundForm | None = None,
    pay: PayForm | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a refund, with the form that was sent and what is to be said about it.

    Who has not shown who they are lately is asked to in the form that approves.
    """
    found = get_object_or_404(whole(Refund.objects.all()), pk=refund_id)
    staff_request, now = cast(StaffRequest, request), clock.now()
    content = page_content(found, staff_request.staff)
    context: dict[str, Any] = {
        "content": content,
        "refund": found,
        "booking": content.booking,
        "refuse": refuse or RefuseRefundForm(),
        "pay": pay or PayForm(),
        "notice": notice,
        "asks_code": False,
    }
    if content.may_approve and not is_confirmed(staff_request.sign_in, now):
        form = confirm or confirm_form(staff_request)
        context |= confirm_context(staff_request, form) | {"asks_code": True}
    return render(request, "staff/refunds/refund.html", context, status=status)


def _number(text: str) -> int | None:
    """The number of a booking as it is typed: `TT-000377`, `377`; 0, which none has, for words."""
    if not text:
        return None
    digits = text.upper().removeprefix("TT-")
    is_number = digits.isascii() and digits.isdigit()
    return min(int(digits), LARGEST_NUMBER) if is_number else 0


def _query(state: str, asked: str, before: str = "") -> str:
    kept = {"state": state, "q": asked, "before": before}
    return urlencode({name: text for name, text in kept.items() if text})
