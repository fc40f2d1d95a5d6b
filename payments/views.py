"""From Pay to Stripe's page, and back."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from booking.lifecycle import Status
from booking.models import Booking, Draft
from booking.tracking.access import grant, visible_to
from booking.wizard.answers import whole_number
from booking.wizard.drafts import find_any_draft, made_booking
from booking.wizard.order import order_from_draft
from booking.wizard.views.review import apply_waiting_code
from payments import gateway, refusals
from payments.links.access import granted_payments
from payments.models import Payment
from payments.outcome import Outcome, outcome_of
from payments.services.attempts import advice_of, last_decline
from payments.services.fulfil import fulfil
from payments.services.open_payment import CheckoutEndedError, resume_checkout
from payments.services.settle import SETTLED
from payments.services.start_checkout import Checkout
from payments.services.start_checkout import start_checkout as start
from totetaxi.lib import clock
from totetaxi.lib.actor import actor_of
from totetaxi.lib.htmx import redirect
from totetaxi.lib.ratelimit import Limit, client_ip

logger = logging.getLogger("payments")

# Each may end in a call to Stripe, and a booking holds room.
CHECKOUTS = Limit("checkouts", times=30, seconds=600)
# However often a page polls, Stripe is asked about one payment no more often than this.
SECONDS_BETWEEN_ASKING = 10


@require_POST
@never_cache
def start_checkout(request: HttpRequest) -> HttpResponseBase:
    """Pay, on the review page: to Stripe, or to a page that says what stands in the way."""
    now = clock.now()
    if not CHECKOUTS.take(client_ip(request), now=now):
        return refusals.too_many(request)
    draft = find_any_draft(request)
    if draft is None:
        return redirect(request, reverse("booking:start"))
    made = made_booking(draft)
    if made is not None and not made.is_open:
        booking = Booking.objects.filter(pk=made.id).first()
        if booking is not None:  # paid on another device: who holds the draft may see it
            grant(request, booking)
        return redirect(request, reverse("accounts:booking", args=[made.id]))
    waiting = apply_waiting_code(request, draft)
    if waiting is not None:
        return waiting
    try:
        order = order_from_draft(
            draft, now=now, terms_accepted=bool(request.POST.get("accept_terms"))
        )
        checkout = start(
            order,
            shown_total_cents=_shown_total(request, draft),
            by=actor_of(request.user),
            now=now,
        )
    except refusals.REFUSALS as refused:
        return refusals.refuse(request, draft, refused, now=now)
    grant(request, checkout.booking)
    return _go_on(request, checkout)


@require_POST
@never_cache
def retry(request: HttpRequest, booking_id: UUID) -> HttpResponseBase:
    """Pay what is due on a booking that is kept: on the same page, or on a new one."""
    now = clock.now()
    booking = get_object_or_404(visible_to(request), pk=booking_id)
    if not CHECKOUTS.take(client_ip(request), now=now):
        return refusals.too_many(request)
    try:
        payment = resume_checkout(booking.pk, by=actor_of(request.user), now=now)
    except gateway.GatewayError as error:
        refused = isinstance(error, gateway.GatewayRefusedError)
        return refusals.not_opened(request, booking, is_refused=refused)
    except CheckoutEndedError as ended:
        booking.refresh_from_db()
        if booking.needs_staff and booking.status == Status.PENDING:
            return refusals.to_booking(request, booking)
        return refusals.checkout_ended(request, ended, booking)
    return _go_on(request, Checkout(booking=booking, payment=payment))


@require_GET
@never_cache
def checkout_return(request: HttpRequest, payment_id: UUID) -> HttpResponseBase:
    """Where Stripe sends people back to. What is shown is what Stripe answers, not the address.

    A GET that may write: whoever comes first, this page or the webhook, fulfils.
    """
    payment = _visible_payment(request, payment_id)
    if request.GET.get("session_id", payment.session_id) != payment.session_id:
        raise Http404
    payment = _ask(payment, now=clock.now())
    outcome = outcome_of(payment)
    if outcome is Outcome.PAID or (payment.link_id and outcome is Outcome.ENDED):
        return _to_subject(request, payment)
    declined = last_decline(payment)
    context = {
        "payment": payment,
        "booking": payment.booking,
        "outcome": outcome,
        "advice": advice_of(payment.booking, declined) if declined else "",
    }
    return render(request, "payments/checkout_return.html", context)


@require_GET
@never_cache
def checkout_left(request: HttpRequest, payment_id: UUID) -> HttpResponseBase:
    """Where Stripe sends people who do not pay now: to the review, where this browser has the
    draft, else to the booking or the payment link, from whose page they came.
    """
    payment = _visible_payment(request, payment_id)
    first = payment.purpose == Payment.Purpose.BOOKING
    declined = last_decline(payment)
    if declined is not None and payment.status not in SETTLED:
        advice = advice_of(payment.booking, declined)
        messages.warning(request, _("Nothing was charged. %(advice)s") % {"advice": advice})
    if payment.link_id:
        return _to_subject(request, payment)
    if first and refusals.has_draft(request, payment.booking):
        return redirect(request, reverse("booking:review"))
    return refusals.to_booking(request, payment.booking)


@require_GET
@never_cache
def checkout_status(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Polled while a payment is confirmed: 204 as long as nothing is new, then the page anew."""
    payment = _visible_payment(request, payment_id)
    if cache.add(f"asked:{payment.pk}", 1, timeout=SECONDS_BETWEEN_ASKING):
        payment = _ask(payment, now=clock.now())
    if outcome_of(payment) is Outcome.CONFIRMING:
        return HttpResponse(status=204)
    answer = HttpResponse()
    answer["HX-Redirect"] = reverse("payments:checkout_return", args=[payment.pk])
    return answer


def _shown_total(request: HttpRequest, draft: Draft) -> int | None:
    """The total on the button that was pressed. Only compared: it never sets an amount."""
    if "shown_total_cents" in request.POST:
        return whole_number(request.POST["shown_total_cents"])
    return draft.shown_total_cents


def _ask(payment: Payment, *, now: datetime) -> Payment:
    """The payment as Stripe knows it; as we know it where Stripe does not answer."""
    try:
        return fulfil(payment.pk, now=now)
    except gateway.GatewayError:
        logger.warning("return_not_confirmed payment=%s", payment.pk, exc_info=True)
        return payment


def _visible_payment(request: HttpRequest, payment_id: UUID) -> Payment:
    """A card payment of a booking that this browser may see, or one that it opened by a payment
    link. Raises Http404.
    """
    return get_object_or_404(
        Payment.objects.select_related("booking"),
        Q(booking__in=visible_to(request)) | Q(pk__in=granted_payments(request)),
        pk=payment_id,
        method=Payment.Method.STRIPE,
    )


def _to_subject(request: HttpRequest, payment: Payment) -> HttpResponseBase:
    """To what a payment was for: its link where it was opened by one here, else the booking."""
    if payment.link_id and str(payment.pk) in granted_payments(request):
        return redirect(request, reverse("payment_links:link", args=[payment.link_id]))
    return refusals.to_booking(request, payment.booking)


def _go_on(request: HttpRequest, checkout: Checkout) -> HttpResponseBase:
    """To Stripe while there is something to pay, else to what became of it."""
    if checkout.url:
        return redirect(request, checkout.url)
    payment = checkout.payment
    if payment is not None and payment.status == Payment.Status.MISMATCH:
        return redirect(request, reverse("payments:checkout_return", args=[payment.pk]))
    return refusals.to_booking(request, checkout.booking)
