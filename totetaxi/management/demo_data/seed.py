"""Makes the demo's bookings, in the order in which they were made, a batch at a time."""

import random
from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction

from booking.catalogue.snapshot import get_snapshot
from booking.lifecycle import Status
from booking.models import (
    Address,
    Alert,
    Booking,
    BookingEvent,
    BookingItem,
    BookingLine,
    Counter,
    DiscountCode,
    DiscountRedemption,
    PolicySetting,
    StepReached,
)
from booking.pricing.refunds import CancellationPolicy
from booking.services.order_rows import booking_of, parts_of
from payments.gateway import GatewayError
from payments.models import Payment, PaymentAttempt, PaymentAudit, Refund
from payments.services.open_payment import CheckoutEndedError, resume_checkout
from totetaxi.lib.actor import Actor
from totetaxi.management.demo_data.audits import audits_of
from totetaxi.management.demo_data.backdate import backdate
from totetaxi.management.demo_data.history import Case, Story
from totetaxi.management.demo_data.mail import save_messages
from totetaxi.management.demo_data.orders import BY_STAFF, GIFT_CODE, WELCOME_CODE
from totetaxi.management.demo_data.people import make_people, make_team
from totetaxi.management.demo_data.plan import Fate, Slot, plan_slots
from totetaxi.management.demo_data.rows import Batch, insert, with_story
from totetaxi.management.demo_data.search import Found, OrderSearch
from totetaxi.management.demo_data.showcase import furnish, save_card, showcase_slots
from totetaxi.management.demo_data.stories import tell
from totetaxi.management.demo_data.stripe_past import SandboxPast

BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Told:
    """A booking as it was made, and its story."""

    slot: Slot
    found: Found
    case: Case
    story: Story


class Seeder:
    """Draws the demo's world from one source of chance, so that a seed gives it again."""

    def __init__(self, *, now: datetime, seed: int, sandbox: SandboxPast | None) -> None:
        """Makes people and codes. Without a `sandbox`, what was paid was paid offline."""
        self.now, self.sandbox = now, sandbox
        self.rng = random.Random(seed)  # noqa: S311  no secret
        with transaction.atomic():
            make_codes()
            self.team = make_team(now)
            people = make_people(self.rng, now)
        self.codes = {code.code: code for code in DiscountCode.objects.all()}
        self.snapshot = get_snapshot()
        self.search = OrderSearch(snapshot=self.snapshot, people=people, rng=self.rng, now=now)
        setting = PolicySetting.current()
        self.policy = CancellationPolicy(setting.full_refund_hours, setting.late_refund_percent)
        self.being_paid: list[tuple[UUID, Actor]] = []

    def make(self, count: int) -> Tally[str]:
        """Make up to `count` bookings (fewer when the vans are full); how many by status."""
        made: Tally[str] = Tally()
        story = showcase_slots(self.now)
        drawn = plan_slots(count - len(story), now=self.now, rng=self.rng)
        slots = iter(sorted([*drawn, *story], key=lambda slot: slot.made_at))
        while chunk := list(islice(slots, BATCH)):
            told = [one for slot in chunk if (one := self._tell(slot)) is not None]
            batch = self._batch_of(told)
            self._save(batch)
            made.update(booking.status for booking in batch.bookings)
        furnish(self.search.people.showcase, now=self.now)
        return made

    def open_pages(self, say: Callable[[str], None]) -> None:
        """Get pages at Stripe for what is being paid just now, and the showcase's saved card."""
        if self.sandbox is not None:
            try:
                save_card(self.search.people.showcase, self.sandbox, now=self.now)
            except GatewayError as error:
                say(f"No saved card: {type(error).__name__}")
        for booking_id, by in self.being_paid:
            try:
                resume_checkout(booking_id, by=by, now=self.now)
            except (GatewayError, CheckoutEndedError) as error:
                say(f"No payment page for booking {booking_id}: {type(error).__name__}")

    def _tell(self, slot: Slot) -> Told | None:
        found = self.search.find(slot)
        if found is None:
            return None
        made = booking_of(
            found.order,
            found.quoted,
            book=self.snapshot.book,
            now=slot.made_at,
            source="staff" if slot.fate in BY_STAFF else "web",
        )
        case = Case(
            booking=made,
            visitor=found.visitor,
            made_at=slot.made_at,
            now=self.now,
            rng=self.rng,
            team=self.team,
            policy=self.policy,
        )
        story = tell(slot.fate, case)
        if self.sandbox is None and story.money is not None and story.money.paid_at is not None:
            self._pay_offline(story)
        self.search.remember(found, made, cancelled=story.status is Status.CANCELLED)
        return Told(slot=slot, found=found, case=case, story=story)

    def _pay_offline(self, story: Story) -> None:
        money = story.money
        if money is not None and money.method == Payment.Method.STRIPE:
            money.method, money.by = Payment.Method.OFFLINE, self.team.coordinator

    def _batch_of(self, told: list[Told]) -> Batch:
        batch = Batch()
        # Taken beforehand: the sandbox is told of them, and that outside of any transaction.
        first = reserve_numbers(len(told))
        for number, one in enumerate(told, start=first):
            made, found = one.case.booking, one.found
            booking = with_story(made, one.story, number=number, van_id=found.van_id)
            parts = parts_of(booking, found.order, found.quoted, book=self.snapshot.book)
            batch.add(booking, parts, one.story, one.case)
            if one.slot.fate is Fate.OPEN:
                self.being_paid.append((booking.pk, found.visitor.actor))
        for redemption in batch.redemptions:
            redemption.code = self.codes[redemption.booking.request["discount_code"]]
        return batch

    def _save(self, batch: Batch) -> None:
        if self.sandbox is not None:
            by_card = [
                payment
                for payment in batch.payments
                if payment.method == Payment.Method.STRIPE and payment.succeeded_at is not None
            ]
            batch.attempts += self.sandbox.make(by_card, batch.refunds)
        with transaction.atomic():
            insert(Booking, batch.bookings)
            insert(BookingLine, [line for parts in batch.parts for line in parts.lines])
            insert(Address, [address for parts in batch.parts for address in parts.addresses])
            insert(BookingItem, [item for parts in batch.parts for item in parts.items])
            insert(BookingEvent, batch.events)
            insert(DiscountRedemption, batch.redemptions)
            insert(Payment, batch.payments)
            insert(PaymentAttempt, batch.attempts)
            insert(Refund, batch.refunds)
            insert(PaymentAudit, audits_of(batch.payments, batch.refunds))
            insert(Alert, batch.alerts)
            insert(StepReached, batch.steps)
            save_messages(batch.messages, now=self.now)
            backdate(batch.bookings[0].number, batch.bookings[-1].number)


def make_codes() -> None:
    """Two discount codes to try."""
    DiscountCode.objects.get_or_create(
        code=WELCOME_CODE,
        defaults={
            "description": "A tenth off the first booking",
            "percent": 10,
            "max_uses_per_customer": 1,
        },
    )
    DiscountCode.objects.get_or_create(
        code=GIFT_CODE,
        defaults={"description": "With the compliments of the house", "percent": 100},
    )


def reserve_numbers(count: int) -> int:
    """Take so many booking numbers at once; the first of them."""
    with transaction.atomic():
        counter, _made = Counter.objects.select_for_update().get_or_create(name="booking")
        first: int = counter.value + 1
        counter.value += count
        counter.save(update_fields=["value"])
    return first
