"""`seed_demo --bookings 2000` and more: a busy house by the rules, saved in blocks."""

import itertools
from collections import Counter as Tally
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import Count, F, Q, Sum

from accounts.models import User
from booking.lifecycle import Status
from booking.models import (
    Address,
    Booking,
    BookingEvent,
    BookingLine,
    Counter,
    DeliveryLog,
    Message,
    Van,
)
from booking.services.search_text import refresh_search
from payments.models import Payment, Refund
from payments.money import money_state
from tests.factories import make_catalogue
from totetaxi.lib.clock import now
from totetaxi.management.demo_data.bulk import MANY, BulkSeeder

pytestmark = pytest.mark.django_db

COUNT = 260
FINAL = {Status.PAID, Status.IN_PROGRESS, Status.COMPLETED}


def fill(count: int, seed: int = 7) -> Tally[str]:
    return BulkSeeder(count, now=now(), seed=seed).fill(lambda _text: None)


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    make_catalogue()


def picture() -> list[tuple[object, ...]]:
    """What does not depend on keys that are drawn anew."""
    columns = ("number", "status", "title", "total_cents", "pickup_at", "email_key", "van__number")
    return list(Booking.objects.order_by("number").values_list(*columns))


def test_bulk_makes_just_so_many_numbered_one_by_one() -> None:
    made = fill(COUNT)
    assert (made.total(), Booking.objects.count()) == (COUNT, COUNT)
    numbers = Booking.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, COUNT + 1))
    assert Counter.objects.get(name="booking").value == COUNT


def test_bulk_again_does_nothing_and_more_goes_on() -> None:
    fill(COUNT)
    before = picture()
    assert fill(COUNT) == Tally()
    fill(COUNT + 40)
    assert (picture()[:COUNT], Booking.objects.count()) == (before, COUNT + 40)


def test_bulk_gives_the_same_for_the_same_seed() -> None:
    moment = now()
    pictures = []
    for seed in (7, 7, 8):
        _clear()
        BulkSeeder(COUNT, now=moment, seed=seed).fill(lambda _text: None)
        pictures.append(picture())
    assert pictures[0] == pictures[1] != pictures[2]


def _clear() -> None:
    Refund.objects.all().delete()
    Payment.objects.all().delete()
    Booking.all_objects.all().delete()
    Counter.objects.all().delete()


def test_bulk_keeps_the_rules() -> None:
    """DOMAIN.md, invariants 1, 2, 4, 5, 6, 7."""
    fill(COUNT)
    sums = Booking.objects.annotate(sum=Sum("lines__amount_cents"))
    assert sums.exclude(sum=F("total_cents")).count() == 0
    for booking in Booking.objects.all():
        events = list(BookingEvent.objects.filter(booking=booking, kind="status"))
        path = [(event.from_status, event.to_status) for event in events]
        assert path[0] == ("", "pending")
        assert all(before[1] == after[0] for before, after in itertools.pairwise(path))
        assert path[-1][1] == booking.status
        assert booking.updated_at >= booking.created_at == booking.terms_accepted_at
        money = money_state(booking)
        if booking.status in FINAL and not booking.unpaid_reason:
            assert money.paid_cents == booking.total_cents
    vans = (
        Booking.objects.exclude(status=Status.CANCELLED)
        .filter(van__isnull=False)
        .values("pickup_date", "van", "van__pieces")
        .annotate(pieces=Sum("room_pieces"), whole=Count("pk", filter=Q(room_whole_van=True)))
        .annotate(many=Count("pk"))
    )
    over = [row for row in vans if row["pieces"] > row["van__pieces"]]
    shared = [row for row in vans if row["whole"] and row["many"] > 1]
    assert (over, shared) == ([], [])
    rack = Booking.objects.filter(room_needs_rack=True, van__has_rack=False)
    assert rack.count() == 0


def test_bulk_has_all_that_hangs_on_a_booking() -> None:
    fill(COUNT)
    assert Address.objects.count() == 2 * COUNT
    assert Message.objects.count() == DeliveryLog.objects.count() > COUNT / 2
    assert Message.objects.filter(Q(recipient="") | Q(subject="")).count() == 0
    assert BookingLine.objects.count() >= COUNT
    with_account = Booking.objects.filter(customer__isnull=False).count()
    assert 0.15 * COUNT < with_account < 0.45 * COUNT
    assert User.objects.filter(is_staff=False, customer_profile__isnull=True).count() == 0
    assert Van.objects.filter(has_rack=True).exists()


def test_bulk_bookings_are_found_as_others_are() -> None:
    fill(COUNT)
    columns = ("sort_name", "search_text")
    before = dict(Booking.objects.values_list("pk", "sort_name"))
    words = {pk: set(text.split()) for pk, text in Booking.objects.values_list("pk", columns[1])}
    refresh_search(before)
    assert dict(Booking.objects.values_list("pk", "sort_name")) == before
    after = {pk: set(text.split()) for pk, text in Booking.objects.values_list("pk", columns[1])}
    assert after == words


def test_command_says_that_nothing_is_left_to_do() -> None:
    out = StringIO()
    call_command("seed_demo", bookings=MANY, stdout=out)
    assert Booking.objects.count() == MANY
    again = StringIO()
    call_command("seed_demo", bookings=MANY, stdout=again)
    assert again.getvalue() == "There are as many bookings already: nothing done.\n"
