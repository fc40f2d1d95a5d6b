"""A confirmed change is made whole: rows, room, lines, money and messages, or not at all."""

from dataclasses import replace
from datetime import time

import pytest
from django.db import transaction

from booking.changes import Cancel, Reorder
from booking.lifecycle import Status
from booking.models import Booking, BookingLine, CoiState, DiscountCode, DiscountRedemption, Message
from booking.services.order import asked_at, order_of, stored_request
from payments.models import Payment, Refund
from payments.money import money_state
from payments.services.apply_change import (
    ChangeRefusedError,
    ChangeSetOutdatedError,
    apply_change_set,
)
from tests.factories import make_booking, make_staff
from tests.payments.changing import (
    change,
    changes,
    letter,
    lines,
    saturday,
    see,
    staff,
    to,
    weekday,
)
from tests.payments.shop import Shop, alerts, mails, refunds, statuses
from tests.payments.visitor import press
from totetaxi.lib import clock
from totetaxi.lib.actor import GUEST, SYSTEM, ActorKind
from totetaxi.lib.clock import at_new_york


def paid(shop: Shop, **facts) -> Booking:
    return shop.paid(**facts).booking


# -------------------------------------------------------------------------------------- the rows


def test_pending_booking_moves_with_everything_that_depends_on_its_day(shop: Shop):
    booking = shop.press_pay(shop.order(items=12)).booking
    held = booking.hold_expires_at
    day = saturday()
    change(booking, to(day, booking))
    assert (booking.pickup_date, booking.pickup_time) == (day, time(9))
    assert booking.pickup_at == at_new_york(day, time(9))
    assert stored_request(booking).pickup_date == day
    assert (booking.revision, booking.calendar_sequence) == (1, 1)
    assert (booking.status, booking.room_held, booking.hold_expires_at) == (
        Status.PENDING,
        True,
        held,
    )
    assert lines(booking) == [("Mini Move Petite", 99500, False), ("Weekend", 14925, False)]
    assert booking.total_cents == 114425
    assert (changes(booking), mails(booking)) == (["rescheduled"], ["rescheduled"])
    (event,) = booking.events.filter(kind="change")
    assert event.detail == {
        "difference_cents": 14925,
        "total_cents": 114425,
        "due_cents": 114425,
        "refund_cents": 0,
        "approves_itself": False,
        "from_date": weekday().isoformat(),
        "from_time": "09:00:00",
        "to_date": day.isoformat(),
        "to_time": "09:00:00",
    }


def test_paid_lines_stand_and_the_difference_is_a_line_of_its_own(shop: Shop):
    booking = paid(shop)
    before = list(BookingLine.objects.filter(booking=booking).values())
    change(booking, to(saturday(), booking), by=SYSTEM)
    after = list(BookingLine.objects.filter(booking=booking).values())
    assert after[:-1] == before
    added = after[-1]
    assert (added["code"], added["amount_cents"], added["is_adjustment"], added["reason"]) == (
        "adjustment",
        14925,
        True,
        "Weekend 15 % applies",
    )
    assert lines(booking)[-1][0] == f"Moved to {saturday():%A, %B} {saturday().day}"
    assert booking.total_cents == 114425 == sum(cents for _label, cents, _own in lines(booking))


def test_second_change_keeps_when_its_day_was_chosen(shop: Shop):
    booking = paid(shop)
    made = asked_at(booking)
    assert made == booking.created_at
    change(booking, to(saturday(), booking), by=SYSTEM)
    chosen = asked_at(booking)
    assert chosen > made
    change(booking, replace(to(saturday(), booking), pickup_time=time(10)), by=SYSTEM)
    assert asked_at(booking) == chosen


def test_move_takes_the_new_room_and_gives_back_the_old(shop: Shop):
    """Both vans of both days are full but for this booking's own place."""
    day = saturday()
    booking = shop.press_pay(shop.order(package="full", items=5)).booking
    make_booking(package="full", items=5)
    make_booking(package="full", items=5, pickup_date=day)
    change(booking, to(day, booking))
    assert {row.van_id for row in Booking.objects.filter(pickup_date=day)} == {
        row.van_id for row in Booking.objects.all()
    }
    make_booking(package="full", items=5)  # the old place is free again
    other = shop.press_pay(shop.order(package="full", items=5, pickup_date=weekday(6))).booking
    with pytest.raises(ChangeRefusedError) as refused:
        change(other, to(day, other))
    assert list(refused.value.change_set.refusals) == ["pickup_date"]
    other.refresh_from_db()
    assert (other.pickup_date, other.revision) == (weekday(6), 0)


def test_reorder_writes_every_part_of_the_order(shop: Shop):
    booking = shop.press_pay(
        shop.order(service="standard_delivery", package=None, items=3, specialty={"crib": 1})
    ).booking
    order = order_of(booking)
    wish = Reorder(
        replace(
            order,
            request=replace(order.request, items=4, specialty={"surfboard": 2}, coi=True),
            delivery=replace(order.delivery, street="9 Dune Road"),
            driver_notes="Ring twice",
            contact_phone="+19175550139",
            coi_wording="The Dakota",
        )
    )
    change(booking, wish)
    assert (booking.driver_notes, booking.guest_phone, booking.coi_wording) == (
        "Ring twice",
        "+19175550139",
        "The Dakota",
    )
    assert (booking.coi_state, booking.room_pieces, booking.room_needs_rack) == (
        CoiState.NEEDED,
        14,
        True,
    )
    assert [(item.code, item.quantity) for item in booking.booking_items.all()] == [
        ("surfboard", 2)
    ]
    assert {row.street for row in booking.addresses.all()} == {
        "118 East 93rd Street",
        "9 Dune Road",
    }
    assert order_of(booking) == wish.order
    assert (changes(booking), booking.order_hash) == (["reordered"], wish.order.hash)


def test_reorder_with_another_code_frees_the_first_one(shop: Shop):
    DiscountCode.objects.create(code="TEN", percent=10, max_uses=1)
    DiscountCode.objects.create(code="TWENTY", percent=20, max_uses=1)
    booking = shop.press_pay(shop.order(discount_code="TEN")).booking
    order = order_of(booking)
    wish = Reorder(replace(order, request=replace(order.request, discount_code="twenty")))
    change(booking, wish)
    used = DiscountRedemption.objects.filter(released_at=None)
    assert list(used.values_list("code__code", flat=True)) == ["TWENTY"]
    assert booking.total_cents == 79600


def test_code_that_is_used_up_by_the_booking_itself_keeps_counting(shop: Shop):
    DiscountCode.objects.create(code="TEN", percent=10, max_uses=1)
    booking = paid(shop, discount_code="TEN")
    DiscountCode.objects.update(is_active=False)
    change(booking, to(saturday(), booking), by=SYSTEM)
    assert booking.total_cents == 89550 + 13433 - 1  # 10 % of 1,144.25, rounded half up
    assert DiscountRedemption.objects.filter(released_at=None).count() == 1


# ------------------------------------------------------------------------------ what was shown


def test_effect_that_is_another_one_by_now_is_shown_anew_and_nothing_moves(shop: Shop):
    booking = shop.press_pay().booking
    wish = to(saturday(), booking)
    seen = see(booking, wish).fingerprint
    change(booking, to(weekday(7), booking))  # in another tab
    with pytest.raises(ChangeSetOutdatedError) as outdated:
        change(booking, wish, expected=seen)
    booking.refresh_from_db()
    assert (booking.pickup_date, booking.revision) == (weekday(7), 1)
    change(booking, wish, expected=outdated.value.change_set.fingerprint)
    assert booking.pickup_date == saturday()


def test_pending_change_that_was_paid_meanwhile_becomes_a_question(shop: Shop):
    checkout = shop.press_pay()
    wish = to(saturday(), checkout.booking)
    seen = see(checkout.booking, wish).fingerprint
    shop.pay(checkout.payment)
    shop.deliver()
    shop.work()
    with pytest.raises(ChangeSetOutdatedError) as outdated:
        change(checkout.booking, wish, expected=seen)
    with pytest.raises(ChangeRefusedError) as refused:  # a customer asks, staff decide
        change(checkout.booking, wish, expected=outdated.value.change_set.fingerprint)
    assert list(refused.value.change_set.refusals) == ["all"]
    checkout.booking.refresh_from_db()
    assert checkout.booking.revision == 0


def test_other_booking_made_meanwhile_at_that_time_is_refused(shop: Shop):
    booking = shop.press_pay().booking
    wish = to(saturday(), booking)
    seen = see(booking, wish).fingerprint
    make_booking(pickup_date=saturday(), contact_email=booking.guest_email)
    with pytest.raises(ChangeRefusedError) as refused:
        change(booking, wish, expected=seen)
    assert list(refused.value.change_set.refusals) == ["pickup_time"]


# ------------------------------------------------------------------------------------- the money


def test_open_page_of_another_sum_is_closed_and_pay_opens_one_for_the_new(shop: Shop):
    old = shop.press_pay().payment
    booking = old.booking
    change(booking, to(saturday(), booking))
    old.refresh_from_db()
    assert (old.status, old.session_to_expire) == ("cancelled", True)
    assert booking.payments.open().count() == 0


def test_open_page_of_the_same_sum_stays_open(shop: Shop):
    payment = shop.press_pay().payment
    change(payment.booking, to(weekday(7), payment.booking))
    payment.refresh_from_db()
    assert (payment.status, payment.session_to_expire) == ("pending", False)


def test_small_difference_of_a_cheaper_day_goes_back_at_once(shop: Shop):
    """A Standard Delivery of three items: the weekend is $42.75."""
    facts = {"service": "standard_delivery", "package": None, "items": 3}
    booking = paid(shop, pickup_date=saturday(), **facts)
    change(booking, to(weekday(), booking), by=SYSTEM)
    shop.work()
    assert refunds() == [("change", "succeeded", 4275)]
    state = money_state(booking)
    assert (state.due_cents, state.surplus_cents, alerts()) == (0, 0, [])


def test_larger_difference_waits_for_approval(shop: Shop):
    booking = paid(shop, pickup_date=saturday())
    by = staff(make_staff())
    change(booking, to(weekday(), booking), by=by)
    assert refunds() == [("change", "requested", 14925)]
    refund = Refund.objects.get()
    assert (refund.requested_by_kind, refund.requested_by_id) == (ActorKind.STAFF, by.user_id)
    assert alerts() == ["refund_requested"]
    assert (money_state(booking).to_pay_cents, money_state(booking).surplus_cents) == (0, 0)


def test_refund_that_waits_is_dropped_when_the_booking_moves_back(shop: Shop):
    booking = paid(shop, pickup_date=saturday())
    change(booking, to(weekday(), booking), by=staff(make_staff()))
    change(booking, to(saturday(), booking), by=SYSTEM)
    assert refunds() == [("change", "refused", 14925)]
    assert (alerts(), money_state(booking).to_pay_cents) == ([], 0)
    assert booking.total_cents == 114425


def test_refund_is_spread_over_payments_newest_first(shop: Shop):
    """$995.00 and $149.25 were paid; a Standard Delivery of three items costs $285.00."""
    booking = paid(shop)
    change(booking, to(saturday(), booking), by=SYSTEM)
    Payment.objects.create(
        booking=booking,
        method="offline",
        offline_way="cash",
        proof="Receipt 12",
        purpose="change",
        status="succeeded",
        amount_cents=14925,
        captured_cents=14925,
        actor_kind="staff",
        succeeded_at=clock.now(),
    )
    order = order_of(booking)
    less = replace(
        order.request, service="standard_delivery", package=None, items=3, pickup_date=weekday()
    )
    change(booking, Reorder(replace(order, request=less)), by=staff(make_staff()))
    assert booking.total_cents == 28500
    assert refunds() == [("change", "requested", 85925)]
    order = order_of(booking)
    change(booking, Cancel("staff"), by=staff(make_staff()))
    assert refunds() == [
        ("change", "requested", 85925),
        ("cancellation", "requested", 13575),
        ("cancellation", "requested", 14925),
    ]
    assert alerts() == ["refund_requested"] * 3


# ------------------------------------------------------------------------------------- the draft


def test_draft_follows_its_booking_to_the_new_day(shop: Shop, draft, browser):
    press(browser)
    booking = Booking.objects.get()
    change(booking, to(saturday(), booking))
    draft.refresh_from_db()
    assert draft.typed["when"] == {
        "pickup_date": saturday().isoformat(),
        "pickup_time": "09:00",
    }
    assert draft.shown_total_cents == booking.total_cents == 114425
    answer = press(browser, shown_total_cents="114425")
    assert answer["Location"] == Payment.objects.open().get().session_url
    assert Booking.objects.get().pk == booking.pk


def test_draft_whose_day_was_changed_meanwhile_keeps_it(shop: Shop, draft, browser):
    press(browser)
    draft.refresh_from_db()
    draft.typed["when"]["pickup_date"] = weekday(9).isoformat()
    draft.save()
    booking = Booking.objects.get()
    change(booking, to(saturday(), booking))
    draft.refresh_from_db()
    assert draft.typed["when"]["pickup_date"] == weekday(9).isoformat()


# -------------------------------------------------------------------------------- the cancellation


def test_customer_cancels_a_pending_booking(shop: Shop):
    DiscountCode.objects.create(code="TEN", percent=10, max_uses=1)
    payment = shop.press_pay(shop.order(discount_code="TEN")).payment
    booking = payment.booking
    change(booking, Cancel())
    payment.refresh_from_db()
    assert (booking.status, booking.cancel_reason, booking.room_held) == (
        Status.CANCELLED,
        "customer",
        False,
    )
    assert (payment.status, payment.session_to_expire) == ("cancelled", True)
    assert (booking.revision, booking.calendar_sequence) == (1, 1)
    assert DiscountRedemption.objects.filter(released_at=None).count() == 0
    assert (statuses(booking), mails(booking)) == (["pending", "cancelled"], ["cancelled"])
    assert (refunds(), alerts()) == ([], [])


def test_money_that_comes_after_the_customer_cancelled_goes_back_in_full(shop: Shop):
    payment = shop.press_pay().payment
    change(payment.booking, Cancel())
    shop.pay(payment)  # faster than the worker that closes the page
    shop.deliver()
    shop.work()
    payment.booking.refresh_from_db()
    assert payment.booking.status == Status.CANCELLED
    assert refunds() == [("late", "succeeded", 99500)]


def test_customer_cancels_a_request_that_staff_have_not_taken_up(shop: Shop):
    booking = shop.press_pay(
        shop.order(service="standard_delivery", package=None, items=61)
    ).booking
    assert alerts() == ["request"]
    change(booking, Cancel())
    assert (booking.status, alerts()) == (Status.CANCELLED, [])


def test_staff_cancel_a_paid_booking_and_ask_for_its_refund(shop: Shop):
    booking = paid(shop)
    by = staff(make_staff())
    change(booking, Cancel("staff"), by=by)
    refund = Refund.objects.get()
    assert refunds() == [("cancellation", "requested", 99500)]
    assert (refund.requested_by_id, refund.approved_at) == (by.user_id, None)
    assert (booking.status, booking.cancel_reason) == (Status.CANCELLED, "staff")
    assert (alerts(), mails(booking)) == (["refund_requested"], ["cancelled", "confirmed"])


def test_customer_cannot_cancel_a_paid_booking(shop: Shop):
    booking = paid(shop)
    with pytest.raises(ChangeRefusedError):
        change(booking, Cancel())
    booking.refresh_from_db()
    assert booking.status == Status.PAID


# ------------------------------------------------------------------------------------ the letters


def test_each_revision_has_its_message_and_only_the_last_is_sent(shop: Shop):
    booking = paid(shop)
    change(booking, to(saturday(), booking), by=SYSTEM)
    change(booking, to(weekday(7), booking), by=SYSTEM)
    shop.work()
    rows = Message.objects.filter(kind="rescheduled").order_by("created_at")
    assert [row.state for row in rows] == ["dropped", "sent"]


def test_letter_about_a_dearer_day_leads_to_paying(shop: Shop):
    booking = paid(shop)
    change(booking, to(saturday(), booking), by=SYSTEM)
    text = letter(booking, "rescheduled")
    assert "Your pickup has moved." in text
    assert "It costs $149.25 more: $1,144.25 in all. $149.25 is still to be paid." in (
        text.replace("\n", " ")
    )
    assert "Go on to the payment:" in text


def test_apply_within_another_transaction_rolls_back_with_it(shop: Shop):
    """Staff services write their audit log in the same transaction."""
    booking = paid(shop)
    wish = to(saturday(), booking)
    expected = see(booking, wish).fingerprint

    def audited() -> None:
        with transaction.atomic():
            apply_change_set(booking.pk, wish, expected=expected, by=SYSTEM, now=clock.now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        audited()
    booking.refresh_from_db()
    assert (booking.revision, mails(booking)) == (0, ["confirmed"])


def test_guest_is_the_actor_of_the_event(shop: Shop):
    booking = shop.press_pay().booking
    change(booking, to(saturday(), booking), by=GUEST)
    (event,) = booking.events.filter(kind="change")
    assert (event.actor_kind, event.actor_id) == (ActorKind.GUEST, None)
