"""What the queue calls. Rows are the truth: each function looks at one row and may run twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from booking.models import AlertKind, raise_alert
from payments import gateway, webhooks
from payments.models import (
    CUSTOMER_WORK,
    PAYMENT_WORK,
    REFUND_WORK,
    STRIPE_EVENT_WORK,
    Payment,
    Refund,
    StripeCustomer,
    StripeEvent,
)
from payments.reconciliation import night, open_payments
from payments.services import close_session as closing
from payments.services import customers
from payments.services import execute_refund as refunds
from payments.services import expire_holds as holds
from payments.services import expire_links as links
from totetaxi.lib import clock, queue
from totetaxi.lib.work import WorkState


def register() -> None:
    """Tell the queue of our work and our schedules. Called once, at start-up."""
    queue.register(
        name=STRIPE_EVENT_WORK,
        model="payments.StripeEvent",
        run="payments.tasks.process_event",
        on_parked="payments.tasks.event_parked",
        batch=10,
    )
    queue.register(
        name=REFUND_WORK,
        model="payments.Refund",
        run="payments.tasks.execute_refund",
        on_parked="payments.tasks.refund_parked",
    )
    queue.register(
        name=PAYMENT_WORK,
        model="payments.Payment",
        run="payments.tasks.close_session",
        on_parked="payments.tasks.closing_parked",
    )
    queue.register(
        name=CUSTOMER_WORK,
        model="payments.StripeCustomer",
        run="payments.tasks.forget_customer",
        on_parked="payments.tasks.forgetting_parked",
    )
    jobs = {"expire_holds": 1, "reconcile_open": 5, "watch_events": 5, "reconcile_recent": 15}
    for name, minutes in jobs.items():
        _schedule(name, every_minutes=minutes)
    # After 3:00, which every night of the year has once.
    _schedule("reconcile_night", nightly_at=time(3, 20))


def _schedule(name: str, **times: Any) -> None:
    queue.schedule(
        f"payments.{name}",
        f"payments.tasks.{name}",
        on_parked="payments.tasks.job_parked",
        on_done="booking.tasks.job_done",
        **times,
    )


def process_event(event_id: str) -> WorkState | None:
    """Look at what a stored event is about."""
    return _patiently(webhooks.process_event, event_id)


def execute_refund(refund_id: UUID) -> WorkState | None:
    """Have Stripe make an approved refund."""
    return _patiently(refunds.execute_refund, refund_id)


def close_session(payment_id: UUID) -> WorkState | None:
    """Close a payment's page at Stripe."""
    return _patiently(closing.close_session, payment_id)


def forget_customer(customer_pk: UUID) -> WorkState | None:
    """Have Stripe forget who had an account."""
    return _patiently(customers.execute_forgetting, customer_pk)


def _patiently(run: Callable[..., WorkState | None], key: Any) -> WorkState | None:
    """Do one row's work. While Stripe does not answer it waits, however long: that is no fault
    of the row's, and staff are told by `reconcile_open`.
    """
    try:
        return run(key, now=clock.now())
    except gateway.GatewayDownError as error:
        # Never all of them at the same moment.
        raise queue.TryLaterError(random.uniform(20, 40)) from error  # noqa: S311  no secret


def expire_holds(now: datetime) -> None:
    """Every minute: links that are over, and then the holds that waited for them."""
    links.expire_links(now)
    holds.expire_holds(now)


def reconcile_open(now: datetime) -> None:
    """Every 5 minutes. Stripe's being down is told, and the next run is soon enough."""
    with suppress(gateway.GatewayDownError):
        open_payments.reconcile_open(now)


def reconcile_recent(now: datetime) -> None:
    """Every 15 minutes: all that moved lately, to the cent."""
    _to_its_end(night.reconcile_recent, now)


def reconcile_night(now: datetime) -> None:
    """Every night: the same for the last days."""
    _to_its_end(night.reconcile_night, now)


def _to_its_end(compare: Callable[[datetime], None], now: datetime) -> None:
    """What Stripe broke off was no comparison: the same run tries again, until one is complete."""
    try:
        compare(now)
    except gateway.GatewayDownError as error:
        seconds = random.uniform(240, 360)  # noqa: S311  no secret
        raise queue.TryLaterError(seconds) from error


def watch_events(now: datetime) -> None:
    """Every 5 minutes."""
    open_payments.watch_events(now)


def event_parked(event_id: str, error: str) -> None:
    """An event that could not be processed waits for a person."""
    StripeEvent.objects.filter(pk=event_id).update(
        outcome=StripeEvent.Outcome.FAILED, reason=error, processed_at=clock.now()
    )
    _alert_parked(f"event:{event_id}", _("A message of Stripe could not be processed."))


def refund_parked(refund_id: UUID, error: str) -> None:
    """A refund that could not be made waits for a person; its sum stays reserved."""
    refund = Refund.objects.select_related("payment__booking").get(pk=refund_id)
    raise_alert(
        AlertKind.REFUND_FAILED,
        about=str(refund.pk),
        summary=_("The refund for %(code)s could not be made: %(error)s")
        % {"code": refund.payment.booking.code, "error": error},
        booking=refund.payment.booking,
    )


def closing_parked(payment_id: UUID, error: str) -> None:
    """A page that could not be closed keeps its booking's room until a person looks."""
    payment = Payment.objects.select_related("booking").get(pk=payment_id)
    _alert_parked(
        f"payment:{payment_id}",
        _("The payment page of %(code)s could not be closed: %(error)s")
        % {"code": payment.booking.code, "error": error},
    )


def forgetting_parked(customer_pk: UUID, error: str) -> None:
    """A deleted account whose cards Stripe still keeps waits for a person."""
    customer = StripeCustomer.objects.get(pk=customer_pk)
    _alert_parked(
        f"customer:{customer_pk}",
        _("Stripe could not be made to forget the customer %(customer)s: %(error)s")
        % {"customer": customer.stripe_id or customer_pk, "error": error},
    )


def job_parked(name: str, error: str) -> None:
    """A run of one of our schedules failed for the last time; the next run begins again."""
    _alert_parked(
        f"job:{name}",
        _("The regular job %(name)s failed: %(error)s") % {"name": name, "error": error},
    )


def _alert_parked(about: str, summary: str) -> None:
    raise_alert(AlertKind.WORK_PARKED, about=about[:80], summary=summary[:300])
