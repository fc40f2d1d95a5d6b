"""The whole effect of a wish: its sentences, its figures, its refusals, its fingerprint."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import transaction

from booking.changes import Cancel, ChangeSet, Reorder, Reschedule, Wish, compute_change_set
from booking.models import Booking, CoiState, Day, DiscountCode, Van
from booking.services.cancel import cancel_booking
from booking.services.confirm import confirm_booking
from booking.services.order import order_of
from booking.services.status import lock_booking
from tests.booking.changes.money import UNPAID, Money
from tests.factories import make_booking, make_catalogue, make_customer
from totetaxi.lib.actor import SYSTEM

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
SATURDAY, THURSDAY, FRIDAY = date(2026, 12, 5), date(2026, 12, 10), date(2026, 12, 4)
NINE = time(9)
TO_THURSDAY = Reschedule(THURSDAY, NINE)
EMAIL = "claire@example.com"


@pytest.fixture
def catalogue(db):
    make_catalogue()


@pytest.fixture
def pending(catalogue) -> Booking:
    return make(NOW)


@pytest.fixture
def paid(pending) -> Booking:
    return confirm(pending)


def make(now: datetime = NOW, **changes) -> Booking:
    """A Standard with packing on Saturday, December 5: $4,899.00."""
    facts = {
        "package": "standard",
        "packing": True,
        "items": 24,
        "pickup_date": SATURDAY,
        "contact_email": EMAIL,
    }
    return make_booking(now=now, **(facts | changes))


def confirm(booking: Booking) -> Booking:
    with transaction.atomic():
        locked = lock_booking(booking.pk)
        confirm_booking(locked, by=SYSTEM, now=NOW)
    return locked


def compute(
    booking: Booking, wish: Wish, money: Money | None = None, now: datetime = NOW
) -> ChangeSet:
    """As of November 22; a paid booking has its total, unless `money` says otherwise."""
    if money is None:
        money = UNPAID if booking.status == "pending" else Money(booking.total_cents)
    return compute_change_set(booking, wish, money=money, now=now)


def shown(change_set: ChangeSet) -> list[tuple[str, str, str, str]]:
    """Kind, sentence, figure and tone, with plain spaces."""
    return [
        (str(one.kind), one.sentence.replace("\xa0", " "), one.figure, str(one.tone))
        for one in change_set.effects
    ]


def effect(change_set: ChangeSet, kind: str) -> tuple[str, str]:
    """Sentence and figure of the one effect of a kind."""
    ((_kind, sentence, figure, _tone),) = [one for one in shown(change_set) if one[0] == kind]
    return sentence, figure


def cents(change_set: ChangeSet) -> tuple[int, int, int, int]:
    """Difference, new total, due and refund."""
    return (
        change_set.difference_cents,
        change_set.new_total_cents,
        change_set.due_cents,
        change_set.refund_cents,
    )


# -------------------------------------------------------------------------------- a paid booking


def test_cheaper_day_of_a_paid_booking_is_told_whole(paid):
    found = compute(paid, TO_THURSDAY)
    assert shown(found) == [
        (
            "price",
            "Weekend 15 % no longer applies: $4,899.00 becomes $4,260.00",
            "$639.00 less",
            "good",
        ),
        (
            "refund",
            "$639.00 goes back to the card that paid, once our team has approved it",
            "$639.00",
            "good",
        ),
        (
            "room",
            (
                "A van has room on Thursday, December 10; "
                "your place on Saturday, December 5 is given back"
            ),
            "30 pieces",
            "good",
        ),
        (
            "certificate",
            (
                "Still required, none on file. "
                "The deadline moves to Wednesday, December 9, 9:00 AM, 5 days later"
            ),
            "17 days left",
            "attention",
        ),
        ("messages", f"“Booking changed” goes to {EMAIL}", "1 message", "plain"),
    ]
    assert cents(found) == (-639_00, 4260_00, 0, 639_00)
    assert (found.is_possible, found.refusals, found.revision) == (True, {}, 0)


def test_dearer_day_of_a_paid_booking_is_due(catalogue):
    booking = confirm(make(pickup_date=THURSDAY))
    found = compute(booking, Reschedule(SATURDAY, NINE))
    assert effect(found, "price") == (
        "Weekend 15 % applies: $4,260.00 becomes $4,899.00",
        "$639.00 more",
    )
    assert effect(found, "due") == (
        "$639.00 is to be paid, by card on your booking’s page",
        "$639.00",
    )
    assert cents(found) == (639_00, 4899_00, 639_00, 0)


def test_other_time_of_the_same_day_leaves_price_and_room(paid):
    found = compute(paid, Reschedule(SATURDAY, time(10)))
    assert effect(found, "price") == ("The price stays $4,899.00", "unchanged")
    assert effect(found, "room") == (
        "Your place in the van on Saturday, December 5 stays",
        "30 pieces",
    )
    assert effect(found, "certificate") == (
        "Still required, none on file. The deadline moves to Friday, December 4, 10:00 AM",
        "12 days left",
    )
    assert cents(found) == (0, 4899_00, 0, 0)


def test_small_refund_needs_no_approval(catalogue):
    booking = confirm(make(package="petite", packing=False, items=3, coi=False))
    booking.total_cents = 995_00 + 60_00
    found = compute(booking, Reschedule(THURSDAY, NINE), Money(booking.total_cents))
    assert effect(found, "refund")[0].endswith("once our team has approved it")
    weekday = confirm(make(pickup_date=THURSDAY, contact_email="other@example.com"))
    small = compute(weekday, Reschedule(FRIDAY, NINE), Money(weekday.total_cents + 60_00))
    assert effect(small, "refund") == ("$60.00 goes back to the card that paid", "$60.00")


def test_small_refunds_need_no_approval_up_to_a_sum_in_all(catalogue):
    """What former changes gave back alone counts: many small ones would return any sum."""
    booking = confirm(make(pickup_date=THURSDAY))
    paid_cents = booking.total_cents + 60_00
    used = {"refunded_cents": 40_00, "self_approved_cents": 40_00}
    alone = compute(booking, Reschedule(FRIDAY, NINE), Money(paid_cents + 40_00, **used))
    assert (alone.refund_cents, alone.approves_itself) == (60_00, True)
    used = {"refunded_cents": 40_01, "self_approved_cents": 40_01}
    asked = compute(booking, Reschedule(FRIDAY, NINE), Money(paid_cents + 40_01, **used))
    assert (asked.refund_cents, asked.approves_itself) == (60_00, False)
    assert effect(asked, "refund")[0] == (
        "$60.00 goes back to the card that paid, once our team has approved it"
    )
    assert alone.fingerprint != asked.fingerprint


def test_what_was_due_before_is_due_with_the_change(catalogue):
    """It was made dearer and not paid yet; then dearer again, or cheaper."""
    booking = confirm(make(pickup_date=THURSDAY))
    Booking.objects.filter(pk=booking.pk).update(total_cents=booking.total_cents + 100_00)
    booking.refresh_from_db()
    money = Money(paid_cents=4260_00)
    assert cents(compute(booking, Reschedule(SATURDAY, NINE), money)) == (
        639_00,
        4999_00,
        739_00,
        0,
    )
    assert cents(compute(booking, Reschedule(FRIDAY, NINE), money)) == (0, 4360_00, 100_00, 0)


def test_refund_that_waits_is_replaced_by_that_of_the_next_change(paid):
    """A former change made it $639 cheaper; nobody has approved that yet."""
    Booking.objects.filter(pk=paid.pk).update(total_cents=4260_00)
    paid.refresh_from_db()
    money = Money(paid_cents=4899_00, under_way_cents=639_00, revisable_cents=639_00)
    # As if it had moved to Thursday, and on to Saturday again: back where it was.
    request = paid.request | {"pickup_date": THURSDAY.isoformat()}
    Booking.objects.filter(pk=paid.pk).update(request=request, pickup_date=THURSDAY)
    paid.refresh_from_db()
    back = compute(paid, Reschedule(SATURDAY, NINE), money)
    assert cents(back) == (639_00, 4899_00, 0, 0)
    assert effect(back, "refund") == (
        "The refund of $639.00 that was asked for before is not needed any more",
        "$0.00",
    )
    # On a day of the same price it stays what it is, and nothing is said of it.
    same = compute(paid, Reschedule(FRIDAY, NINE), money)
    assert cents(same) == (0, 4260_00, 0, 0)
    assert [one[0] for one in shown(same)] == ["price", "room", "certificate", "messages"]


def test_certificate_on_file_stays_good_for_the_same_building(paid):
    paid.coi_state = CoiState.APPROVED
    assert effect(compute(paid, TO_THURSDAY), "certificate") == (
        "Your certificate of insurance is on file and stays good",
        "on file",
    )


def test_certificate_of_a_pickup_tomorrow_is_due_now(paid):
    late = datetime(2026, 12, 3, 16, tzinfo=UTC)
    found = compute(paid, Reschedule(FRIDAY, NINE), now=late)
    assert effect(found, "certificate") == (
        "The certificate of insurance must be on file before we collect",
        "due now",
    )


# ----------------------------------------------------------------------------- a pending booking


def test_pending_booking_says_what_is_to_be_paid(pending):
    found = compute(pending, TO_THURSDAY)
    assert effect(found, "due") == (
        "Nothing is paid yet: $4,260.00 is to be paid",
        "$4,260.00",
    )
    assert cents(found) == (-639_00, 4260_00, 4260_00, 0)


def test_request_to_staff_moves_without_a_van(catalogue):
    booking = make(service="standard_delivery", package=None, packing=False, items=70)
    found = compute(booking, TO_THURSDAY)
    assert effect(found, "room") == (
        "No van is kept for you yet: we arrange it with you for Thursday, December 10",
        "70 pieces",
    )


# ------------------------------------------------------------------------------------ the refusals


def test_refused_change_has_no_effects_and_leaves_the_figures(paid):
    found = compute(paid, Reschedule(date(2026, 12, 31), NINE))
    assert (found.is_possible, found.effects, cents(found)) == (False, (), (0, 4899_00, 0, 0))
    assert found.refusals == {
        "pickup_date": [
            "We book at most 30 days ahead. Choose Tuesday, December 22, 2026 or earlier."
        ]
    }


def test_same_day_and_time_is_no_change(paid):
    found = compute(paid, Reschedule(SATURDAY, NINE))
    assert found.refusals == {
        "pickup_date": ["That is the day and time of your booking. Choose another."]
    }


def test_closed_day_is_refused_with_its_reason(paid):
    Day.objects.create(date=THURSDAY, is_closed=True, closed_reason="Team day")
    assert compute(paid, TO_THURSDAY).refusals == {
        "pickup_date": [
            "We are closed on Thursday, December 10, 2026 (Team day). Choose another day."
        ]
    }


def fill(day: date) -> None:
    """Both vans, each with somebody who has it alone."""
    for number in (1, 2):
        make(package="full", packing=False, pickup_date=day, contact_email=f"{number}@example.com")


def test_full_day_is_refused_with_the_nearest_free_ones(paid):
    fill(THURSDAY)
    assert compute(paid, TO_THURSDAY).refusals == {
        "pickup_date": [
            (
                "Thursday, December 10 is full for a booking of this size. Nearest free days: "
                "Tuesday, December 8; Wednesday, December 9; Friday, December 11"
            )
        ]
    }


def test_own_room_counts_as_free(catalogue):
    """The day is full with the booking itself: another time of that day is possible."""
    booking = make(package="full", packing=False)
    make(package="full", packing=False, contact_email="other@example.com")
    assert compute(booking, Reschedule(SATURDAY, time(10))).refusals == {}


def test_other_booking_at_that_time_is_refused(paid):
    make(pickup_date=THURSDAY)
    assert compute(paid, TO_THURSDAY).refusals == {
        "pickup_time": ["You already have a booking at this time. Choose another time."]
    }


def test_change_above_the_online_limit_is_arranged_by_phone(pending):
    order = order_of(pending)
    dear = replace(order.request, package="full", packing=True, unpacking=True)
    found = compute(pending, Reorder(replace(order, request=dear)))
    assert found.refusals == {
        "all": ["Above $10,000.00 we arrange payment with you. Please call us."]
    }


@pytest.mark.parametrize("wish", [TO_THURSDAY, Cancel()])
def test_booking_that_is_over_cannot_be_changed(pending, wish):
    with transaction.atomic():
        locked = lock_booking(pending.pk)
        cancel_booking(locked, reason="staff", by=SYSTEM, now=NOW)
    assert compute(locked, wish, UNPAID).refusals == {
        "all": ["This booking is over. It cannot be changed any more."]
    }


def test_payment_that_does_not_match_is_looked_at_first(pending):
    found = compute(pending, TO_THURSDAY, Money(has_mismatch=True))
    assert found.refusals == {
        "all": ["We are looking at a payment of this booking. Please call us to change it."]
    }


# ------------------------------------------------------------------------------ the cancellation


def test_cancelling_in_time_returns_everything(paid):
    found = compute(paid, Cancel())
    assert shown(found) == [
        (
            "refund",
            (
                "$4,899.00 of $4,899.00 goes back to the card that paid: "
                "in full, at least 48 hours before pickup"
            ),
            "$4,899.00",
            "good",
        ),
        (
            "room",
            "Your place in the van on Saturday, December 5 is given back",
            "30 pieces",
            "plain",
        ),
        ("messages", f"“Booking cancelled” goes to {EMAIL}", "1 message", "plain"),
    ]
    assert cents(found) == (0, 4899_00, 0, 4899_00)


def test_cancelling_late_returns_half_of_what_is_left_rounded_up(paid):
    late = datetime(2026, 12, 4, 15, tzinfo=UTC)
    found = compute(paid, Cancel(), Money(paid_cents=4899_01, refunded_cents=100_00), now=late)
    assert effect(found, "refund") == (
        (
            "$2,399.51 of $4,799.01 goes back to the card that paid: "
            "50%, less than 48 hours before pickup"
        ),
        "$2,399.51",
    )


def test_late_cancellation_that_was_asked_for_in_time_returns_everything(paid):
    """Staff decide a day later: the customer asked when it was free."""
    late = datetime(2026, 12, 4, 15, tzinfo=UTC)
    asked = datetime(2026, 12, 3, 13, tzinfo=UTC)
    assert compute(paid, Cancel(asked_at=asked), now=late).refund_cents == 4899_00


def test_money_that_is_on_its_way_back_is_not_returned_twice(paid):
    money = Money(paid_cents=4899_00, under_way_cents=639_00, revisable_cents=639_00)
    assert effect(compute(paid, Cancel(), money), "refund") == (
        (
            "$4,260.00 of $4,260.00 goes back to the card that paid: "
            "in full, at least 48 hours before pickup; $639.00 is on its way back already"
        ),
        "$4,260.00",
    )


def test_money_given_back_as_a_courtesy_is_not_asked_for_by_a_change(paid):
    money = Money(paid_cents=4899_00, refunded_cents=95_00, courtesy_cents=95_00)
    assert cents(compute(paid, Reschedule(FRIDAY, NINE), money)) == (-639_00, 4260_00, 0, 639_00)


def test_change_never_returns_more_than_is_left_after_a_courtesy(paid):
    money = Money(paid_cents=4899_00, refunded_cents=4800_00, courtesy_cents=4800_00)
    assert compute(paid, Reschedule(FRIDAY, NINE), money).refund_cents == 99_00


def test_cancelling_what_nobody_paid_returns_nothing(pending):
    found = compute(pending, Cancel())
    assert effect(found, "refund") == ("Nothing was paid, so nothing is returned", "$0.00")
    assert found.refund_cents == 0


# -------------------------------------------------------------------------------- anything else


def test_reorder_tells_of_room_certificate_and_price(catalogue):
    booking = confirm(make(package="petite", packing=False, items=10, pickup_date=THURSDAY))
    order = order_of(booking)
    more = replace(order.request, package="standard", items=24, packing=True)
    found = compute(booking, Reorder(replace(order, request=more)))
    assert effect(found, "price") == (
        (
            "Without Mini Move Petite, with Mini Move Standard, with Packing: "
            "$995.00 becomes $4,260.00"
        ),
        "$3,265.00 more",
    )
    assert effect(found, "room") == (
        "The van has room for it on Thursday, December 10",
        "30 pieces",
    )
    assert effect(found, "certificate") == (
        "A certificate of insurance is needed. It is on file by Wednesday, December 9, 9:00 AM",
        "17 days left",
    )


def test_reorder_of_another_building_needs_another_certificate(paid):
    paid.coi_state = CoiState.APPROVED
    order = order_of(paid)
    elsewhere = replace(order.delivery, street="28 Pondview Lane")
    found = compute(paid, Reorder(replace(order, delivery=elsewhere)))
    assert effect(found, "certificate")[0].startswith("Still required, none on file.")
    same = compute(paid, Reorder(replace(order, driver_notes="Ring twice")))
    assert effect(same, "certificate")[1] == "on file"


def test_reorder_to_one_place_twice_is_refused(paid):
    order = order_of(paid)
    found = compute(paid, Reorder(replace(order, delivery=order.pickup)))
    assert found.refusals == {"delivery_street": ["Give two different addresses."]}


def test_reorder_with_a_used_up_code_is_refused(paid):
    DiscountCode.objects.create(code="ONCE", percent=10, max_uses=1)
    make(pickup_date=THURSDAY, discount_code="ONCE", contact_email="other@example.com")
    order = order_of(paid)
    wish = Reorder(replace(order, request=replace(order.request, discount_code="once")))
    assert compute(paid, wish).refusals == {
        "discount_code": ["This code cannot be used. Check it, or go on without it."]
    }


# ------------------------------------------------------------------- fingerprint, queries, order_of


def test_fingerprint_is_the_same_whenever_the_effect_is(paid):
    first = compute(paid, TO_THURSDAY)
    Van.objects.create(number=3)  # and other people's bookings: none of the person's business
    make(pickup_date=THURSDAY, contact_email="other@example.com")
    assert compute(paid, TO_THURSDAY, now=NOW + timedelta(hours=5)).fingerprint == (
        first.fingerprint
    )


def test_fingerprint_tells_wishes_revisions_and_effects_apart(paid):
    def of(wish: Wish = TO_THURSDAY, money: Money | None = None, **fields) -> str:
        booking = Booking.objects.get(pk=paid.pk)
        for name, value in fields.items():
            setattr(booking, name, value)
        return compute(booking, wish, money).fingerprint

    found = [
        of(),
        of(Reschedule(THURSDAY, time(10))),
        of(Cancel()),
        of(Reorder(order_of(paid))),
        of(revision=1),
        of(money=Money(paid_cents=4800_00)),
        of(money=Money(has_mismatch=True)),
        of(status="pending", money=Money()),
        of(coi_state=CoiState.APPROVED),
    ]
    assert len(set(found)) == len(found)


def test_reading_a_change_costs_few_queries(paid, django_assert_num_queries):
    booking = Booking.objects.select_related("customer__customer_profile").get(pk=paid.pk)
    compute(booking, TO_THURSDAY)  # the catalogue is in the process from here on
    with django_assert_num_queries(3):  # stamp, room, the person's other bookings
        compute(booking, TO_THURSDAY)
    with django_assert_num_queries(1):
        compute(booking, Cancel())


def test_order_of_a_booking_is_the_order_that_it_was_made_from(catalogue):
    booking = make(
        coi_wording="The Dakota, 1 West 72nd Street",
        driver_notes="Ring twice",
        other_contact_name="Rosa Ellery",
        other_contact_phone="+19175550139",
    )
    again = order_of(Booking.objects.get(pk=booking.pk))
    assert again.hash == booking.order_hash
    assert again.terms_accepted is True


def test_order_of_an_accounts_booking_has_the_accounts_contact(catalogue):
    customer = make_customer()
    booking = make(customer_id=customer.pk)
    order = order_of(Booking.objects.get(pk=booking.pk))
    assert (order.customer_id, order.contact_email) == (customer.pk, customer.email)
