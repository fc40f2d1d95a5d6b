"""What is wrong with a request, each refusal under the request's key that it is about.

Room in a van and the customer's own bookings are judged elsewhere. What the rules leave open is
decided thus, for forms, staff and `manage.py quote` alike:

- Items count at least 1 for Mini Moves. A Standard Delivery has at least 1 item or specialty item;
  without items it has only specialty lines. A quantity of 0 in `specialty` is refused.
- Counts above 9,999 are refused: no rule, but a slip of the keyboard should not become a price.
- A package with another service than a Mini Move, specialty items with a Mini Move, items with
  specialty items alone, and an add-on without an active row are refused at their own key.
- What is withdrawn (not active) is refused like what never was.
- A service without hours is not offered; its other keys are then judged only as far as they can
  be without a service: ZIPs, a past day, an unknown code.
- A past day, or one too far ahead or closed, is refused at `pickup_date` alone; a Mini Move today
  likewise. A time that is not on the half hour is refused at `pickup_time` whatever the day. Too
  soon is `pickup_time`, and is judged only on a day and at a time that are otherwise good.
- Exactly two hours before the pickup is soon enough; exactly 30 days ahead is not too far.
- The two ZIPs may be the same; that the two addresses differ is checked where addresses are known
  (`addresses.py`).
- A code is read without case and without spaces round it; a blank one is none. Its days are
  compared with the day on which it is asked, not with the pickup's; its minimum with the subtotal.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time

from booking.pricing import discounts, hours, organizing
from booking.pricing.services import SERVICES
from booking.pricing.types import Hours, PriceBook, Request
from booking.pricing.words import Refusal, gettext_noop, refusal
from booking.pricing.zones import check_zip
from totetaxi.lib.clock import today

MISSING = "missing"
Found = tuple[str, Refusal]


def is_offered(service: str | None, book: PriceBook) -> bool:
    """Whether a service is known to the engine and has hours."""
    return service in SERVICES and service in book.hours


def check_request(request: Request, book: PriceBook) -> Iterator[Found]:
    """All that does not depend on when: what is sent, and from where to where."""
    yield from _check_what(request, book)
    for key in ("pickup_zip", "delivery_zip"):
        wrong = check_zip(getattr(request, key), book)
        if wrong is not None:
            yield key, wrong


def check_discount(
    request: Request, subtotal_cents: int | None, now: datetime, book: PriceBook
) -> Iterator[Found]:
    """The code, judged on the day of `now`. Its minimum only where there is a subtotal."""
    service = request.service if is_offered(request.service, book) else None
    wrong = discounts.check(request.discount_code, service, subtotal_cents, today(now), book)
    if wrong is not None:
        yield "discount_code", wrong


def check_pickup(
    day: date | None,
    wall: time | None,
    service_hours: Hours | None,
    now: datetime,
    closed: Mapping[date, str],
) -> Iterator[Found]:
    """The day and the time of the pickup. `service_hours` None: the service is not known."""
    wrong_day = _check_day(day, service_hours, now, closed)
    if wrong_day is not None:
        yield "pickup_date", wrong_day
    if wall is None:
        yield "pickup_time", refusal(MISSING, gettext_noop("Choose a pickup time."))
    elif service_hours is not None:
        wrong_time = hours.check_wall(service_hours, wall)
        if wrong_time is None and wrong_day is None and day is not None:
            wrong_time = hours.check_lead(service_hours, day, wall, now)
        if wrong_time is not None:
            yield "pickup_time", wrong_time


def _check_day(
    day: date | None,
    service_hours: Hours | None,
    now: datetime,
    closed: Mapping[date, str],
) -> Refusal | None:
    if day is None:
        return refusal(MISSING, gettext_noop("Choose a pickup date."))
    if service_hours is None:
        return hours.check_not_past(day, now)
    return hours.check_day(service_hours, day, now, closed)


def _check_what(request: Request, book: PriceBook) -> Iterator[Found]:
    if not request.service:
        yield "service", refusal(MISSING, gettext_noop("Choose a service."))
        return
    if not is_offered(request.service, book):
        yield (
            "service",
            refusal("unknown", gettext_noop("Choose one of the services that we offer.")),
        )
        return
    yield from SERVICES[request.service].check(request, book)
    yield from organizing.check(request, book)
