"""`manage.py seed_demo`: what it makes keeps every rule of docs/DOMAIN.md."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Sum
from django.test import Client

from accounts.models import CustomerProfile, User
from booking.catalogue.snapshot import get_snapshot
from booking.lifecycle import ACTIVE, EXPIRED, LATE_PAYMENT, Status, check_move
from booking.models import (
    AccessToken,
    Alert,
    AlertKind,
    Booking,
    BookingEvent,
    ChangeRequest,
    CoiState,
    DiscountRedemption,
    Message,
    MessageKind,
    OutboxMail,
)
from booking.pricing import Quote, quote
from booking.services.order import stored_request
from payments.models import BalanceMovement, Payment, PaymentAttempt, Refund, SavedCard
from payments.money import money_state
from staff.models import StaffProfile
from tests.factories import make_booking, make_catalogue
from tests.sandbox.fixtures import JudgedSandbox
from totetaxi.lib.clock import today
from totetaxi.lib.invariants import Area, all_invariants
from totetaxi.management.commands import check_invariants, seed_demo
from totetaxi.management.demo_data import stripe_past
from totetaxi.management.demo_data.people import People
from totetaxi.management.demo_data.plan import FEWEST, Fate, fate_counts, plan_slots
from totetaxi.management.demo_data.seed import Seeder

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)  # Tuesday, 11:30 in New York
MANY = 72


@pytest.fixture
def seeded() -> None:
    """A small demo, as of NOW, with offline payments."""
    make_catalogue()
    Seeder(now=NOW, seed=12, sandbox=None).make(MANY)


def broken(*areas: Area) -> list[str]:
    """Whatever of the house's invariants of these areas, or of all, does not hold."""
    found = check_invariants.run(all_invariants(*areas))
    return [f"{check.name}: {one}" for check, one in found]


def test_seed_breaks_no_invariant(seeded: None) -> None:
    with time_machine.travel(NOW):
        assert broken(Area.MONEY, Area.BOOKING, Area.RECORDS) == []


def run(*options: str) -> str:
    out = StringIO()
    call_command("seed_demo", *options, stdout=out)
    return out.getvalue()


# ----------------------------------------------------------------------------------------- plan


def test_fate_counts_give_each_fate_its_share() -> None:
    assert sum(fate_counts(200).values()) == 200
    assert {fate: count for fate, count in fate_counts(200).items() if count < 10} == {
        Fate.UNDER_WAY: 3,
        Fate.OPEN: 4,
        Fate.REQUEST: 3,
        Fate.ARRANGED: 4,
        Fate.GIFT: 2,
        Fate.STARTED_UNPAID: 1,
        Fate.DECLINED: 5,
        Fate.SUPERSEDED: 4,
        Fate.BY_CUSTOMER: 9,
        Fate.BY_STAFF: 4,
        Fate.REVIVED: 3,
        Fate.TOO_LATE: 2,
    }
    assert min(fate_counts(FEWEST).values()) == 1
    assert sum(fate_counts(FEWEST).values()) == FEWEST


@pytest.mark.parametrize("hour", [0, 4, 9, 12, 18, 23])
def test_plan_lies_in_the_past_at_any_hour_and_in_order(hour: int) -> None:
    now = datetime(2026, 11, 24, hour, 5, tzinfo=UTC)
    slots = plan_slots(200, now=now, rng=random.Random(3))
    made = [slot.made_at for slot in slots]
    assert len(slots) == 200
    assert made == sorted(made)
    assert made[-1] < now
    days = [(slot.day - today(now)).days for slot in slots]
    assert (min(days) >= -60, max(days) <= 30) == (True, True)
    assert [slot.fate for slot in slots if not slot.days(now)] == []


# ------------------------------------------------------------------------------------- bookings


def test_seed_makes_every_status_and_reason(seeded: None) -> None:
    found = Counter(Booking.objects.values_list("status", "cancel_reason"))
    assert sum(found.values()) == MANY
    assert set(found) == {
        (Status.PENDING, ""),
        (Status.PAID, ""),
        (Status.IN_PROGRESS, ""),
        (Status.COMPLETED, ""),
        (Status.CANCELLED, EXPIRED),
        (Status.CANCELLED, "superseded"),
        (Status.CANCELLED, "customer"),
        (Status.CANCELLED, "staff"),
    }
    pending = Booking.objects.filter(status=Status.PENDING)
    assert set(pending.values_list("needs_staff", flat=True)) == {True, False}
    assert pending.filter(hold_expires_at__lte=NOW).count() == 0
    assert BookingEvent.objects.filter(to_status=Status.PAID, reason=LATE_PAYMENT).count() == 1
    assert list(Booking.objects.order_by("number").values_list("number", flat=True)) == list(
        range(1, MANY + 1)
    )


def test_seed_prices_are_those_of_the_engine(seeded: None) -> None:
    book = get_snapshot().book
    for booking in Booking.objects.prefetch_related("lines", "booking_items", "addresses"):
        answer = quote(stored_request(booking), book, booking.created_at)
        assert isinstance(answer, Quote)
        lines = list(booking.lines.all())
        assert [(line.code, line.amount_cents) for line in lines] == [
            (line.code, line.amount_cents) for line in answer.lines
        ]
        assert sum(line.amount_cents for line in lines) == booking.total_cents
        assert booking.needs_staff == (not answer.payable_online)
        assert {address.leg for address in booking.addresses.all()} == {"pickup", "delivery"}
        carried = {item.code: item.quantity for item in booking.booking_items.all()}
        assert carried == booking.request.get("specialty", {})


def test_seed_keeps_to_the_vans(seeded: None) -> None:
    used: dict[tuple[date, int], list[Booking]] = {}
    for booking in Booking.objects.select_related("van"):
        in_van = booking.van is not None
        assert booking.room_held == (in_van and booking.status in ACTIVE)
        assert in_van or booking.needs_staff
        if booking.van is not None and booking.status != Status.CANCELLED:
            used.setdefault((booking.pickup_date, booking.van.number), []).append(booking)
            assert booking.van.has_rack or not booking.room_needs_rack
    for sharing in used.values():
        assert sum(booking.room_pieces for booking in sharing) <= 60
        assert len(sharing) == 1 or not any(booking.room_whole_van for booking in sharing)
    assert max(len(sharing) for sharing in used.values()) > 1


def test_seed_events_are_legal_paths(seeded: None) -> None:
    for booking in Booking.objects.prefetch_related("events"):
        events = [event for event in booking.events.all() if event.kind == "status"]
        assert (events[0].from_status, events[0].to_status) == ("", Status.PENDING)
        assert events[0].at == booking.created_at
        assert events[-1].to_status == booking.status
        assert events[-1].at <= NOW
        for before, event in pairwise(events):
            assert before.at <= event.at
            assert event.from_status == before.to_status
            check_move(
                Status(event.from_status),
                Status(event.to_status),
                reason=event.reason,
                was_expired=before.reason == EXPIRED,
            )


def test_seed_has_a_certificate_before_the_pickup(seeded: None) -> None:
    started = BookingEvent.objects.filter(to_status=Status.IN_PROGRESS).values("booking")
    states = Counter(Booking.objects.filter(pk__in=started).values_list("coi_state", flat=True))
    assert set(states) == {CoiState.NOT_NEEDED, CoiState.APPROVED}
    assert Booking.objects.filter(coi_state=CoiState.NEEDED, status=Status.PAID).exists()


def test_seed_is_of_customers_and_guests(seeded: None) -> None:
    keys = Booking.objects.values_list("person_key", flat=True)
    assert {key.split(":")[0] for key in keys} == {"user", "email"}


def test_seed_books_nobody_twice_for_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    make_catalogue()
    monkeypatch.setattr(People, "draw", lambda self, *, guest=False: self.customers[0])
    Seeder(now=NOW, seed=5, sandbox=None).make(150)
    times = Counter(Booking.objects.values_list("person_key", "pickup_at"))
    assert set(times.values()) == {1}
    welcomed = DiscountRedemption.objects.filter(code__code="WELCOME10")
    assert set(Counter(welcomed.values_list("email_key", flat=True)).values()) == {1}


# ---------------------------------------------------------------------------------------- money


def test_seed_money_adds_up(seeded: None) -> None:
    for booking in Booking.objects.prefetch_related("payments"):
        state = money_state(booking)
        going = {Status.PAID, Status.IN_PROGRESS, Status.COMPLETED}
        if booking.status in going and not booking.unpaid_reason:
            assert state.paid_cents == booking.total_cents
            assert booking.payments.succeeded().count() == 1
        if booking.status == Status.PENDING:
            assert state.paid_cents == 0
            assert booking.payments.open().count() == (0 if booking.needs_staff else 1)
        if booking.status == Status.CANCELLED:
            assert booking.payments.open().count() == 0
        if booking.cancel_reason in {EXPIRED, "staff"}:
            assert state.paid_cents == state.refunded_cents
        assert state.refunded_cents + state.under_way_cents <= state.paid_cents
    assert set(Refund.objects.values_list("reason", "status")) == {
        (Refund.Reason.GOODWILL, Refund.Status.REQUESTED),
        (Refund.Reason.GOODWILL, Refund.Status.SUCCEEDED),
        (Refund.Reason.CANCELLATION, Refund.Status.SUCCEEDED),
        (Refund.Reason.LATE, Refund.Status.SUCCEEDED),
    }
    assert Refund.objects.filter(requested_by=F("approved_by")).count() == 0


def test_seed_uses_discount_codes_as_they_allow(seeded: None) -> None:
    uses = DiscountRedemption.objects.select_related("booking", "code")
    welcome = Counter(use.email_key for use in uses if use.code.code == "WELCOME10")
    assert set(welcome.values()) == {1}
    gifts = [use.booking for use in uses if use.code.code == "HOUSEGUEST"]
    assert [gift.total_cents for gift in gifts] == [0]
    assert [payment.method for payment in gifts[0].payments.all()] == [Payment.Method.FREE]
    assert any(use.released_at for use in uses)
    for use in uses:
        assert (use.released_at is not None) == (use.booking.status == Status.CANCELLED)


# ---------------------------------------------------------------------------- people, mail, alerts


def test_seed_makes_people_who_can_sign_in(seeded: None) -> None:
    roles = dict(StaffProfile.objects.values_list("user__email", "role"))
    assert roles == {
        f"{role}@totetaxi.example": role
        for role in ("viewer", "support", "coordinator", "manager", "admin")
    }
    assert set(User.objects.filter(is_superuser=True).values_list("email", flat=True)) == {
        "admin@totetaxi.example"
    }
    customers = User.objects.filter(is_staff=False)
    assert customers.count() == CustomerProfile.objects.count() == 25
    strangers = customers.exclude(email__endswith="@example.com")
    assert [user.email for user in strangers] == ["claire@totetaxi.example"]
    proved = EmailAddress.objects.filter(verified=True, primary=True)
    assert set(proved.values_list("email", flat=True)) == {user.email for user in customers}
    for email in ("admin@totetaxi.example", "claire@totetaxi.example"):
        assert User.objects.get(email=email).check_password("demo-totetaxi")


def test_seed_mail_was_written_and_sent(seeded: None) -> None:
    messages = Message.objects.select_related("booking")
    # The worker sends the one about the change that was asked for as soon as it starts.
    asked = messages.exclude(state="sent")
    assert list(asked.values_list("kind", "state", "work_state")) == [
        (MessageKind.CHANGE_ASKED, "planned", "due")
    ]
    messages = messages.filter(state="sent")
    assert set(messages.values_list("kind", flat=True)) == {
        MessageKind.CONFIRMED,
        MessageKind.REQUEST_RECEIVED,
        MessageKind.PAYMENT_FAILED,
        MessageKind.LATE_REFUND,
    }
    paid = set(
        BookingEvent.objects.filter(to_status=Status.PAID).values_list("booking_id", flat=True)
    )
    confirmed = messages.filter(kind=MessageKind.CONFIRMED)
    assert {message.booking_id for message in confirmed} == paid
    for message in messages:
        assert message.booking is not None
        assert message.recipient == message.booking.contact.email
        assert message.booking.code in message.subject
        assert (message.text != "", "<html" in message.html) == (True, True)
        assert message.sent_at is not None
        assert message.booking.created_at < message.sent_at <= NOW + timedelta(minutes=1)
        assert [log.outcome for log in message.deliveries.all()] == ["sent"]


def test_seed_outbox_opens_bookings(seeded: None, client: Client) -> None:
    mail = OutboxMail.objects.filter(subject__startswith="It is booked").latest("at")
    assert mail.at < NOW + timedelta(minutes=1)
    path = next(word for word in mail.text.split() if "/b/" in word).partition("/b/")[2]
    assert AccessToken.find(path.strip("/")) is not None


def test_seed_leaves_open_alerts(seeded: None) -> None:
    open_ = Alert.objects.filter(closed_at=None)
    requests = Booking.objects.filter(status=Status.PENDING, needs_staff=True)
    assert {alert.booking for alert in open_.filter(kind=AlertKind.REQUEST)} == set(requests)
    assert set(Alert.objects.values_list("kind", flat=True)) == {
        AlertKind.REQUEST,
        AlertKind.PAYMENT_FAILING,
        AlertKind.LATE_PAYMENT,
        AlertKind.CHANGE_REQUEST,
    }


def test_seed_tells_the_story_of_one_customer(seeded: None) -> None:
    claire = User.objects.get(email="claire@totetaxi.example")
    mine = Booking.objects.filter(customer=claire).prefetch_related("addresses")
    assert Counter(mine.values_list("status", "cancel_reason")) == {
        (Status.COMPLETED, ""): 7,
        (Status.CANCELLED, "customer"): 1,
        (Status.CANCELLED, EXPIRED): 1,
        (Status.PAID, ""): 2,
        (Status.PENDING, ""): 1,
    }
    days = [(booking.pickup_date - today(NOW)).days for booking in mine]
    assert (min(days) < -700, max(days) > 14) == (True, True)
    assert {address.street for booking in mine for address in booking.addresses.all()} == {
        "118 East 93rd Street",
        "27 Further Lane",
    }
    saved = claire.saved_addresses.order_by("label")
    assert list(saved.values_list("label", "is_default")) == [("Home", True), ("The house", False)]
    asked = ChangeRequest.objects.get()
    assert (asked.kind, asked.state) == ("reschedule", "open")
    assert asked.booking == max(mine, key=lambda booking: booking.pickup_at)
    assert asked.wanted_date is not None
    assert asked.wanted_date > asked.booking.pickup_date


# ------------------------------------------------------------------------------------- the command


def test_seed_demo_twice_changes_nothing() -> None:
    make_catalogue()
    first = run("--bookings", "40", "--without-stripe")
    assert first.startswith("40 bookings: ")
    before = (Booking.objects.count(), User.objects.count(), Message.objects.count())
    assert run("--bookings", "40") == "There are bookings already: nothing done.\n"
    assert (Booking.objects.count(), User.objects.count(), Message.objects.count()) == before


def test_seed_demo_leaves_a_used_installation_alone() -> None:
    make_catalogue()
    make_booking()
    assert run("--without-stripe") == "There are bookings already: nothing done.\n"
    assert (Booking.objects.count(), User.objects.count()) == (1, 0)


def test_same_seed_gives_the_same_demo() -> None:
    make_catalogue()
    demos = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            Seeder(now=NOW, seed=seed, sandbox=None).make(40)
            demos.append(
                list(Booking.objects.values_list("title", "total_cents", "pickup_at", "email_key"))
            )
            transaction.set_rollback(True)
    assert demos[0] == demos[1]
    assert demos[0] != demos[2]


def test_seed_demo_refuses_production(settings: Any) -> None:
    settings.ENV = type("Env", (), {"environment": "production"})
    with pytest.raises(CommandError, match="Demo data has no place in production"):
        run()


def test_seed_demo_refuses_too_few_and_wants_a_catalogue() -> None:
    with pytest.raises(CommandError, match="--bookings must be 40 or more"):
        run("--bookings", "39")
    with pytest.raises(CommandError, match="There is no catalogue yet"):
        run("--without-stripe")


def test_seed_demo_says_when_the_sandbox_is_down(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_catalogue()
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    monkeypatch.setattr(stripe_past, "PATIENCE_SECONDS", 0.0)
    with pytest.raises(CommandError, match="sandbox does not answer at http"):
        run()
    assert (Booking.objects.count(), User.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_seed_demo_payments_exist_in_the_sandbox(
    settings: Any, stripe_sandbox: JudgedSandbox
) -> None:
    make_catalogue()
    settings.STRIPE_API_BASE = stripe_sandbox.base_url
    assert seed_demo.uses_sandbox()
    run("--bookings", "40")
    by_card = Payment.objects.filter(method=Payment.Method.STRIPE)
    paid = by_card.succeeded()
    store = stripe_sandbox.world.store
    for payment in paid:
        session = store.get("checkout.session", payment.session_id) or {}
        intent = store.get("payment_intent", payment.intent_id) or {}
        assert session["payment_status"] == "paid"
        assert session["metadata"]["payment_id"] == str(payment.pk)
        assert intent["amount_received"] == payment.captured_cents == payment.amount_cents
        attempt = PaymentAttempt.objects.get(payment=payment, declined=False)
        assert attempt.charge_id == intent["latest_charge"]
    assert paid.count() > 20
    for refund in Refund.objects.filter(status=Refund.Status.SUCCEEDED):
        made = store.get("refund", refund.stripe_id) or {}
        assert made["amount"] == refund.amount_cents
        assert made["metadata"] == {"refund_id": str(refund.pk)}
    for payment in by_card.open():
        page = store.get("checkout.session", payment.session_id) or {}
        assert (page["status"], page["amount_total"]) == ("open", payment.amount_cents)
    assert by_card.open().count() == 2
    card = SavedCard.objects.select_related("user").get()
    assert (card.user.email, card.last4, card.is_default) == (
        "claire@totetaxi.example",
        "4242",
        True,
    )
    kept = store.get("payment_method", card.stripe_id) or {}
    assert kept["customer"] == card.user.stripe_customer.stripe_id
    refunded = Refund.objects.filter(status=Refund.Status.SUCCEEDED)
    assert (refunded.aggregate(sum=Sum("amount_cents"))["sum"] or 0) > 0
    assert {one.standing for one in BalanceMovement.objects.all()} == {"matched"}
    assert BalanceMovement.objects.filter(payment__isnull=False).count() == paid.count()
    assert Alert.objects.filter(kind=AlertKind.MONEY_OPEN).count() == 0
    assert broken() == []
