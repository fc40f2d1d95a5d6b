"""Editing a customer: contact, e-mail, password reset, and whether the account is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.identity.closing import AccountGoneError, is_gone
from accounts.identity.for_staff import TooManyMailsError
from accounts.models import User
from booking.models import Booking
from staff.access import StaffRequest, staff_page
from staff.customers.edit import services
from staff.customers.edit.forms import CustomerForm, NewEmailForm, sign_seen
from staff.customers.edit.services import ChangedMeanwhileError, contact_of
from staff.customers.find import get_customer
from staff.customers.search import customer_address
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect

MOST_OPEN = 10


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("edit_bookings")
def edit_customer(request: HttpRequest, customer_id: UUID) -> HttpResponseBase:
    """Name, phone, and which mails are wanted."""
    customer = get_open(customer_id)
    if request.method != "POST":
        return _show(request, customer, CustomerForm.showing(contact_of(customer)))
    form = CustomerForm(request.POST)
    if not form.is_valid():
        return _show(request, customer, form, status=422)
    seen = form.cleaned_data["seen"]
    try:
        services.change_customer(customer, form.wanted, seen=seen, **by(request))
    except ChangedMeanwhileError as meanwhile:
        typed = request.POST.copy()
        typed["seen"] = sign_seen(meanwhile.kept)
        return _show(request, customer, CustomerForm(typed), status=409, kept=meanwhile.kept)
    messages.success(request, _("Saved."))
    return redirect(request, customer_address(customer.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("edit_bookings")
def change_customer_email(request: HttpRequest, customer_id: UUID) -> HttpResponseBase:
    """Ask for another e-mail: it moves once somebody opens the link that is sent there."""
    customer = get_open(customer_id)
    form = NewEmailForm(request.POST if request.method == "POST" else None, user=customer)
    if form.is_valid():
        email = form.cleaned_data["email"]
        try:
            services.ask_new_email(customer, email, **by(request))
        except TooManyMailsError:
            form.add_error("email", _("A link went there a moment ago. Wait a minute"))
        else:
            words = {"email": email}
            messages.success(request, _("A link to confirm it is sent to %(email)s.") % words)
            return redirect(request, customer_address(customer.pk))
    context = {"customer": customer, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "staff/customers/change_customer_email.html", context, status=status)


@require_POST
@staff_page("edit_bookings")
def send_password_reset(request: HttpRequest, customer_id: UUID) -> HttpResponseBase:
    """Send the mail with a link to a new password."""
    customer = get_open(customer_id)
    words = {"email": customer.email}
    if not customer.is_active:
        messages.error(request, _("This account is deactivated. Reactivate it first."))
        return redirect(request, customer_address(customer.pk))
    try:
        services.send_password_reset(customer, **by(request))
    except TooManyMailsError:
        messages.error(request, _("Three went to %(email)s just now. Wait five minutes.") % words)
    else:
        messages.success(request, _("A link to a new password is sent to %(email)s.") % words)
    return redirect(request, customer_address(customer.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("edit_bookings")
def close_account(request: HttpRequest, customer_id: UUID) -> HttpResponseBase:
    """What goes on after an account is closed, the last question, and its end."""
    customer = get_open(customer_id)
    if request.method == "POST":
        words = _("%(name)s is signed out and cannot sign in. Bookings go on as they are.")
        return _settle(request, customer, services.close_account, words)
    active = Booking.objects.active().filter(customer=customer).order_by("pickup_at", "number")
    rows = list(active[: MOST_OPEN + 1])
    context = {"customer": customer, "rows": rows[:MOST_OPEN], "has_more": len(rows) > MOST_OPEN}
    return render(request, "staff/customers/close_account.html", context)


@require_POST
@staff_page("edit_bookings")
def reopen_account(request: HttpRequest, customer_id: UUID) -> HttpResponseBase:
    """Let a customer sign in again."""
    words = _("%(name)s can sign in again.")
    return _settle(request, get_open(customer_id), services.reopen_account, words)


def get_open(customer_id: UUID) -> User:
    """A customer whose account is not closed for good. Raises Http404."""
    customer = get_customer(customer_id)
    if is_gone(customer):
        raise Http404
    return customer


def by(request: HttpRequest) -> dict[str, Any]:
    """Who does it, when, and from where."""
    return {"by": cast(StaffRequest, request).staff, "now": clock.now(), "request": request}


def _settle(
    request: HttpRequest, customer: User, act: Callable[..., None], words: str
) -> HttpResponseBase:
    try:
        act(customer, **by(request))
        messages.success(request, words % {"name": customer.get_full_name()})
    except AccountGoneError as gone:
        messages.error(request, str(gone))
    return redirect(request, customer_address(customer.pk))


def _show(
    request: HttpRequest,
    customer: User,
    form: CustomerForm,
    *,
    status: int = 200,
    kept: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {"customer": customer, "form": form, "kept": kept}
    return render(request, "staff/customers/edit_customer.html", context, status=status)
