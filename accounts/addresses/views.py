"""The address book's pages. Another customer's address is not found."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import customer_page
from accounts.addresses import services
from accounts.addresses.forms import AddressForm
from accounts.addresses.services import AddressRefusedError, LabelTakenError
from accounts.models import SavedAddress, User
from totetaxi.lib.htmx import redirect


@require_safe
@customer_page
def addresses(request: HttpRequest) -> HttpResponse:
    """All of them, the default first."""
    found = SavedAddress.objects.filter(user_id=_user(request).pk)
    context = {"addresses": found, "most": services.MOST_ADDRESSES}
    return render(request, "accounts/addresses.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_page
def add_address(request: HttpRequest) -> HttpResponseBase:
    """Keep a new address."""
    user = _user(request)
    if request.method != "POST":
        return _show(request, AddressForm())
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _show(request, form)
    as_default = form.cleaned_data["as_default"]
    try:
        added = services.add_address(user.pk, form.facts, as_default=as_default)
    except AddressRefusedError as refused:
        return _refuse(request, form, refused)
    messages.success(request, _("%(label)s is saved.") % {"label": added.label})
    return redirect(request, reverse("accounts:addresses"))


@require_http_methods(["GET", "HEAD", "POST"])
@customer_page
def address(request: HttpRequest, address_id: UUID) -> HttpResponseBase:
    """Change an address. Bookings that were made with it keep what they have."""
    found = _get_address(request, address_id)
    if request.method != "POST":
        return _show(request, AddressForm.of(found), found)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _show(request, form, found)
    as_default = form.cleaned_data["as_default"]
    try:
        services.change_address(found, form.facts, as_default=as_default)
    except AddressRefusedError as refused:
        return _refuse(request, form, refused, _get_address(request, address_id))
    messages.success(request, _("%(label)s is saved.") % {"label": found.label})
    return redirect(request, reverse("accounts:addresses"))


@require_http_methods(["GET", "HEAD", "POST"])
@customer_page
def delete_address(request: HttpRequest, address_id: UUID) -> HttpResponseBase:
    """Ask once more, then forget the address."""
    found = _get_address(request, address_id)
    if request.method != "POST":
        return render(request, "accounts/delete_address.html", {"address": found})
    services.delete_address(found)
    messages.success(request, _("%(label)s is deleted.") % {"label": found.label})
    return redirect(request, reverse("accounts:addresses"))


@require_POST
@customer_page
def default_address(request: HttpRequest, address_id: UUID) -> HttpResponseBase:
    """Offer this address first from now on."""
    found = _get_address(request, address_id)
    services.make_default(found)
    text = _("From now on we offer %(label)s first.") % {"label": found.label}
    messages.success(request, text)
    return redirect(request, reverse("accounts:addresses"))


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _get_address(request: HttpRequest, address_id: UUID) -> SavedAddress:
    """An address of the signed-in customer. Raises Http404."""
    return get_object_or_404(SavedAddress, pk=address_id, user_id=_user(request).pk)


def _show(
    request: HttpRequest, form: AddressForm, saved: SavedAddress | None = None
) -> HttpResponse:
    context = {"form": form, "address": saved}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/address.html", context, status=status)


def _refuse(
    request: HttpRequest,
    form: AddressForm,
    refused: AddressRefusedError,
    saved: SavedAddress | None = None,
) -> HttpResponse:
    """A label that is taken is told at its field, a full address book for the whole."""
    form.add_error("label" if isinstance(refused, LabelTakenError) else None, str(refused))
    return _show(request, form, saved)
