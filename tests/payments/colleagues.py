"""What colleagues do about money, as rules of a state machine."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from booking.changes import Cancel, Reprice, Wish, compute_change_set
from booking.models import Booking
from booking.pricing.types import Allowances
from booking.services.status import lock_booking
from payments.gateway import GatewayDownError
from payments.models import Payment, PaymentLink, Refund
from payments.money import MoneyState, money_state, money_states
from payments.services import refund_decisions as decisions
from payments.services.apply_change import ChangeRefusedError, apply_change_set
from payments.services.offline import OfflineMoney, OfflineRefusedError, record_offline
from payments.services.open_payment import CheckoutEndedError, resume_checkout
from payments.services.payment_links import LinkRefusedError, create_link
from payments.services.refund import PaymentDisputedError, RefundTooLargeError
from payments.services.spread_refund import ask_back, propose_surplus
from payments.services.start_checkout import SessionNotOpenedError
from payments.services.strike import StrikeRefusedError, strike_payment
from staff.permissions import MANAGER_REFUND_LIMIT_CENTS, Role
from tests.factories import make_colleague
from tests.payments.changing import saturday, to, weekday
from tests.payments.moves import move
from tests.payments.test_any_order import AnyOrder
from totetaxi.lib import clock
from totetaxi.lib.actor import GUEST, Actor, actor_of
from totetaxi.sandbox.stripe.checkout.confirm import NotOpenError

LEAD = Allowances(is_staff=True, same_day=True, over_limit=True)
TOO_LATE = (RefundTooLargeError, PaymentDisputedError)
NOT_PAYABLE = (
    CheckoutEndedError,
    GatewayDownError,
    LinkRefusedError,
    NotOpenError,
    SessionNotOpenedError,
)


def waiting() -> QuerySet[Refund]:
    """Refunds that wait for approval."""
    return Refund.objects.filter(status=Refund.Status.REQUESTED).order_by("created_at")


def held_up() -> QuerySet[Refund]:
    """Refunds that failed."""
    return Refund.objects.held_up().order_by("created_at")


def by_hand() -> list[Refund]:
    """Refunds that a person pays out, or may."""
    rows = Refund.objects.select_related("payment").order_by("created_at")
    return [one for one in rows if decisions.waits_for_hand(one) or one.is_held_up]


def written_down() -> QuerySet[Payment]:
    """Offline payments that count."""
    rows = Payment.objects.succeeded().filter(method=Payment.Method.OFFLINE)
    return rows.order_by("created_at")


def open_links() -> list[PaymentLink]:
    return list(PaymentLink.objects.open().order_by("created_at"))


def bookings(*statuses: str) -> list[tuple[Booking, MoneyState]]:
    """Bookings with money to follow, and theirs."""
    found = Booking.objects.filter(status__in=statuses or ["pending", "paid"])
    rows = found.exclude(package="full").order_by("number")
    sums = money_states(rows)
    return [(one, sums[one.pk]) for one in rows]


def owing() -> list[tuple[Booking, MoneyState]]:
    """Paid bookings that became dearer, or whose money was struck out; pending ones."""
    return [(one, money) for one, money in bookings() if money.to_pay_cents >= 100]


def overpaid() -> list[tuple[Booking, MoneyState]]:
    return [(one, money) for one, money in bookings() if money.surplus_cents]


def refundable() -> list[tuple[Booking, MoneyState]]:
    found = bookings("paid", "cancelled")
    return [(one, money) for one, money in found if money.left_cents]


class Colleagues(AnyOrder):
    """Two who ask and decide up to a limit, and one who decides about any sum."""

    def __init__(self) -> None:
        super().__init__()
        self.support = self._person(Role.SUPPORT, "Ruth Okafor")
        self.manager = self._person(Role.MANAGER, "Ines Duarte")
        self.admin = self._person(Role.ADMIN, "Tom Bellamy")

    def _person(self, role: Role, name: str) -> Actor:
        return actor_of(make_colleague(role, name).user)

    def _decider(self) -> dict[str, Any]:
        if self.draw.random() < 0.5:
            return {"by": self.manager, "limit_cents": MANAGER_REFUND_LIMIT_CENTS}
        return {"by": self.admin, "limit_cents": None}

    # -------------------------------------------------------------------------------- refunds

    @move(when=lambda self: refundable())
    def ask_for_a_refund(self) -> None:
        booking, money = self.draw.choice(refundable())
        cents = max(1, money.left_cents * self.draw.choice([1, 50, 100, 100]) // 100)
        reason = self.draw.choice([Refund.Reason.GOODWILL, Refund.Reason.OUR_FAULT])
        by = self.draw.choice([self.support, self.manager])
        self._ask(
            lambda booking: ask_back(booking, cents, reason=reason, by=by, now=clock.now()), booking
        )

    @move(when=lambda self: overpaid())
    def ask_for_a_surplus(self) -> None:
        booking, _money = self.draw.choice(overpaid())
        self._ask(
            lambda booking: propose_surplus(booking, by=self.support, now=clock.now()), booking
        )

    def _ask(self, ask: Any, booking: Booking) -> None:
        try:
            with transaction.atomic():
                ask(lock_booking(booking.pk))
        except TOO_LATE as error:
            self.happened[type(error).__name__] += 1

    @move(when=lambda self: waiting())
    def approve_a_refund(self) -> None:
        refund, who = self.draw.choice(list(waiting())), self._decider()
        try:
            decisions.approve_refund(refund.pk, **who, now=clock.now())
        except (decisions.OwnRequestError, decisions.OverLimitError, *TOO_LATE) as error:
            self.happened[type(error).__name__] += 1
        else:
            self.happened["approved by " + ("admin" if who["by"] == self.admin else "manager")] += 1

    approve_a_refund_2 = approve_a_refund

    @move(when=lambda self: waiting())
    def refuse_a_refund(self) -> None:
        refund = self.draw.choice(list(waiting()))
        decisions.refuse_refund(refund.pk, by=self.admin, refusal="No", now=clock.now())

    @move(when=lambda self: held_up())
    def try_a_refund_again(self) -> None:
        refund = self.draw.choice(list(held_up()))
        try:
            decisions.retry_refund(refund.pk, **self._decider(), now=clock.now())
        except (decisions.OverLimitError, *TOO_LATE) as error:
            self.happened[type(error).__name__] += 1

    @move(when=lambda self: by_hand())
    def pay_a_refund_by_hand(self) -> None:
        refund = self.draw.choice(by_hand())
        who = self._decider()
        try:
            decisions.pay_refund_by_hand(refund.pk, proof="Transfer 7", **who, now=clock.now())
        except (decisions.OverLimitError, *TOO_LATE) as error:
            self.happened[type(error).__name__] += 1

    @move(when=lambda self: held_up())
    def give_a_refund_up(self) -> None:
        refund = self.draw.choice(list(held_up()))
        decisions.refuse_refund(refund.pk, by=self.admin, refusal="No card", now=clock.now())

    # -------------------------------------------------------------------------------- changes

    @move(when=lambda self: bookings())
    def reschedule(self) -> None:
        booking, _money = self.draw.choice(bookings())
        day = self.draw.choice([weekday(4), weekday(12), saturday()])
        self._change(booking, to(day, booking))

    @move(when=lambda self: bookings())
    def reprice(self) -> None:
        booking, _money = self.draw.choice(bookings())
        cents = self.draw.choice([booking.total_cents // 2, booking.total_cents * 9 // 10, 120_00])
        self._change(booking, Reprice(self.draw.choice([cents, booking.total_cents + 90_00])))

    @move(when=lambda self: bookings("paid"))
    def make_dearer(self) -> None:
        booking, _money = self.draw.choice(bookings("paid"))
        self._change(booking, Reprice(booking.total_cents + 90_00))

    @move(when=lambda self: bookings("paid"))
    def cancel_a_paid_booking(self) -> None:
        booking, _money = self.draw.choice(bookings("paid"))
        wish = self.draw.choice(
            [Cancel("customer"), Cancel("staff"), Cancel("staff", our_fault=True)]
        )
        self._change(booking, wish)
        self.happened["cancelled when paid"] += 1

    @move(when=lambda self: bookings("pending"))
    def cancel_a_pending_booking(self) -> None:
        self._change(self.draw.choice(bookings("pending"))[0], Cancel("staff"))

    def _change(self, booking: Booking, wish: Wish) -> None:
        now, money = clock.now(), money_state(booking)
        shown = compute_change_set(booking, wish, money=money, now=now, allowances=LEAD)
        try:
            apply_change_set(
                booking.pk,
                wish,
                expected=shown.fingerprint,
                by=self.admin,
                now=now,
                allowances=LEAD,
            )
        except ChangeRefusedError:
            self.happened["change refused"] += 1
        else:
            self.happened["cheaper"] += shown.difference_cents < 0
            self.happened["dearer"] += shown.difference_cents > 0

    # --------------------------------------------------------------- what is due, and otherwise

    @move(when=lambda self: owing())
    def ask_by_link(self) -> None:
        booking, money = self.draw.choice(owing())
        cents = self.draw.choice([money.to_pay_cents, money.to_pay_cents // 2])
        ends = clock.now() + timedelta(hours=self.draw.choice([1, 72]))
        try:
            create_link(
                booking.pk, amount_cents=cents, expires_at=ends, by=self.support, now=clock.now()
            )
        except LinkRefusedError:
            self.happened["link refused"] += 1

    @move(when=lambda self: open_links())
    def pay_by_link(self) -> None:
        link = self.draw.choice(open_links())
        self._pay(link.booking_id, link_id=link.pk)

    @move(when=lambda self: owing())
    def pay_what_is_due(self) -> None:
        self._pay(self.draw.choice(owing())[0].pk)

    def _pay(self, booking_id: Any, **by_link: Any) -> None:
        try:
            payment = resume_checkout(booking_id, by=GUEST, now=clock.now(), **by_link)
            self.shop.pay(payment)
        except NOT_PAYABLE as error:
            self.happened[type(error).__name__] += 1

    @move(when=lambda self: owing())
    def take_money_offline(self) -> None:
        booking, money = self.draw.choice(owing())
        most = money.most_cents
        self._hand_over(booking, most, self.draw.choice([most, most, max(1, most // 3)]))

    @move(when=lambda self: owing())
    def take_too_much_offline(self) -> None:
        booking, money = self.draw.choice(owing())
        self._hand_over(booking, money.most_cents, money.most_cents + 10_00)

    def _hand_over(self, booking: Booking, most: int, cents: int) -> None:
        handed = OfflineMoney(
            amount_cents=cents,
            way=Payment.OfflineWay.TRANSFER,
            proof=f"Transfer {cents}",
            paid_on=clock.today(clock.now()),
            form_id=uuid4(),
            over_cents=max(0, cents - most),
            is_again=True,
        )
        try:
            record_offline(booking.pk, handed, by=self.support, now=clock.now())
        except OfflineRefusedError:
            self.happened["offline refused"] += 1

    @move(when=lambda self: written_down())
    def strike_out(self) -> None:
        payment = self.draw.choice(list(written_down()))
        try:
            strike_payment(payment.pk, why="Another's", by=self.admin, now=clock.now())
        except StrikeRefusedError:
            self.happened["not struck"] += 1
