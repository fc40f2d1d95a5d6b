"""What must agree once all has settled, and how often each thing came about."""

from collections import Counter
from datetime import timedelta

from django.db.models import Sum

from booking.models import Alert, AlertKind, Booking, BookingEvent, DiscountRedemption
from payments.models import BalanceMovement, Dispute, Payment, PaymentAttempt, PaymentLink, Refund
from payments.money import CAME, MoneyState, money_state
from payments.outcome import COVERED
from payments.reconciliation.differences import open_movements, unbooked
from tests.sandbox.fixtures import JudgedSandbox
from totetaxi.lib import clock
from totetaxi.lib.invariants import Area, all_invariants
from totetaxi.sandbox.stripe.store import Json

# Which alert waits for whom, by how a refund stands.
WAITS = {
    Refund.Status.REQUESTED: {AlertKind.REFUND_REQUESTED},
    Refund.Status.FAILED: {AlertKind.REFUND_FAILED},
    Refund.Status.APPROVED: {AlertKind.REFUND_BY_HAND, AlertKind.REFUND_FAILED},
}


def agree(stripe: JudgedSandbox) -> None:
    """Nothing waits that nobody is told of, and not a cent is missing."""
    found = broken(*Area)
    assert found == [], found
    compared(stripe)
    same_at_stripe(stripe)
    refunds_end_or_are_told()
    for booking in Booking.objects.all():
        state = money_state(booking)
        assert cash_of(booking, stripe) == state.paid_cents - state.refunded_cents, booking
        what_is_due_is_told(booking, state)
    assert not Payment.objects.filter(session_to_expire=True).exists()
    assert stripe.findings() == []


def broken(*areas: Area) -> list[str]:
    """What does not hold, in words."""
    now = clock.now()
    return [f"{one.name}: {text}" for one in all_invariants(*areas) for text in one.find(now)]


def refund_rows() -> list[tuple[object, ...]]:
    """Every refund, to be read where something does not hold."""
    names = ("payment__booking__number", "reason", "status", "amount_cents", "closed_at", "refusal")
    return list(Refund.objects.order_by("created_at").values_list(*names))


def compared(stripe: JudgedSandbox) -> None:
    """Reconciliation explains every movement, and finds nothing that Stripe has not booked."""
    now = clock.now()
    began = now - timedelta(days=20)
    assert [*open_movements(began, now), *unbooked(began, now)] == []
    assert not BalanceMovement.objects.filter(standing="open").exists()
    for alert in Alert.objects.filter(kind=AlertKind.MONEY_OPEN, closed_at=None):
        assert "more than was left went back" in alert.summary  # a person's doing, and told
    at_stripe = {one["id"] for one in stripe.objects("balance_transaction")}
    assert at_stripe == set(BalanceMovement.objects.values_list("stripe_id", flat=True))


def marked(stripe: JudgedSandbox) -> dict[str, Json]:
    """Paid charges for bookings, by id."""
    found = stripe.objects("charge", paid=True)
    return {one["id"]: one for one in found if one["metadata"]}


def same_at_stripe(stripe: JudgedSandbox) -> None:
    charges = marked(stripe)
    ours = Payment.objects.filter(status__in=CAME, method=Payment.Method.STRIPE)
    captured = ours.aggregate(sum=Sum("captured_cents"))["sum"] or 0
    assert captured == sum(charge["amount"] for charge in charges.values())
    refunds = [one for one in stripe.objects("refund") if one["charge"] in charges]
    assert {(one["id"], one["amount"], one["status"]) for one in refunds} == set(
        Refund.objects.exclude(stripe_id=None).values_list("stripe_id", "amount_cents", "status")
    )
    disputes = [one for one in stripe.objects("dispute") if one["charge"] in charges]
    assert {(one["id"], one["status"]) for one in disputes} == set(
        Dispute.objects.values_list("stripe_id", "stripe_status")
    )


def cash_of(booking: Booking, stripe: JudgedSandbox) -> int:
    """What we have for a booking, in cents, by Stripe's own objects and by what was handed over."""
    cents = 0
    payments = {str(one.pk): one for one in booking.payments.all()}
    for charge in marked(stripe).values():
        if charge["metadata"].get("payment_id") in payments:
            gone = stripe.objects("refund", charge=charge["id"], status="succeeded")
            cents += charge["amount"] - sum(one["amount"] for one in gone)
    by_hand = Refund.objects.filter(payment__booking=booking, status="succeeded").exclude(proof="")
    handed = booking.payments.succeeded().filter(method=Payment.Method.OFFLINE)
    cents += handed.aggregate(sum=Sum("captured_cents"))["sum"] or 0
    return cents - (by_hand.aggregate(sum=Sum("amount_cents"))["sum"] or 0)


def refunds_end_or_are_told() -> None:
    """One that is not over waits for a person, who has an alert; each alert has its refund."""
    told = set(
        Alert.objects.filter(
            closed_at=None, kind__in=[kind for kinds in WAITS.values() for kind in kinds]
        ).values_list("about", flat=True)
    )
    waiting = {
        str(one.pk) for one in Refund.objects.counted().exclude(status=Refund.Status.SUCCEEDED)
    }
    assert told == waiting, told ^ waiting
    for refund in Refund.objects.filter(pk__in=waiting):
        kinds = Alert.objects.filter(closed_at=None, about=str(refund.pk)).values_list(
            "kind", flat=True
        )
        assert set(kinds) <= WAITS[Refund.Status(refund.status)], refund


def what_is_due_is_told(booking: Booking, state: MoneyState) -> None:
    """Who paid owes nothing and has nothing too much, or somebody knows."""
    kinds = set(booking.alerts.filter(closed_at=None).values_list("kind", flat=True))
    if booking.status == "pending":
        assert state.to_pay_cents > 0
        assert booking.room_held or booking.needs_staff
        assert booking.hold_expires_at is None or booking.hold_expires_at > clock.now()
    if booking.status in COVERED and booking.package != "full":
        if state.to_pay_cents:
            changed = booking.events.filter(kind=BookingEvent.Kind.CHANGE).exists()
            told = AlertKind.PARTLY_PAID in kinds or booking.payment_links.open().exists()
            assert told or changed, (booking, state)
        refused = Refund.objects.filter(payment__booking=booking, refused_by__isnull=False)
        if state.surplus_cents and not refused.exists():
            assert kinds & {AlertKind.OVERPAID, AlertKind.SURPLUS, AlertKind.REFUND_FAILED}, (
                booking,
                state,
            )


def came_about(stripe: JudgedSandbox) -> Counter[str]:
    """How often each thing stands in the rows, and at Stripe."""
    refunds = Refund.objects.all()
    offline = Payment.objects.filter(method=Payment.Method.OFFLINE)
    counts = {
        "declined": PaymentAttempt.objects.filter(declined=True).count(),
        "paid by link": PaymentLink.objects.filter(state="paid").count(),
        "paid after a change": Payment.objects.succeeded().filter(purpose="change").count(),
        "taken offline": offline.count(),
        "struck out": offline.filter(status="struck").count(),
        "code used": DiscountRedemption.objects.count(),
        "code given back": DiscountRedemption.objects.exclude(released_at=None).count(),
        "refund in part": sum(
            one.amount_cents < one.payment.captured_cents
            for one in refunds.filter(status="succeeded").select_related("payment")
        ),
        "refund refused": refunds.filter(status="refused", refused_by__isnull=False).count(),
        "refund failed": refunds.filter(status="failed").count(),
        "refund retried": refunds.filter(retry_of__isnull=False, proof="").count(),
        "refund paid by hand": refunds.exclude(proof="").count(),
        "refund given up": refunds.filter(status="failed", refused_by__isnull=False).count(),
        "refund gave way": refunds.filter(
            refused_at__isnull=False, refused_by__isnull=True
        ).count(),
        "dispute won": Dispute.objects.filter(status="won").count(),
        "dispute lost": Dispute.objects.filter(status="lost").count(),
        "dispute open": Dispute.objects.filter(status="needs_response").count(),
        "paid out": len(stripe.objects("payout")),
    }
    return Counter(counts)
