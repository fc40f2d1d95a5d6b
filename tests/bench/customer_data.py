"""A customer of many years, signed in on a few devices: 5 bookings ahead, 500 behind."""

from datetime import date, datetime, time, timedelta
from typing import Any

from tests.bench.traffic import HOST
from totetaxi.lib.clock import at_new_york, now, today

DEVICES = 8
AHEAD, BEHIND = 5, 500
# Behind the month that the price calendar shows.
FIRST_DAY_AHEAD = 40
TOTAL_CENTS = 995_00


def add_customer() -> list[dict[str, str]]:
    """Make the customer; answers a session for each device, and the ETag of what it shows."""
    from accounts.portal.figures import find_newest_change  # needs the apps
    from accounts.portal.page import etag_at
    from booking.models import Address, Booking
    from payments.models import Payment

    user = _make_account()
    first = today(now())
    number = Booking.objects.count()
    days = [first + timedelta(days=FIRST_DAY_AHEAD + 7 * step) for step in range(AHEAD)]
    days += [first - timedelta(days=7 * (1 + step)) for step in range(BEHIND)]
    bookings = [
        _booking(number + 1 + place, day, user, is_ahead=place < AHEAD)
        for place, day in enumerate(days)
    ]
    Booking.objects.bulk_create(bookings, batch_size=500)
    Address.objects.bulk_create(
        [address for booking in bookings for address in _addresses(booking)], batch_size=500
    )
    Payment.objects.bulk_create([_payment(booking) for booking in bookings], batch_size=500)
    etag = etag_at(user.pk, find_newest_change(user.pk), now())
    return [{"session": _sign_in(user), "etag": etag} for _device in range(DEVICES)]


def _make_account() -> Any:
    from accounts.models import CustomerProfile, SavedAddress, User  # needs the apps

    user = User.objects.create_user("claire@example.com", "correct horse", name="Claire Ellery")
    CustomerProfile.objects.create(user=user, phone="+12125550171")
    for label, zip_code in (("Home", "10128"), ("Beach house", "11937")):
        SavedAddress.objects.create(
            user=user,
            label=label,
            street="118 East 93rd Street",
            city="New York",
            state="NY",
            zip=zip_code,
        )
    return user


def _sign_in(user: Any) -> str:
    from django.test import Client  # needs the settings

    client = Client(SERVER_NAME=HOST)
    client.force_login(user, backend="accounts.identity.backends.AccountBackend")
    return str(client.session.session_key)


def _booking(number: int, day: date, user: Any, *, is_ahead: bool) -> Any:
    from booking.lifecycle import Status  # needs the apps
    from booking.models import Booking

    moment: datetime = at_new_york(day, time(9))
    return Booking(
        number=number,
        status=Status.PAID if is_ahead else Status.COMPLETED,
        customer=user,
        email_key=user.email,
        person_key=f"account:{user.pk}",
        request={},
        service="mini_move",
        package="petite",
        title="Mini Move Petite",
        items=5,
        subtotal_cents=TOTAL_CENTS,
        total_cents=TOTAL_CENTS,
        pickup_date=day,
        pickup_time=time(9),
        pickup_at=moment,
    )


def _addresses(booking: Any) -> list[Any]:
    from booking.models import Address, Leg  # needs the apps

    ends = (
        (Leg.PICKUP, "118 East 93rd Street", "New York", "10128", "Manhattan"),
        (Leg.DELIVERY, "27 Pondview Lane", "East Hampton", "11937", "The Hamptons"),
    )
    return [
        Address(
            booking=booking, leg=leg, street=street, city=city, state="NY", zip=zip_code, area=area
        )
        for leg, street, city, zip_code, area in ends
    ]


def _payment(booking: Any) -> Any:
    from payments.models import Payment  # needs the apps

    return Payment(
        booking=booking,
        method=Payment.Method.STRIPE,
        purpose=Payment.Purpose.BOOKING,
        status=Payment.Status.SUCCEEDED,
        amount_cents=TOTAL_CENTS,
        captured_cents=TOTAL_CENTS,
        actor_kind="customer",
        succeeded_at=now(),
    )
