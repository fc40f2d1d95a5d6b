"""Stripe's books are copied, entry by entry, and each copy is judged.

Safe at any time, and if two run at once: an entry never changes at Stripe, and is kept once; a
verdict is written under the lock of its row, and over what a person explained only once it agrees
with a row of ours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from payments import balance_gateway
from payments.balance_results import BalanceEntry
from payments.models import BalanceMovement
from payments.reconciliation.ask import Answer, ask_about
from payments.reconciliation.judge import Verdict, judge
from payments.reconciliation.tell import tell_of
from payments.reconciliation.why import DISPUTES, EXPLAINED_OURS, Why
from payments.services.every import every

Standing = BalanceMovement.Standing
AT_ONCE = 100
_JUDGED = (
    "standing",
    "why",
    "payment",
    "refund",
    "dispute",
    "explained_by",
    "explained_at",
    "explanation",
    "updated_at",
)


def mirror(entries: Iterable[BalanceEntry], *, now: datetime) -> Exception | None:
    """Copy a page of Stripe's books and judge it; what is missing with us is healed first.

    Answers the first error, to be raised. Raises GatewayDownError.
    """
    entries = list(entries)
    _keep(entries)
    return judge_again([entry.id for entry in entries], now=now)


def mirror_source(source_id: str, *, now: datetime) -> Exception | None:
    """The same for all that one charge, refund or dispute has moved, whenever that was."""
    return mirror(balance_gateway.balance_of_source(source_id), now=now)


def judge_older(since: datetime, until: datetime, *, now: datetime) -> Exception | None:
    """Judge what is open, or explained and of ours, however old: all but that of a period, half-
    open, which its pages bring along. Answers and raises as `mirror` does.
    """
    waiting = Q(standing=Standing.OPEN) | EXPLAINED_OURS
    rows = BalanceMovement.objects.filter(waiting).exclude(at__gte=since, at__lt=until)
    found = list(rows.order_by("at").values_list("stripe_id", flat=True))
    failed = None
    for start in range(0, len(found), AT_ONCE):
        failed = judge_again(found[start : start + AT_ONCE], now=now) or failed
    return failed


def judge_again(stripe_ids: Collection[str], *, now: datetime) -> Exception | None:
    """Judge copies as our rows and Stripe are now. Answers and raises as `mirror` does."""
    movements = _copies(stripe_ids)
    verdicts = judge(movements)
    asked = [one for one, verdict in verdicts.items() if verdict.asks and not one.explained_at]
    answers: dict[str, Answer] = {}
    kept: set[str] = set()

    def ask(movement: BalanceMovement) -> None:
        if movement.source_id not in answers:
            answers[movement.source_id] = ask_about(movement, now=now)
            if movement.kind in DISPUTES:  # they are judged together, the oldest too
                entries = balance_gateway.balance_of_source(movement.source_id)
                _keep(entries)
                kept.update(entry.id for entry in entries)

    failed = every(ask, asked)
    others = _copies(kept - {movement.stripe_id for movement in movements})
    verdicts |= judge(
        [*asked, *others],
        outside={key for key, answer in answers.items() if answer is Answer.OUTSIDE},
        marked={key for key, answer in answers.items() if answer is Answer.MARKED},
    )
    _write(verdicts, now)
    return failed


def _copies(stripe_ids: Collection[str]) -> list[BalanceMovement]:
    return list(BalanceMovement.objects.filter(stripe_id__in=stripe_ids)) if stripe_ids else []


def _keep(entries: Iterable[BalanceEntry]) -> None:
    rows = [
        BalanceMovement(
            stripe_id=entry.id,
            kind=entry.kind[:40],
            source_id=entry.source_id,
            amount_cents=entry.amount_cents,
            fee_cents=entry.fee_cents,
            net_cents=entry.net_cents,
            currency=entry.currency,
            at=entry.at,
            available_at=entry.available_at,
            why=Why.UNREAD,
        )
        for entry in entries
    ]
    BalanceMovement.objects.bulk_create(rows, ignore_conflicts=True)


def _write(verdicts: dict[BalanceMovement, Verdict], now: datetime) -> None:
    """Write what has become another, each page in one transaction."""
    new = {movement.pk: one for movement, one in verdicts.items() if _differs(movement, one)}
    if not new:
        return
    with transaction.atomic():
        for movement in _locked(new):
            if not _may_write(movement, new[movement.pk]):
                continue  # somebody explained it meanwhile
            verdict = new[movement.pk]
            movement.standing, movement.why = verdict.standing, verdict.why
            movement.payment, movement.refund = verdict.payment, verdict.refund
            movement.dispute = verdict.dispute
            movement.explained_by = movement.explained_at = None
            movement.explanation = ""
            movement.save(update_fields=_JUDGED)
            tell_of(movement, now=now)


def _may_write(movement: BalanceMovement, verdict: Verdict) -> bool:
    """What a person explained stands as it does until it agrees with a row of ours."""
    return movement.explained_at is None or verdict.standing == Standing.MATCHED


def _differs(movement: BalanceMovement, verdict: Verdict) -> bool:
    if movement.explained_at is not None:
        return _may_write(movement, verdict)
    rows = (verdict.payment, verdict.refund, verdict.dispute)
    return (
        (movement.standing, movement.why) != (verdict.standing, verdict.why)
        or (movement.payment_id, movement.refund_id, movement.dispute_id)
        != tuple(row.pk if row else None for row in rows)
        or verdict.standing == Standing.OPEN
    )


def _locked(keys: Collection[UUID]) -> Iterable[BalanceMovement]:
    """Always in the same order, so that two who run at once never wait for each other in turn."""
    rows = BalanceMovement.objects.select_for_update(of=("self",)).order_by("pk")
    return list(rows.filter(pk__in=keys))
