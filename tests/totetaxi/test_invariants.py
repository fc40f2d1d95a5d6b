"""What must hold is checked, and each check sees what it is for."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, transaction

from booking.lifecycle import EXPIRED, Status
from booking.models import Alert, AlertKind, Booking, BookingEvent, DiscountCode, Van, VanDay
from booking.services.cancel import cancel_booking
from booking.services.room import lock_day
from booking.services.status import record_event
from payments.audit import note_payment, note_refund
from payments.models import MoneyAct, Payment, Refund, StripeEvent
from tests.factories import (
    make_booking,
    make_catalogue,
    make_paid_booking,
    make_payment,
    make_refund,
    make_staff,
)
from tests.factories.movements import add_movements
from tests.totetaxi.corruptors import CORRUPTORS, corrupt
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM
from totetaxi.lib.invariants import all_invariants, snapshot
from totetaxi.lib.work import WorkState
from totetaxi.management.commands.check_invariants import chosen, run


@pytest.fixture
def house(db: None) -> None:
    """A booking that is paid, one that is being paid, and one whose money came too late."""
    now = clock.now()
    make_catalogue()
    DiscountCode.objects.create(code="TENTH", percent=10, max_uses=1)
    order = {"service": "standard_delivery", "package": None, "items": 4}
    paid = make_paid_booking(**order, specialty={"surfboard": 1}, discount_code="TENTH")
    payment = paid.payments.get()
    note_payment(MoneyAct.CAPTURED, payment, payment.captured_cents, by=SYSTEM, now=now)
    cents = payment.captured_cents
    add_movements(1, payment=payment, amount_cents=cents, source_id="ch_1")
    _being_paid()
    _too_late()
    lock_day(paid.pickup_date)
    VanDay.objects.create(van=Van.objects.get(pk=paid.van_id), date=paid.pickup_date)
    StripeEvent.objects.create(
        id="evt_1",
        type="charge.updated",
        payload={},
        livemode=False,
        outcome=StripeEvent.Outcome.PROCESSED,
        received_at=now,
        processed_at=now,
        work_state=WorkState.DONE,
    )


def _being_paid() -> None:
    now = clock.now()
    make_payment(
        make_booking(),
        status=Payment.Status.PENDING,
        captured_cents=0,
        succeeded_at=None,
        intent_id=None,
        session_expires_at=now + timedelta(minutes=35),
    )


def _too_late() -> None:
    now = clock.now()
    late = make_booking()
    with transaction.atomic():
        cancel_booking(late, reason=EXPIRED, by=SYSTEM, now=now - timedelta(minutes=1))
    payment = make_payment(late, at=now)
    note_payment(MoneyAct.CAPTURED, payment, payment.captured_cents, by=SYSTEM, now=now)
    refund = make_refund(payment, payment.captured_cents, reason=Refund.Reason.LATE)
    note_refund(MoneyAct.REFUNDED, refund, by=SYSTEM, now=now)


def breaks(*names: str) -> list[str]:
    """The names of the checks that find something, once each."""
    return list(dict.fromkeys(check.name for check, _found in run(chosen([*names]))))


# --------------------------------------------------------------------------------------- checks


def test_sound_house_breaks_nothing(house: None):
    assert [(check.name, found) for check, found in run(all_invariants())] == []


def test_every_check_has_a_corruptor():
    assert sorted(CORRUPTORS) == sorted(check.name for check in all_invariants())


@pytest.mark.parametrize("name", sorted(CORRUPTORS))
def test_check_sees_what_it_is_for(house: None, name: str):
    seen = {}
    for sql in CORRUPTORS[name]:
        with transaction.atomic():
            corrupt(sql)
            seen[sql] = breaks(name)
            transaction.set_rollback(True)
    assert seen == {sql: [name] for sql in CORRUPTORS[name]}


def test_what_staff_were_told_of_is_no_break(house: None):
    corrupt("UPDATE booking_booking SET room_whole_van = TRUE")
    for day in set(Booking.objects.values_list("pickup_date", flat=True)):
        Alert.objects.create(kind=AlertKind.ROOM_CONFLICT, about=f"day:{day}", summary="Too much")
    assert breaks("vans_hold_what_they_can") == []


def test_booking_that_was_started_unpaid_with_a_reason_is_no_break(house: None):
    corrupt("UPDATE booking_booking SET unpaid_reason = 'Pays at the door'")
    Payment.objects.filter(status=Payment.Status.SUCCEEDED).update(captured_cents=0)
    assert breaks("covered_bookings_are_paid") == []


def test_dearer_change_that_is_still_due_is_no_break(house: None):
    corrupt("UPDATE booking_booking SET total_cents = total_cents + 500 WHERE status = 'paid'")
    booking = Booking.objects.get(status=Status.PAID)
    booking.lines.create(
        position=90, code="adjustment", label="Moved", amount_cents=500, is_adjustment=True
    )
    assert len(breaks("covered_bookings_are_paid")) == 1
    kind = BookingEvent.Kind.CHANGE
    detail = {"difference_cents": 500}
    record_event(booking, kind=kind, reason="moved", detail=detail, by=SYSTEM, now=clock.now())
    assert breaks("covered_bookings_are_paid", "lines_add_up_to_the_total") == []
    make_refund(booking.payments.get(), 1)
    assert len(breaks("covered_bookings_are_paid")) == 1


def test_courtesy_is_not_owed_again(house: None):
    payment = Payment.objects.get(booking__status=Status.PAID)
    make_refund(payment, 2000, reason=Refund.Reason.GOODWILL)
    assert breaks("covered_bookings_are_paid", "surplus_goes_back_or_is_told") == []


def test_refused_surplus_is_no_break(house: None):
    payment = Payment.objects.get(booking__status=Status.PAID)
    facts = {"refused_by": make_staff(), "refused_at": clock.now()}
    make_refund(payment, 1, status="refused", approved_by_kind="", approved_at=None, **facts)
    corrupt("UPDATE booking_booking SET total_cents = total_cents - 1 WHERE status = 'paid'")
    assert breaks("surplus_goes_back_or_is_told") == []


def test_what_was_given_whole_is_not_too_much_once_it_costs_less(house: None):
    payment = Payment.objects.get(booking__status=Status.PAID)
    make_refund(payment, payment.captured_cents, reason=Refund.Reason.GOODWILL)
    corrupt("UPDATE booking_booking SET total_cents = total_cents - 1 WHERE status = 'paid'")
    assert breaks("surplus_goes_back_or_is_told") == []


# -------------------------------------------------------------------------------------- command


def command(*options: str) -> tuple[int, list[str]]:
    """Exit status and the lines that were printed."""
    out = StringIO()
    try:
        call_command("check_invariants", *options, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue().splitlines()
    except CommandError as error:
        return error.returncode, [str(error)]
    return 0, out.getvalue().splitlines()


@pytest.mark.django_db(transaction=True)
def test_command_ends_with_0_on_a_new_installation():
    make_catalogue()
    assert command() == (0, [f"{len(all_invariants())} checks, 0 breaks."])


@pytest.mark.django_db(transaction=True)
def test_command_ends_with_1_and_a_row_for_each_break():
    make_catalogue()
    booking = make_booking()
    Booking.objects.update(total_cents=1)
    cents = sum(line.amount_cents for line in booking.lines.all())
    text = f"{booking.code}: the lines come to {cents}, the total is 1"
    status, lines = command()
    assert (status, lines[0]) == (1, f"M1   lines_add_up_to_the_total: {text}")
    status, lines = command("lines_add_up_to_the_total", "--json")
    assert [json.loads(line) for line in lines] == [
        {"code": "M1", "name": "lines_add_up_to_the_total", "break": text}
    ]
    assert command("refunds_fit_their_payment")[0] == 0


@pytest.mark.django_db(transaction=True)
def test_command_ends_with_2_where_it_cannot_check(monkeypatch):
    def fail(*_facts):
        raise OperationalError("no such table")

    monkeypatch.setattr("totetaxi.management.commands.check_invariants.run", fail)
    assert command() == (2, ["Could not check: no such table"])
    assert command("nothing_of_the_kind") == (2, ["No check is named nothing_of_the_kind."])


def test_command_lists_what_it_checks():
    status, lines = command("--list")
    assert (status, len(lines)) == (0, len(all_invariants()))
    assert "M3   refunds_fit_their_payment: What is asked back of a payment is never" in "".join(
        lines
    )


@pytest.mark.django_db(transaction=True)
def test_snapshot_refuses_to_write():
    make_catalogue()
    with pytest.raises(DatabaseError), snapshot():
        Alert.objects.create(kind=AlertKind.REQUEST, about="x", summary="x")
    Alert.objects.create(kind=AlertKind.REQUEST, about="x", summary="x")
    assert Alert.objects.count() == 1
