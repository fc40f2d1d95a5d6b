"""Where Stripe's webhooks arrive."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from payments import gateway, webhooks
from totetaxi.lib import clock

logger = logging.getLogger("payments.webhook")


@csrf_exempt  # Stripe's signature stands in its place; the only view of the site that has this
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """200 once the event is stored, now or before; 400 for what Stripe did not sign."""
    try:
        event = gateway.read_event(request.body, request.headers.get("Stripe-Signature", ""))
    except gateway.ForgedEventError as error:
        logger.warning("webhook_refused reason=%s", error)
        return HttpResponse(status=400)
    webhooks.store_event(event, now=clock.now())
    return HttpResponse(status=200)
