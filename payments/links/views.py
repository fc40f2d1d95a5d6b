"""From the mail to the page of a payment link, and on to Stripe."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from booking.tracking.access import private_page, visible_to
from payments import gateway, refusals
from payments.links.access import find_granted, grant_link, grant_payment
from payments.links.page import link_page
from payments.links.tokens import find_link
from payments.models import Payment, PaymentLink
from payments.services.open_payment import CheckoutEndedError, resume_checkout
from totetaxi.lib import clock
from totetaxi.lib.actor import actor_of
from totetaxi.lib.htmx import redirect
from totetaxi.lib.ratelimit import Limit, client_ip

WRONG_TOKENS = Limit("wrong-payment-links", times=20, seconds=600)
# Each may end in a call to Stripe.
CLICKS = Limit("payment-link-clicks", times=30, seconds=600)


@require_safe
@private_page
def open_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """The link in the mail: this browser may pay it from now on, at an address without token."""
    now = clock.now()
    sender = client_ip(request)
    if WRONG_TOKENS.is_reached(sender, now=now):
        return refusals.too_many(request)
    link = find_link(token)
    if link is None:
        WRONG_TOKENS.count(sender, now=now)
        return render(request, "payments/links/wrong_link.html", status=404)
    if link.opened_at is None:
        PaymentLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=now)
    grant_link(request, link)
    return redirect(request, reverse("payment_links:link", args=[link.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def payment_link(request: HttpRequest, link_id: UUID) -> HttpResponseBase:
    """What is to be paid and until when; posted, on to Stripe's page."""
    link = find_granted(request, link_id)
    if link is None:
        raise Http404
    if request.method == "POST":
        return _pay(request, link)
    return _show(request, link)


def _pay(request: HttpRequest, link: PaymentLink) -> HttpResponseBase:
    now = clock.now()
    if not CLICKS.take(client_ip(request), now=now):
        return refusals.too_many(request)
    if not link.is_payable(now):
        return _show(request, link)
    try:
        payment = resume_checkout(
            link.booking_id, by=actor_of(request.user), now=now, link_id=link.pk
        )
    except gateway.GatewayError as error:
        is_refused = isinstance(error, gateway.GatewayRefusedError)
        return _show(request, link, trouble="refused" if is_refused else "down", status=503)
    except CheckoutEndedError as ended:
        messages.warning(request, ended.sentence)
        return redirect(request, reverse("payment_links:link", args=[link.pk]))
    if payment.status == Payment.Status.PENDING and payment.session_url:
        grant_payment(request, payment)
        return redirect(request, payment.session_url)
    return redirect(request, reverse("payment_links:link", args=[link.pk]))


def _show(
    request: HttpRequest, link: PaymentLink, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    link.refresh_from_db()
    context = {
        "page": link_page(link, clock.now()),
        "sees_booking": visible_to(request).filter(pk=link.booking_id).exists(),
        "booking": link.booking,
        "trouble": trouble,
    }
    return render(request, "payments/links/link.html", context, status=status)
