"""A new booking for a caller on one page: who, where, what, when, the price, how it is paid."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.catalogue.snapshot import get_snapshot
from booking.catalogue.words import translated
from booking.services.create import OrderRefusedError, PriceChangedError
from booking.services.order import NewBooking
from booking.services.room import NoRoomError
from booking.wizard import fields as wizard
from booking.wizard.answers import clean_text, whole_number
from booking.wizard.forms.text import phone_for_people
from payments.services.payment_links import LinkRefusedError
from staff.access import StaffRequest, forbidden, staff_page
from staff.bookings.filters import LONGEST_SEARCH
from staff.orders.allowances import allowances_of
from staff.orders.callers import find_account, find_callers, with_guest, with_saved
from staff.orders.fields import CONTACT_PHONE
from staff.orders.figures import price_context
from staff.orders.new import SECTIONS, NewOrder
from staff.orders.outcome import taken_words
from staff.orders.paying import LATER, PayingForm
from staff.orders.services import Taking, take_order
from staff.orders.shown import section_context, summary
from staff.orders.values import posted_values
from totetaxi.lib import clock
from totetaxi.lib.htmx import is_fragment_request, redirect
from totetaxi.lib.money import usd

TERMS, CUSTOMER, GUEST = "told_terms", "customer", "guest"
CALLERS, PRICE = "callers", "new-price"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("edit_bookings")
def new_booking(request: HttpRequest) -> HttpResponseBase:
    """The form (GET; `customer` fills in whose it is); find, fill in, see the price, book (POST).

    Everything but the button that books only shows the page, or a piece of it, again.
    """
    order = _read(request)
    staff = cast(StaffRequest, request).staff
    if "own_total" in request.POST and not staff.may("override_price"):
        return forbidden(request)
    paying = PayingForm(request.POST or None, staff=staff, is_over_limit=order.is_over_limit)
    if request.POST.get("step") == "book" and not is_fragment_request(request):
        return _book(request, order, paying)
    return _show(request, order, paying)


def _read(request: HttpRequest) -> NewOrder:
    """What was typed so far, with what the pressed button fills in."""
    posted = request.POST
    values = posted_values(posted, SECTIONS)
    account = find_account(
        posted.get("choose", posted.get(CUSTOMER, request.GET.get(CUSTOMER, "")))
    )
    if guest_number := whole_number(posted.get(GUEST)):
        found = find_callers(_asked(request)).guests
        guest = next((each for each in found if each.number == guest_number), None)
        if guest is not None:
            values, account = with_guest(values, guest), None
    leg, _colon, place_id = posted.get("use", "").partition(":")
    place = account.place(place_id) if account and leg in {"pickup", "delivery"} else None
    if place is not None:
        values = with_saved(values, leg, place)
    return NewOrder(
        values=values,
        account=account,
        snapshot=get_snapshot(),
        allowances=allowances_of(cast(StaffRequest, request).staff),
        now=clock.now(),
    )


def _book(request: HttpRequest, order: NewOrder, paying: PayingForm) -> HttpResponseBase:
    """Make the booking at the price that was shown; or say what stands in the way."""
    wanted = order.judge(told_terms=bool(request.POST.get(TERMS)))
    if not paying.is_valid() or wanted is None:
        return _show(request, order, paying, is_sent=True, status=422)
    shown = request.POST.get("shown_total_cents", "")
    if not shown:
        text = _("Look at the price, then book.")
        return _show(request, order, paying, notice=text, status=409)
    try:
        booking = take_order(
            cast(StaffRequest, request).staff,
            wanted,
            _taking(request, order, wanted, paying),
            request=request,
            now=order.now,
        )
    except PriceChangedError as changed:
        text = _("The price is %(now)s now, it was %(was)s. Tell the caller, then book.") % {
            "now": usd(changed.quoted.total_cents),
            "was": usd(changed.shown_cents),
        }
        return _show(request, order, paying, notice=text, status=409)
    except OrderRefusedError as refused:
        order.tell(refused.errors)
    except NoRoomError as full:
        order.errors["pickup_date"] = [order.room_words()[1] or translated(full.refusal.sentence)]
    except LinkRefusedError as refused:
        order.general.append(refused.sentence)
    else:
        messages.success(request, taken_words(booking.pk))
        return redirect(request, reverse("staff:booking", args=[booking.number]))
    return _show(request, order, paying, is_sent=True, status=422)


def _taking(
    request: HttpRequest, order: NewOrder, wanted: NewBooking, paying: PayingForm
) -> Taking:
    given = paying.cleaned_data
    lacks_phone = order.account is not None and not order.account.phone
    return Taking(
        form_id=_form_id(request),
        shown_total_cents=whole_number(request.POST.get("shown_total_cents")),
        total_cents=paying.own_total_cents,
        reason=given.get("own_reason", ""),
        hours=None if given["payment"] == LATER else given["hours"],
        phone_to_keep=wanted.contact_phone if lacks_phone else "",
    )


def _form_id(request: HttpRequest) -> UUID:
    """What tells this filled-in form from others; a new one where it carries none."""
    try:
        return UUID(request.POST.get("form_id", ""))
    except ValueError:
        return uuid4()


def _asked(request: HttpRequest) -> str:
    return clean_text(request.POST.get("q", ""))[:LONGEST_SEARCH].strip()


def _show(
    request: HttpRequest,
    order: NewOrder,
    paying: PayingForm,
    *,
    notice: str = "",
    is_sent: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The whole page; for a field that changed the price alone, for a search whom it found.

    What is missing is told only of a form that was sent (`is_sent`).
    """
    target = request.headers.get("HX-Target") if is_fragment_request(request) else None
    if target == CALLERS:
        return render(request, "staff/orders/callers.html", _callers(request))
    if target == PRICE:
        return render(request, "staff/orders/new_price.html", price_context(order, paying))
    errors = dict(order.errors)
    if is_sent:
        errors |= {name: [str(text) for text in texts] for name, texts in paying.errors.items()}
    context: dict[str, Any] = {
        "account": order.account,
        "account_phone": phone_for_people(order.account.phone) if order.account else "",
        "saved": order.account.places if order.account else (),
        "form_id": _form_id(request),
        "notice": notice,
        "told_terms": bool(request.POST.get(TERMS)),
        "terms_errors": order.errors.get(TERMS, []),
        "general": order.general,
        "error_items": summary(errors),
        "paying": paying if is_sent else paying.as_typed(),
        **_callers(request),
        **price_context(order, paying),
    }
    for key in SECTIONS:
        context |= section_context(
            key,
            order.values,
            order.errors,
            book=order.snapshot.book,
            has_account=order.account is not None,
            now=order.now,
        )
    if order.account is not None and not order.account.phone:
        phone = wizard.fields((CONTACT_PHONE,), order.values, errors)
        context["people"] = phone | context["people"]
    return render(request, "staff/orders/new.html", context, status=status)


def _callers(request: HttpRequest) -> dict[str, Any]:
    asked = _asked(request)
    return {"q": asked, "found": find_callers(asked)}
