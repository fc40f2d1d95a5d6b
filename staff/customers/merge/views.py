"""Two records of one person: the other is looked up, both are compared, then they are one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.merging.merge import MergeOutdatedError, MergeRefusedError
from accounts.merging.plan import MergePlan, Source, plan_merge
from accounts.models import User
from booking.wizard.answers import clean_text, whole_number
from staff.access import staff_page
from staff.bookings.filters import LONGEST_SEARCH
from staff.customers.edit.views import by, get_open
from staff.customers.find import get_guest_booking
from staff.customers.merge.services import merge
from staff.customers.merge.sides import facts_of
from staff.customers.queries import find_guests
from staff.customers.search import customer_address, search_customers
from totetaxi.lib.htmx import redirect

MOST_FOUND = 10


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("merge_customers", confirmed=True)
def merge_customer(request: HttpRequest, customer_id: UUID) -> HttpResponseBase:
    """Merge another record into this one.

    `?other=` is an account, `?guest=` the number of a guest's booking; without either they are
    looked up by `?q=`.
    """
    kept = get_open(customer_id)
    source = _source(request)
    if source is None:
        return _choose(request, kept)
    if request.method != "POST":
        return _compare(request, plan_merge(kept, source))
    try:
        plan = merge(kept.pk, source, expected=request.POST.get("expected", ""), **by(request))
    except MergeRefusedError:
        return _compare(request, plan_merge(kept, source), status=422)
    except MergeOutdatedError as outdated:
        return _compare(request, outdated.plan, status=409, is_outdated=True)
    messages.success(request, _("The two records are one: %(name)s.") % {"name": _name(plan)})
    return redirect(request, customer_address(kept.pk))


@require_safe
@staff_page("merge_customers")
def merge_guest(request: HttpRequest, number: int) -> HttpResponseBase:
    """Look up the account that a guest's bookings belong into."""
    booking = get_guest_booking(number)
    if booking.customer_id is not None:
        return redirect(request, customer_address(booking.customer_id))
    asked = _asked(request)
    found = [(user, _compare_address(user, guest=number)) for user in _accounts(asked)]
    context = {"booking": booking, "q": asked, "accounts": found}
    return render(request, "staff/customers/merge_guest.html", context)


def _source(request: HttpRequest) -> Source | None:
    """The record that is to go; None where none is named. Raises Http404 for one of nobody."""
    if number := whole_number(request.GET.get("guest")):
        booking = get_guest_booking(number)
        if booking.customer_id is None:
            return Source(guest_key=booking.email_key)
        return Source(account_id=booking.customer_id)
    try:
        key = UUID(request.GET.get("other", ""))
    except ValueError:
        return None
    return Source(account_id=get_object_or_404(User, pk=key, is_staff=False).pk)


def _choose(request: HttpRequest, kept: User) -> HttpResponse:
    asked = _asked(request)
    accounts = [user for user in _accounts(asked) if user.pk != kept.pk]
    context = {
        "customer": kept,
        "q": asked,
        "accounts": [(user, _compare_address(kept, other=user.pk)) for user in accounts],
        "guests": [
            (guest, _compare_address(kept, guest=guest.number)) for guest in find_guests(asked)
        ],
    }
    return render(request, "staff/customers/merge_customer.html", context)


def _compare(
    request: HttpRequest, plan: MergePlan, *, status: int = 200, is_outdated: bool = False
) -> HttpResponse:
    context: dict[str, Any] = {
        "plan": plan,
        "customer": plan.kept,
        "name": _name(plan),
        "facts": facts_of(plan) if plan.other or plan.bookings else [],
        "is_outdated": is_outdated,
        "swapped": _compare_address(plan.other, other=plan.kept.pk) if plan.other else "",
    }
    return render(request, "staff/customers/compare.html", context, status=status)


def _name(plan: MergePlan) -> str:
    return plan.kept.get_full_name()


def _asked(request: HttpRequest) -> str:
    return " ".join(clean_text(request.GET.get("q", "")).split())[:LONGEST_SEARCH]


def _accounts(asked: str) -> list[User]:
    """The accounts that are meant; none before anything is asked."""
    if not asked:
        return []
    rows = search_customers(asked).select_related("customer_profile").order_by("name", "email")
    return list(rows[:MOST_FOUND])


def _compare_address(kept: User, **other: Any) -> str:
    return f"{reverse('staff:merge_customer', args=[kept.pk])}?{urlencode(other)}"
