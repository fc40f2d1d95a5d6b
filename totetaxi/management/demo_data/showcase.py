"""One customer's story, written out rather than drawn: what the portal looks like after years."""

import random
from dataclasses import replace
from datetime import datetime, time, timedelta

from accounts.models import SavedAddress, User
from booking.changes import Reschedule, compute_change_set
from booking.lifecycle import Status
from booking.models import Booking
from booking.services.order import NewBooking, OrderAddress
from payments.money import money_state
from payments.services.card_setup import finish_setup, start_setup
from payments.services.change_requests import ask_change
from totetaxi.lib.clock import at_new_york, today
from totetaxi.management.demo_data.people import Visitor
from totetaxi.management.demo_data.plan import Fate, Slot
from totetaxi.management.demo_data.stripe_past import SandboxPast

HOME = OrderAddress(
    street="118 East 93rd Street",
    unit="Apt 6B",
    city="New York",
    state="NY",
    zip="10128",
    has_doorman=True,
    has_elevator=True,
    access_notes="Service entrance round the corner.",
)
HOUSE = OrderAddress(
    street="27 Further Lane",
    city="East Hampton",
    state="NY",
    zip="11937",
    access_notes="Gravel drive, room to turn.",
)
LABELS = ((HOME, "Home"), (HOUSE, "The house"))
CARD = "4242424242424242"

# (fate, pickup in days from today, days between booking and pickup)
STORY = (
    (Fate.COMPLETED, -712, 12),
    (Fate.COMPLETED, -655, 9),
    (Fate.COMPLETED, -521, 6),
    (Fate.COMPLETED, -402, 15),
    (Fate.BY_CUSTOMER, -338, 20),
    (Fate.COMPLETED, -177, 10),
    (Fate.COMPLETED, -122, 8),
    (Fate.EXPIRED, -95, 5),
    (Fate.COMPLETED, -34, 11),
    (Fate.PAID, 9, 13),
    (Fate.PAID, 18, 21),
)
ASKS_FOR_LATER = 3  # days
UNPAID_IN = 6  # days: the one that is being paid just now
BOOKED_AT = time(10, 12)


def showcase_slots(now: datetime) -> list[Slot]:
    """The bookings of the story, over two years, and one that is being paid just now."""
    slots = []
    for fate, days, lead in STORY:
        day = today(now) + timedelta(days=days)
        made_at = at_new_york(day - timedelta(days=lead), BOOKED_AT)
        slots.append(Slot(made_at=made_at, day=day, fate=fate, of_showcase=True))
    day = today(now) + timedelta(days=UNPAID_IN)
    made_at = now - timedelta(seconds=90)
    return [*slots, Slot(made_at=made_at, day=day, fate=Fate.OPEN, of_showcase=True)]


def between_homes(rng: random.Random, order: NewBooking) -> NewBooking:
    """The same order between the customer's two homes, out or back."""
    pickup, delivery = (HOME, HOUSE) if rng.random() < 0.6 else (HOUSE, HOME)
    request = replace(order.request, pickup_zip=pickup.zip, delivery_zip=delivery.zip)
    wording = "118 East 93rd Street Owners Corp., as certificate holder." if request.coi else ""
    return replace(order, request=request, pickup=pickup, delivery=delivery, coi_wording=wording)


def furnish(customer: Visitor, *, now: datetime) -> None:
    """The address book, and a later day asked for the booking that is farthest ahead."""
    user = User.objects.get(pk=customer.user_id or "")
    SavedAddress.objects.bulk_create(
        SavedAddress(
            user=user,
            label=label,
            street=home.street,
            unit=home.unit,
            city=home.city,
            state=home.state,
            zip=home.zip,
            has_doorman=home.has_doorman,
            has_elevator=home.has_elevator,
            access_notes=home.access_notes,
            is_default=home is HOME,
        )
        for home, label in LABELS
    )
    mine = Booking.objects.filter(customer=user, status=Status.PAID)
    last = mine.filter(pickup_at__gt=now).order_by("-pickup_at").first()
    if last is not None:
        _ask_for_later(last, customer, now)


def _ask_for_later(booking: Booking, customer: Visitor, now: datetime) -> None:
    """The first later day that is possible."""
    for later in range(ASKS_FOR_LATER, ASKS_FOR_LATER + 6):
        wish = Reschedule(booking.pickup_date + timedelta(days=later), booking.pickup_time)
        shown = compute_change_set(booking, wish, money=money_state(booking), now=now)
        if shown.is_possible:
            ask_change(
                booking.pk,
                wish,
                expected=shown.fingerprint,
                note="Our flight was moved.",
                by=customer.actor,
                now=now,
            )
            return


def save_card(customer: Visitor, sandbox: SandboxPast, *, now: datetime) -> None:
    """A card at Stripe's sandbox, saved by a visit to its page. Raises GatewayError."""
    visit = start_setup(User.objects.get(pk=customer.user_id or ""), now=now)
    visit.setup.refresh_from_db()
    sandbox.fill_in(visit.setup.session_id or "", card=CARD, name=customer.name)
    finish_setup(visit.setup.pk, now=now)
