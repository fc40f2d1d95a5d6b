"""The address book of a customer, kept by staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.addresses.forms import AddressForm
from accounts.addresses.services import (
    MOST_ADDRESSES,
    AddressRefusedError,
    LabelTakenError,
)
from accounts.models import SavedAddress, User
from staff.access import staff_page
from staff.customers.edit import services
from staff.customers.edit.forms import CustomerAddressForm
from staff.customers.edit.views import by, get_open
from staff.customers.search import customer_address
from totetaxi.lib.htmx import redirect


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("edit_bookings")
def add_customer_address(request: HttpRequest, customer_id: UUID) -> HttpResponseBase:
    """Keep a new address."""
    customer = get_open(customer_id)
    if request.method != "POST":
        return _show(request, customer, CustomerAddressForm())
    form = CustomerAddressForm(request.POST)
    return _save(request, customer, form, services.add_address, customer)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("edit_bookings")
def edit_customer_address(
    request: HttpRequest, customer_id: UUID, address_id: UUID
) -> HttpResponseBase:
    """Change an address. Bookings that were made with it keep what they have."""
    customer = get_open(customer_id)
    address = _get_address(customer, address_id)
    if request.method != "POST":
        return _show(request, customer, CustomerAddressForm.of(address), address)
    form = CustomerAddressForm(request.POST)
    return _save(request, customer, form, services.change_address, address)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("edit_bookings")
def delete_customer_address(
    request: HttpRequest, customer_id: UUID, address_id: UUID
) -> HttpResponseBase:
    """Ask once more, then forget the address."""
    customer = get_open(customer_id)
    address = _get_address(customer, address_id)
    if request.method != "POST":
        context = {"customer": customer, "address": address}
        return render(request, "staff/customers/delete_customer_address.html", context)
    services.delete_address(address, **by(request))
    messages.success(request, _("%(label)s is deleted.") % {"label": address.label})
    return redirect(request, customer_address(customer.pk))


def _save(
    request: HttpRequest,
    customer: User,
    form: CustomerAddressForm,
    save: Callable[..., Any],
    what: User | SavedAddress,
) -> HttpResponseBase:
    """Save a new address of a customer, or a change of an address; or show what is wrong."""
    address = what if isinstance(what, SavedAddress) else None
    if form.is_valid():
        as_default = form.cleaned_data["as_default"]
        try:
            save(what, form.facts, as_default=as_default, **by(request))
        except AddressRefusedError as refused:
            form.add_error("label", _refusal(refused))
            address = address and _get_address(customer, address.pk)
        else:
            messages.success(request, _("%(label)s is saved.") % {"label": form.facts.label})
            return redirect(request, customer_address(customer.pk))
    return _show(request, customer, form, address, status=422)


def _refusal(refused: AddressRefusedError) -> str:
    """Why the address book does not take it, in words for staff."""
    if isinstance(refused, LabelTakenError):
        return _("The customer has an address of this name. Choose another")
    return _("There are %(count)d addresses already, as many as we keep") % {
        "count": MOST_ADDRESSES
    }


def _get_address(customer: User, address_id: UUID) -> SavedAddress:
    return get_object_or_404(SavedAddress, pk=address_id, user=customer)


def _show(
    request: HttpRequest,
    customer: User,
    form: AddressForm,
    address: SavedAddress | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"customer": customer, "form": form, "address": address}
    return render(request, "staff/customers/customer_address.html", context, status=status)
