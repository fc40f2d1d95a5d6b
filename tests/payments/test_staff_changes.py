"""Staff change an order whose customer still has it open in another tab."""

from dataclasses import replace

from django.urls import reverse

from booking.changes import Reorder, Reprice, Wish, compute_change_set
from booking.models import Booking, BookingLimits
from booking.pricing.types import Allowances
from booking.services.order import order_of
from payments.models import Payment, Refund
from payments.money import money_state
from payments.services.apply_change import apply_change_set
from tests.factories import make_booking, make_payment_link, make_staff
from tests.payments.links.linking import pay_by
from tests.payments.shop import Shop, alerts
from tests.payments.visitor import press
from totetaxi.lib import clock
from totetaxi.lib.actor import actor_of

LEAD = Allowances(is_staff=True, same_day=True, over_limit=True)


def by_staff(booking: Booking, wish: Wish) -> Booking:
    """Shown and confirmed by somebody of the staff."""
    now = clock.now()
    money = money_state(booking)
    shown = compute_change_set(booking, wish, money=money, now=now, allowances=LEAD)
    apply_change_set(
        booking.pk,
        wish,
        expected=shown.fingerprint,
        by=actor_of(make_staff()),
        now=now,
        allowances=LEAD,
    )
    return Booking.objects.get(pk=booking.pk)


def ordered(booking: Booking, **asked) -> Reorder:
    order = order_of(booking)
    return Reorder(replace(order, request=replace(order.request, **asked)))


def test_the_draft_follows_an_order_that_staff_changed(shop: Shop, draft, browser):
    press(browser)
    booking = by_staff(Booking.objects.get(), ordered(Booking.objects.get(), coi=True))
    draft.refresh_from_db()
    assert (draft.typed["what"]["coi"], draft.shown_total_cents) == ("on", 104_500)
    answer = press(browser, shown_total_cents="104500")
    assert answer["Location"] == Payment.objects.open().get().session_url
    assert Booking.objects.get().pk == booking.pk


def test_pay_in_the_old_tab_shows_the_new_price_first(shop: Shop, draft, browser):
    press(browser)
    by_staff(Booking.objects.get(), ordered(Booking.objects.get(), coi=True))
    answer = press(browser, shown_total_cents="99500")
    assert (answer.status_code, Booking.objects.get().total_cents) == (409, 104_500)
    assert "$1,045.00" in answer.content.decode()


def test_a_draft_that_says_something_else_by_now_is_left_alone(shop: Shop, draft, browser):
    press(browser)
    draft.refresh_from_db()
    draft.typed["what"]["items"] = "12"
    draft.save()
    by_staff(Booking.objects.get(), ordered(Booking.objects.get(), coi=True))
    draft.refresh_from_db()
    assert (draft.typed["what"]["items"], draft.typed["what"].get("coi")) == ("12", None)


def test_a_price_that_staff_agreed_on_is_paid_on_the_bookings_page(shop: Shop, draft, browser):
    press(browser)
    booking = by_staff(Booking.objects.get(), Reprice(900_00))
    answer = press(browser, shown_total_cents="99500")
    assert answer["Location"] == reverse("accounts:booking", args=[booking.pk])
    booking.refresh_from_db()
    assert (Booking.objects.count(), booking.status, booking.total_cents) == (
        1,
        "pending",
        900_00,
    )


def test_an_edit_of_the_draft_does_not_lose_a_price_that_staff_agreed_on(
    shop: Shop, draft, browser
):
    press(browser)
    booking = by_staff(Booking.objects.get(), Reprice(900_00))
    browser.post(
        reverse("booking:what"), {"choice": "mini_move:petite", "items": "8", "continue": "1"}
    )
    draft.refresh_from_db()
    booking.refresh_from_db()
    assert (draft.typed["what"]["items"], booking.status, booking.total_cents) == (
        "8",
        "pending",
        900_00,
    )
    answer = press(browser, shown_total_cents="99500")
    assert answer["Location"] == reverse("accounts:booking", args=[booking.pk])


def test_free_of_charge_confirms_and_closes_the_open_page(shop: Shop):
    payment = shop.press_pay().payment
    booking = by_staff(payment.booking, Reprice(0))
    payment.refresh_from_db()
    assert (booking.status, booking.total_cents) == ("paid", 0)
    assert (payment.status, payment.session_to_expire) == ("cancelled", True)


def test_what_staff_make_too_large_for_a_van_loses_its_place(shop: Shop):
    booking = shop.press_pay().booking
    wish = ordered(booking, service="standard_delivery", package=None, items=61)
    booking = by_staff(booking, wish)
    assert (booking.room_held, booking.needs_staff, booking.room_pieces) == (False, True, 61)
    back = by_staff(booking, ordered(booking, items=10))
    assert (back.room_held, back.room_pieces) == (True, 10)


def test_a_paid_booking_that_no_van_carries_any_more_waits_for_staff(shop: Shop):
    booking = shop.paid().booking
    wish = ordered(booking, service="standard_delivery", package=None, items=61)
    assert by_staff(booking, wish).room_held is False
    assert alerts() == ["request"]


def test_another_price_leaves_a_booking_in_its_van_whatever_the_limits_are_now(shop: Shop):
    booking = shop.press_pay().booking
    limits = BookingLimits.objects.get()
    limits.online_max_pieces = booking.room_pieces - 1
    limits.save()
    assert by_staff(booking, Reprice(900_00)).room_held is True


def test_a_price_that_staff_lower_returns_no_money_without_somebody_else(shop: Shop):
    booking = shop.paid().booking
    booking = by_staff(booking, Reprice(booking.total_cents - 5_000))
    by_staff(booking, Reprice(booking.total_cents - 5_000))
    rows = Refund.objects.order_by("created_at").values_list("status", "amount_cents")
    assert list(rows) == [("refused", 5_000), ("requested", 10_000)]


def test_a_price_that_is_what_was_paid_in_part_settles_what_waited(shop: Shop):
    booking = make_booking()
    pay_by(shop, make_payment_link(booking, 40000, hours=4))
    with shop.later(hours=5):
        shop.expire_holds()
        assert alerts() == ["partly_paid"]
        booking = by_staff(Booking.objects.get(), Reprice(40000))
    assert (booking.status, alerts()) == ("paid", [])
