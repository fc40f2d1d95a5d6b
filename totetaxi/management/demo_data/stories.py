"""What happened to each booking of the demo, step by step, and to its money.

The steps follow the table of `booking.lifecycle`, the times and sums the real rules.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from booking.lifecycle import EXPIRED, LATE_PAYMENT, Status
from booking.pricing.refunds import cancellation_refund
from booking.services.create import REQUEST_HOLD
from payments.models import Payment, Refund
from payments.services.supersede import SUPERSEDED
from totetaxi.lib.actor import SYSTEM, Actor
from totetaxi.management.demo_data.history import Case, Money, Repayment, Step, Story
from totetaxi.management.demo_data.plan import Fate

UNPAID_REASON = "Regular client, pays at the door"


def tell(fate: Fate, case: Case) -> Story:
    """The story of a booking with this fate."""
    return _TELLERS[fate](case)


def _paid(case: Case) -> Story:
    money = _card(case, Payment.Status.SUCCEEDED, paid_at=case.made_at + case.minutes(2, 7))
    paid = Step(_paid_at(money), Status.PAID, SYSTEM)
    return Story(steps=[case.made(), paid, *_trip(case)], money=money)


def _completed(case: Case) -> Story:
    story = _paid(case)
    if story.money is not None and case.rng.random() < 0.06:
        story.money.repayments.append(_goodwill(case))
    return story


def _goodwill(case: Case) -> Repayment:
    """Something for a scratch or a late van; the newest ones still wait for a manager."""
    at = min(case.booking.pickup_at + case.minutes(1500, 3000), case.now - case.minutes(5, 50))
    waits = case.now - at < timedelta(days=12)
    return Repayment(
        amount_cents=case.rng.choice((50_00, 75_00, 100_00)),
        reason=Refund.Reason.GOODWILL,
        at=at,
        requested_by=case.team.support,
        approved_by=None if waits else case.team.manager,
        note=case.rng.choice(("A scratched trunk", "We came an hour late")),
    )


def _under_way(case: Case) -> Story:
    story = _paid(case)
    start = min(case.booking.pickup_at + case.minutes(0, 15), case.now - case.minutes(5, 20))
    story.steps[2:] = [Step(start, Status.IN_PROGRESS, case.team.coordinator)]
    return story


def _open(case: Case) -> Story:
    return Story(
        steps=[case.made()],
        money=_card(case, Payment.Status.PENDING),
        hold_expires_at=case.hold_ends,
    )


def _request(case: Case) -> Story:
    return Story(steps=[case.made()], hold_expires_at=case.made_at + REQUEST_HOLD)


def _arranged(case: Case) -> Story:
    """A request that staff took up; a bank transfer came."""
    at = min(case.made_at + case.minutes(120, 1400), case.now - case.minutes(5, 50))
    money = _offline(case.team.manager, at)
    paid = Step(at, Status.PAID, case.team.manager)
    return Story(steps=[case.made(), paid, *_trip(case)], money=money)


def _gift(case: Case) -> Story:
    """The code covers all of it: confirmed without Stripe."""
    by = case.visitor.actor
    money = Money(
        status=Payment.Status.SUCCEEDED,
        method=Payment.Method.FREE,
        by=by,
        at=case.made_at,
        paid_at=case.made_at,
    )
    return Story(
        steps=[case.made(), Step(case.made_at, Status.PAID, by), *_trip(case)], money=money
    )


def _started_unpaid(case: Case) -> Story:
    """A manager let it go unpaid, with a reason; the money came at the door."""
    start, *rest = _trip(case)
    manager = case.team.manager
    start = Step(start.at, Status.IN_PROGRESS, manager, UNPAID_REASON)
    money = _offline(manager, (rest or [start])[-1].at + timedelta(minutes=20))
    steps = [case.made(case.team.coordinator), start, *rest]
    return Story(steps=steps, money=money, unpaid_by=manager)


def _expired(case: Case) -> Story:
    ended = Step(case.hold_ends + case.minutes(0, 1), Status.CANCELLED, SYSTEM, EXPIRED)
    return Story(steps=[case.made(), ended], money=_card(case, Payment.Status.EXPIRED))


def _declined(case: Case) -> Story:
    story = _expired(case)
    if story.money is not None:
        tries = case.rng.choice((1, 2, 3))
        story.money.declined_at = [
            case.made_at + timedelta(minutes=3 + 2 * n, seconds=case.rng.randint(0, 59))
            for n in range(tries)
        ]
    return story


def _superseded(case: Case) -> Story:
    at = case.made_at + case.minutes(3, 20)
    ended = Step(at, Status.CANCELLED, case.visitor.actor, SUPERSEDED)
    return Story(steps=[case.made(), ended], money=_card(case, Payment.Status.CANCELLED))


def _by_customer(case: Case) -> Story:
    return _cancelled(case, case.visitor.actor, "customer", approved_by=SYSTEM)


def _by_staff(case: Case) -> Story:
    """The fault is ours: all of it goes back, asked for by one and approved by another."""
    return _cancelled(case, case.team.support, "staff", approved_by=case.team.manager)


def _cancelled(case: Case, by: Actor, reason: str, *, approved_by: Actor) -> Story:
    story = _paid(case)
    del story.steps[2:]
    money, booking = story.money, case.booking
    if money is None:
        return story
    first = _paid_at(money) + timedelta(minutes=10)
    last = min(booking.pickup_at - timedelta(hours=1), case.now - timedelta(minutes=5))
    at = first + (last - first) * case.rng.random()
    story.steps.append(Step(at, Status.CANCELLED, by, reason))
    share = cancellation_refund(
        captured_cents=booking.total_cents,
        refunded_cents=0,
        pickup_at=booking.pickup_at,
        now=at,
        our_fault=reason == "staff",
        policy=case.policy,
    )
    if share.amount_cents:
        repayment = Repayment(
            amount_cents=share.amount_cents,
            reason=Refund.Reason.CANCELLATION,
            at=at + timedelta(minutes=1),
            requested_by=SYSTEM if approved_by is SYSTEM else by,
            approved_by=approved_by,
        )
        money.repayments.append(repayment)
    return story


def _revived(case: Case) -> Story:
    """The money came just after the hold had run out, and the room was still there."""
    story = _expired(case)
    at = story.steps[-1].at + case.minutes(1, 8)
    story.money = _card(case, Payment.Status.SUCCEEDED, paid_at=at)
    story.steps += [Step(at, Status.PAID, SYSTEM, LATE_PAYMENT), *_trip(case)]
    return story


def _too_late(case: Case) -> Story:
    """The money came after the room had gone to somebody else: it goes back."""
    story = _expired(case)
    at = story.steps[-1].at + case.minutes(1, 8)
    story.money = _card(case, Payment.Status.SUCCEEDED, paid_at=at)
    story.money.repayments.append(
        Repayment(
            amount_cents=case.booking.total_cents,
            reason=Refund.Reason.LATE,
            at=at + timedelta(seconds=20),
            requested_by=SYSTEM,
            approved_by=SYSTEM,
        )
    )
    return story


def _trip(case: Case) -> list[Step]:
    """Collected and delivered, as far as now."""
    start = case.booking.pickup_at + case.minutes(0, 20)
    end = start + case.minutes(150, 290)
    by = case.team.coordinator
    steps = [Step(start, Status.IN_PROGRESS, by), Step(end, Status.COMPLETED, by)]
    return [step for step in steps if step.at < case.now]


def _card(case: Case, status: Payment.Status, paid_at: datetime | None = None) -> Money:
    return Money(status=status, by=case.visitor.actor, at=case.made_at, paid_at=paid_at)


def _offline(by: Actor, at: datetime) -> Money:
    return Money(
        status=Payment.Status.SUCCEEDED, method=Payment.Method.OFFLINE, by=by, at=at, paid_at=at
    )


def _paid_at(money: Money) -> datetime:
    return money.paid_at or money.at


_TELLERS: dict[Fate, Callable[[Case], Story]] = {
    Fate.COMPLETED: _completed,
    Fate.PAID: _paid,
    Fate.UNDER_WAY: _under_way,
    Fate.OPEN: _open,
    Fate.REQUEST: _request,
    Fate.ARRANGED: _arranged,
    Fate.GIFT: _gift,
    Fate.STARTED_UNPAID: _started_unpaid,
    Fate.EXPIRED: _expired,
    Fate.DECLINED: _declined,
    Fate.SUPERSEDED: _superseded,
    Fate.BY_CUSTOMER: _by_customer,
    Fate.BY_STAFF: _by_staff,
    Fate.REVIVED: _revived,
    Fate.TOO_LATE: _too_late,
}
