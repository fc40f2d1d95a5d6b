"""The limit rows that are asked over HTTP: the least that Django does for each kind of answer."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tests.bench.limit.models import Event, Place, Trip
from tests.bench.traffic import LIMIT_HOOK_SECRET

FIRST = datetime(2026, 11, 23, 14, tzinfo=UTC)
CARDS = [
    SimpleNamespace(
        code=f"TT-{number:06d}",
        title=f"Manhattan to East Hampton, with {number} bags",
        at=FIRST + timedelta(days=number),
        text="Collected within an hour of the time you choose, delivered the same day.",
        cents=99_500 + number * 1_000,
    )
    for number in range(1, 33)
]


def ok(request: HttpRequest) -> HttpResponse:
    """L0."""
    return HttpResponse("ok")


def page(request: HttpRequest) -> HttpResponse:
    """L1: about 15 KB from templates; the session is read."""
    context = {"name": request.session["name"], "cards": CARDS}
    return render(request, "limit/page.html", context)


def page_with_queries(request: HttpRequest) -> HttpResponse:
    """L2: L1 and 3 indexed queries."""
    context = {
        "name": request.session["name"],
        "cards": CARDS,
        "trip": Trip.objects.get(code="TT-000415"),
        "count": Trip.objects.filter(at__range=(FIRST, FIRST + timedelta(days=1))).count(),
        "trips": list(Trip.objects.filter(at__gte=FIRST).order_by("at")[:5]),
    }
    return render(request, "limit/page.html", context)


@require_POST
def fragment(request: HttpRequest) -> HttpResponse:
    """Lfrag: about 1 KB for a CSRF-checked POST, 2 indexed queries; the session is read."""
    trip = Trip.objects.get(code=request.POST["code"])
    place = Place.objects.get(pk=trip.place_id)
    context = {"name": request.session["name"], "trip": trip, "place": place, "lines": CARDS[:4]}
    return render(request, "limit/fragment.html", context)


def trip_list(request: HttpRequest) -> HttpResponse:
    """Llist: 50 rows, one indexed query with a join, about 20 KB."""
    trips = Trip.objects.select_related("place").order_by("-at")[:50]
    return render(request, "limit/list.html", {"trips": trips})


@csrf_exempt
@require_POST
def hook(request: HttpRequest) -> HttpResponse:
    """Lhook: an HMAC check and one durable insert."""
    stamp, signature = (
        part.partition("=")[2] for part in request.headers["Stripe-Signature"].split(",")
    )
    signed = f"{stamp}.".encode() + request.body
    expected = hmac.new(LIMIT_HOOK_SECRET.encode(), signed, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, signature):
        return HttpResponse(status=400)
    payload = json.loads(request.body)
    Event.objects.create(id=payload["id"], payload=payload)
    return HttpResponse()
