"""Ask for money by e-mail, send the link again, take it back."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from booking.models import Booking
from payments.models import PaymentLink
from payments.money import money_state
from payments.services.payment_links import LinkRefusedError
from staff.access import StaffRequest, staff_page
from staff.bookings.search import LARGEST_NUMBER
from staff.payment_links import services
from staff.payment_links.forms import SendLinksForm
from staff.payment_links.panel import panel_of
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect
from totetaxi.lib.money import usd


@require_safe
@staff_page("view_operations")
def payment_links(request: HttpRequest, number: int) -> HttpResponse:
    """A booking's links, and the form that sends more."""
    return _page(request, _booking(number))


@require_POST
@staff_page("edit_bookings")
def send_payment_links(request: HttpRequest, number: int) -> HttpResponseBase:
    """Send one link for each sum."""
    booking = _booking(number)
    form = _form(booking, request.POST)
    if form.is_valid():
        try:
            sent = services.send_links(
                cast(StaffRequest, request).staff,
                booking.pk,
                hours=form.cleaned_data["hours"],
                amounts=form.amounts,
                request=request,
                now=clock.now(),
            )
        except LinkRefusedError as refused:
            form.add_error(_field_of(form), refused.sentence)
        else:
            messages.success(request, _sent_words(sent))
            return redirect(request, reverse("staff:booking", args=[booking.number]))
    return _page(request, booking, form=form, status=422)


@require_POST
@staff_page("edit_bookings")
def resend_payment_link(request: HttpRequest, link_id: UUID) -> HttpResponseBase:
    """Send a link again; the former mail's opens nothing any more."""
    link = get_object_or_404(PaymentLink.objects.select_related("booking"), pk=link_id)
    try:
        staff = cast(StaffRequest, request).staff
        link = services.resend_link(staff, link.pk, request=request, now=clock.now())
    except LinkRefusedError as refused:
        messages.error(request, refused.sentence)
    else:
        words = {"amount": usd(link.amount_cents), "email": link.sent_to}
        messages.success(
            request, _("A new link for %(amount)s goes to %(email)s; the old one is dead.") % words
        )
    return redirect(request, reverse("staff:booking", args=[link.booking.number]))


@require_POST
@staff_page("edit_bookings")
def withdraw_payment_link(request: HttpRequest, link_id: UUID) -> HttpResponseBase:
    """Take a link back."""
    link = get_object_or_404(PaymentLink.objects.select_related("booking"), pk=link_id)
    try:
        staff = cast(StaffRequest, request).staff
        link = services.withdraw_link(staff, link.pk, request=request, now=clock.now())
    except LinkRefusedError as refused:
        messages.error(request, refused.sentence)
    else:
        text = _("The link for %(amount)s is withdrawn: it cannot be paid any more.")
        messages.success(request, text % {"amount": usd(link.amount_cents)})
    return redirect(request, reverse("staff:booking", args=[link.booking.number]))


def _booking(number: int) -> Booking:
    rows = Booking.objects.select_related("customer__customer_profile")
    found: Booking = get_object_or_404(rows, number=min(number, LARGEST_NUMBER))
    return found


def _form(booking: Booking, typed: Any = None) -> SendLinksForm:
    """With a field for each sum that is planned now, and for each that was typed."""
    planned = services.planned_amounts(booking)
    fields = sum(name.startswith("amount_") for name in typed or ())
    planned += [0] * (min(fields, 20) - len(planned))
    return SendLinksForm(typed, planned=planned)


def _field_of(form: SendLinksForm) -> str | None:
    """Where a refusal is shown: at the only sum, else above all of them."""
    return "amount_1" if len(form.amounts) == 1 and "amount_1" in form.fields else None


def _page(
    request: HttpRequest, booking: Booking, *, form: SendLinksForm | None = None, status: int = 200
) -> HttpResponse:
    staff = cast(StaffRequest, request).staff
    links = panel_of(booking, money_state(booking), staff, clock.now())
    if form is None and links.may_send:
        form = _form(booking)
    context = {"booking": booking, "contact": booking.contact, "links": links, "form": form}
    return render(request, "staff/payment_links/payment_links.html", context, status=status)


def _sent_words(sent: list[PaymentLink]) -> str:
    """`A link for $995.00 goes to claire@example.com.`"""
    words = {
        "count": len(sent),
        "amount": usd(sum(link.amount_cents for link in sent)),
        "email": sent[0].sent_to,
    }
    return (
        ngettext(
            "A link for %(amount)s goes to %(email)s.",
            "%(count)d links for %(amount)s go to %(email)s.",
            len(sent),
        )
        % words
    )
