"""Another price: typed with its reason, its effect shown, then set."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from booking.catalogue.snapshot import get_snapshot
from booking.changes import Reprice
from booking.wizard.answers import clean_text
from payments.money import money_state
from payments.services.apply_change import ChangeRefusedError, ChangeSetOutdatedError
from payments.services.payment_links import LinkRefusedError
from staff.access import StaffRequest, staff_page
from staff.orders.allowances import allowances_of
from staff.orders.edit import Edit, work_out_wish
from staff.orders.forms import PriceForm
from staff.orders.sections import PRICE
from staff.orders.services import set_price
from staff.orders.views.page import SEND_LINK, effects_context, get_order, saved
from totetaxi.lib import clock
from totetaxi.lib.htmx import is_fragment_request


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("override_price")
def set_booking_price(request: HttpRequest, number: int) -> HttpResponseBase:
    """See the price and type another (GET), see what it does, set it (POST)."""
    form = PriceForm(request.POST if request.method == "POST" else None)
    is_valid, edit = form.is_valid(), _open(request, number)
    cents = form.cleaned_data.get("total") if form.is_bound else None
    if cents is not None:
        edit = work_out_wish(edit, Reprice(cents))
    if request.POST.get("step") != "save" or is_fragment_request(request):
        return _show(request, edit, form)
    if not is_valid or edit.change_set is None:
        return _show(request, edit, form, status=422)
    return _save(request, edit, form)


def _save(request: HttpRequest, edit: Edit, form: PriceForm) -> HttpResponseBase:
    """Set what was shown; or show what it is now."""
    wish = Reprice(form.cleaned_data["total"])
    try:
        set_price(
            cast(StaffRequest, request).staff,
            edit.booking,
            wish,
            reason=form.cleaned_data["reason"],
            expected=clean_text(request.POST.get("fingerprint", "")),
            send_link=bool(request.POST.get(SEND_LINK)),
            request=request,
            now=edit.now,
        )
    except (ChangeRefusedError, ChangeSetOutdatedError):
        fresh = work_out_wish(_open(request, edit.booking.number), wish)
        return _show(request, fresh, form, is_other=True, status=409)
    except LinkRefusedError as refused:
        edit.general.append(refused.sentence)
        return _show(request, edit, form, status=422)
    return saved(request, edit)


def _open(request: HttpRequest, number: int) -> Edit:
    booking = get_order(number)
    return Edit(
        booking=booking,
        section=PRICE,
        saved={},
        values={},
        money=money_state(booking),
        snapshot=get_snapshot(),
        allowances=allowances_of(cast(StaffRequest, request).staff),
        now=clock.now(),
    )


def _show(
    request: HttpRequest,
    edit: Edit,
    form: PriceForm,
    *,
    is_other: bool = False,
    status: int = 200,
) -> HttpResponse:
    if status == 200:  # nobody is told of a reason that is only not typed yet
        form.errors.pop("reason", None)
    context: dict[str, Any] = {
        "booking": edit.booking,
        "form": form,
        "general": edit.general,
        **effects_context(request, edit, is_other=is_other),
    }
    is_piece = is_fragment_request(request)
    name = "staff/orders/effects.html" if is_piece else "staff/orders/price.html"
    return render(request, name, context, status=status)
