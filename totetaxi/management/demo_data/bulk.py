"""Two years of a busy house: as many bookings as wanted, made by the rules and saved in blocks.

Each booking is drawn from its own number and the seed alone, so that the same command gives the
same bookings, and goes on where it was stopped. Nothing of it exists at Stripe: what was paid was
paid offline. Messages keep a line instead of the whole letter.
"""

import math
import random
from collections import Counter as Tally
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from booking.catalogue.snapshot import Snapshot, get_snapshot
from booking.lifecycle import Status
from booking.models import (
    Address,
    Alert,
    Booking,
    BookingEvent,
    BookingItem,
    BookingLine,
    DeliveryLog,
    DiscountCode,
    DiscountRedemption,
    Message,
    MessageKind,
    PolicyKind,
    PolicySetting,
    PolicyText,
    StepReached,
    Van,
)
from booking.notifications.outcome import Outcome
from booking.pricing.refunds import CancellationPolicy
from booking.pricing.types import Room
from booking.services.create import OrderRefusedError, quote_order
from booking.services.order_rows import booking_of, parts_of
from booking.services.person import email_key, person_key
from payments.models import Payment, PaymentAttempt, Refund
from totetaxi.lib.clock import at_new_york, today
from totetaxi.management.demo_data.bulk_insert import insert_rows
from totetaxi.management.demo_data.bulk_orders import USUAL_PIECES, draw_bulk_order
from totetaxi.management.demo_data.bulk_people import ManyPeople, make_many_people
from totetaxi.management.demo_data.bulk_plan import busiest_day, plan_many
from totetaxi.management.demo_data.history import Case, Story
from totetaxi.management.demo_data.orders import BY_REQUEST, BY_STAFF, WELCOME_CODE
from totetaxi.management.demo_data.people import make_team
from totetaxi.management.demo_data.plan import Slot
from totetaxi.management.demo_data.room import Rooms
from totetaxi.management.demo_data.rows import Batch, with_story
from totetaxi.management.demo_data.search import Found
from totetaxi.management.demo_data.seed import make_codes, reserve_numbers
from totetaxi.management.demo_data.stories import tell

MANY = 2000  # so many and more are made here
BATCH = 2000
ROUNDS = 3
TRIES = 12
TRIES_A_DAY = 4
FULL_SHARE = 0.65  # of the vans' room that the busiest day may take
WELCOME_SHARE = 0.03
SUBJECTS = {
    MessageKind.CONFIRMED: "It is booked",
    MessageKind.REQUEST_RECEIVED: "We have your request",
    MessageKind.PAYMENT_FAILED: "Your payment did not go through",
    MessageKind.LATE_REFUND: "Your payment is refunded in full",
}


class BulkSeeder:
    """Fills an installation up to a number of bookings."""

    def __init__(self, total: int, *, now: datetime, seed: int) -> None:
        """Makes staff, accounts, codes and the vans that so many bookings need."""
        self.total, self.now, self.seed = total, now, seed
        rng = self._chance("people")
        with transaction.atomic():
            make_codes()
            self.team = make_team(now)
            self.people: ManyPeople = make_many_people(total, now=now, rng=rng)
            _make_vans(total)
        self.codes = {code.code: code for code in DiscountCode.objects.all()}
        self.snapshot: Snapshot = get_snapshot()
        setting = PolicySetting.current()
        self.policy = CancellationPolicy(setting.full_refund_hours, setting.late_refund_percent)
        self.versions = (
            PolicyText.current(PolicyKind.TERMS).version,
            PolicyText.current(PolicyKind.CANCELLATION).version,
        )
        self.rooms = Rooms(self.snapshot.fleet)
        self.taken: set[tuple[str, datetime]] = set()
        self.welcomed: set[str] = set()

    def fill(self, say: Callable[[str], None]) -> Tally[str]:
        """Make what is missing (less when the vans are full); how many by status."""
        made: Tally[str] = Tally()
        have = self._remember_what_is_there()
        slots = plan_many(self.total, now=self.now, rng=self._chance("plan"))[have:]
        # A few find no van on their days: others are drawn in their place.
        for again in range(ROUNDS):
            for start in range(0, len(slots), BATCH):
                batch = Batch()
                first = have + made.total() + again * self.total
                with transaction.atomic():
                    emails = self._fill_batch(batch, slots[start : start + BATCH], first)
                    _save(batch, emails, self.now)
                made.update(booking.status for booking in batch.bookings)
                say(f"{have + made.total():,} of {self.total:,}")
            missing = self.total - have - made.total()
            slots = plan_many(missing, now=self.now, rng=self._chance(f"plan {again}"))
        _tidy()
        return made

    def _chance(self, name: object) -> random.Random:
        return random.Random(f"{self.seed} {name}")  # noqa: S311  no secret

    def _remember_what_is_there(self) -> int:
        """Take the room, the times and the codes of the bookings that exist; how many they are."""
        kept = Booking.all_objects.exclude(status=Status.CANCELLED).order_by()
        rows = kept.filter(van__isnull=False).values_list(
            "pickup_date", "van_id", "room_pieces", "room_needs_rack", "room_whole_van"
        )
        for day, van_id, pieces, rack, whole in rows.iterator(chunk_size=5000):
            room = Room(pieces=pieces, needs_rack=rack, whole_van=whole)
            self.rooms.take(day, room, van_id)
        self.taken = set(Booking.objects.active().values_list("person_key", "pickup_at"))
        used = DiscountRedemption.objects.filter(code__code=WELCOME_CODE)
        self.welcomed = set(used.values_list("email_key", flat=True))
        return Booking.all_objects.count()

    def _fill_batch(self, batch: Batch, slots: list[Slot], start: int) -> dict[UUID, str]:
        """Gather the rows of some slots; answers the address to write to, by booking."""
        told = []
        for index, slot in enumerate(slots, start=start):
            one = self._tell(slot, self._chance(index))
            if one is not None:
                told.append(one)
        first = reserve_numbers(len(told))
        for number, (found, case, story) in enumerate(told, start=first):
            booking = with_story(case.booking, story, number=number, van_id=found.van_id)
            parts = parts_of(booking, found.order, found.quoted, book=self.snapshot.book)
            batch.add(booking, parts, story, case)
        for redemption in batch.redemptions:
            redemption.code = self.codes[redemption.booking.request["discount_code"]]
        return {case.booking.pk: found.visitor.email for found, case, _story in told}

    def _tell(self, slot: Slot, rng: random.Random) -> tuple[Found, Case, Story] | None:
        found = self._find(slot, rng)
        if found is None:
            return None
        booking = booking_of(
            found.order,
            found.quoted,
            book=self.snapshot.book,
            now=slot.made_at,
            source="staff" if slot.fate in BY_STAFF else "web",
        )
        case = Case(
            booking=booking,
            visitor=found.visitor,
            made_at=slot.made_at,
            now=self.now,
            rng=rng,
            team=self.team,
            policy=self.policy,
        )
        story = tell(slot.fate, case)
        if story.money is not None and story.money.paid_at is not None:
            _pay_offline(story, case)
        self._remember(found, booking, story)
        return found, case, story

    def _find(self, slot: Slot, rng: random.Random) -> Found | None:
        """An order for the slot's day or one of the days after it; None when the vans are full."""
        for attempt in range(TRIES):
            day = slot.day + timedelta(days=attempt // TRIES_A_DAY)
            visitor = self.people.draw(rng, slot.made_at, guest=slot.fate in BY_STAFF)
            order = draw_bulk_order(
                rng,
                slot.fate,
                visitor,
                day,
                book=self.snapshot.book,
                versions=self.versions,
                same_day=day == today(slot.made_at),
                welcome=rng.random() < WELCOME_SHARE
                and email_key(visitor.email) not in self.welcomed,
            )
            wall = order.request.pickup_time
            key = person_key(visitor.user_id, visitor.email)
            if wall is None or (key, at_new_york(day, wall)) in self.taken:
                continue
            try:
                closed = self.snapshot.fleet.closed
                quoted = quote_order(
                    order, book=self.snapshot.book, closed=closed, now=slot.made_at
                )
            except OrderRefusedError:
                continue
            if quoted.payable_online == (slot.fate in BY_REQUEST):
                continue
            large = quoted.room.pieces > self.snapshot.book.limits.online_max_pieces
            van_id = None if large else self.rooms.find_van(day, quoted.room)
            if large or van_id is not None:
                return Found(order=order, quoted=quoted, visitor=visitor, van_id=van_id)
        return None

    def _remember(self, found: Found, booking: Booking, story: Story) -> None:
        """A cancelled booking gave its room back."""
        self.taken.add((booking.person_key, booking.pickup_at))
        if found.order.request.discount_code == WELCOME_CODE:
            self.welcomed.add(booking.email_key)
        if found.van_id is not None and story.status is not Status.CANCELLED:
            self.rooms.take(booking.pickup_date, found.quoted.room, found.van_id)


def _pay_offline(story: Story, case: Case) -> None:
    money = story.money
    if money is not None and money.method == Payment.Method.STRIPE:
        money.method, money.by = Payment.Method.OFFLINE, case.team.coordinator


def _make_vans(bookings: int) -> None:
    """Vans enough for the busiest day; every other one has a rack."""
    room = FULL_SHARE * Van._meta.get_field("pieces").default
    wanted = math.ceil(busiest_day(bookings) * USUAL_PIECES / room)
    there = set(Van.objects.values_list("number", flat=True))
    Van.objects.bulk_create(
        Van(number=number, has_rack=number % 2 == 0)
        for number in range(1, wanted + 1)
        if number not in there
    )


def _save(batch: Batch, emails: dict[UUID, str], now: datetime) -> None:
    """Save the rows, each as old as its story says."""
    addresses = [address for parts in batch.parts for address in parts.addresses]
    _backdate(batch, addresses, now)
    for message in batch.messages:
        booking = message.booking
        if booking is None:
            raise ValueError("every message of the demo is about a booking")
        message.recipient = emails[booking.pk]
        message.subject = f"{SUBJECTS[MessageKind(message.kind)]}, {booking.code}"
        message.text = f"{message.subject}."
    rows: list[tuple[type[models.Model], list[models.Model]]] = [
        (Booking, [*batch.bookings]),
        (BookingLine, [line for parts in batch.parts for line in parts.lines]),
        (Address, [*addresses]),
        (BookingItem, [item for parts in batch.parts for item in parts.items]),
        (BookingEvent, [*batch.events]),
        (DiscountRedemption, [*batch.redemptions]),
        (Payment, [*batch.payments]),
        (PaymentAttempt, [*batch.attempts]),
        (Refund, [*batch.refunds]),
        (Alert, [*batch.alerts]),
        (Message, [*batch.messages]),
        (DeliveryLog, [_delivery(message, now) for message in batch.messages]),
        (StepReached, [*batch.steps]),
    ]
    for model, ones in rows:
        insert_rows(model, ones)


def _backdate(batch: Batch, addresses: list[Address], now: datetime) -> None:
    made = {booking.pk: booking.terms_accepted_at or now for booking in batch.bookings}
    latest = {event.booking_id: event.at for event in sorted(batch.events, key=lambda one: one.at)}
    for booking in batch.bookings:
        booking.created_at, booking.updated_at = made[booking.pk], latest[booking.pk]
    parts: list[Any] = [*addresses, *batch.alerts, *batch.redemptions, *batch.payments]
    for row in parts:
        row.created_at = row.updated_at = made[row.booking_id]
    work: list[Any] = [*batch.refunds, *batch.messages]
    for row in work:
        row.created_at = row.updated_at = row.next_try_at


def _delivery(message: Message, now: datetime) -> DeliveryLog:
    return DeliveryLog(message=message, at=message.sent_at or now, outcome=Outcome.SENT)


def _tidy() -> None:
    """Let the database count what there is, so that it plans its queries by it."""
    if connection.in_atomic_block:  # in tests
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
