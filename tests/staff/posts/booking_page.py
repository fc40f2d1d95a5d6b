"""A booking's page: notes, alerts, its status, and what customers ask."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from booking.models import Alert, AlertKind, Booking, raise_alert
from tests.factories import make_catalogue, make_customer, make_paid_booking
from tests.payments.changing import ask, to, weekday
from tests.staff.posts.stage import Post, Stage

READS = frozenset({"booking"})


def _booking() -> Booking:
    make_catalogue()
    return make_paid_booking(pickup_date=weekday(7))


def _shown(stage: Stage, url: str) -> dict[str, Any]:
    context = stage.client.get(url).context
    return {"fingerprint": context["change_set"].fingerprint}


def booking_status(stage: Stage) -> HttpResponse:
    return stage.post("booking_status", _booking().number, to="in_progress", revision=0)


def booking_certificate(stage: Stage) -> HttpResponse:
    make_catalogue()
    number = make_paid_booking(pickup_date=weekday(7), coi=True).number
    return stage.post("booking_certificate", number)


def booking_cancellation(stage: Stage) -> HttpResponse:
    number = _booking().number
    fields = _shown(stage, reverse("staff:booking_cancellation", args=[number]))
    return stage.post("booking_cancellation", number, back="policy", **fields)


def change_request(stage: Stage) -> HttpResponse:
    booking = _booking()
    asked = ask(booking, to(weekday(9), booking))
    fields = _shown(stage, reverse("staff:change_request", args=[asked.pk]))
    return stage.post("change_request", asked.pk, act="approve", **fields)


def alert(stage: Stage) -> HttpResponse:
    raise_alert(AlertKind.PROVIDER_DOWN, about="stripe", summary="Stripe does not answer")
    return stage.post("alert", Alert.objects.get().pk, act="take")


POSTS: dict[str, Post] = {
    "booking_status": booking_status,
    "booking_certificate": booking_certificate,
    "booking_cancellation": booking_cancellation,
    "change_request": change_request,
    "alert": alert,
    "add_note": lambda stage: stage.post("add_note", _booking().number, body="Called"),
    "add_customer_note": lambda stage: stage.post(
        "add_customer_note", make_customer().pk, body="Prefers mornings"
    ),
}
