"""What waits for a person is taken up by somebody of the team, given back, or closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from booking.models import Alert, AlertKind
from payments.reconciliation.explain import explain_told
from payments.reconciliation.tell import MOVEMENT, read_about
from staff.audit import record
from staff.models import Action, StaffProfile
from totetaxi.lib.actor import Actor, ActorKind

# They close by themselves, once the thing that they tell of is decided.
DECIDED_ELSEWHERE = frozenset(
    {AlertKind.CHANGE_REQUEST, AlertKind.REFUND_REQUESTED, AlertKind.REFUND_BY_HAND}
)


def closes_by_itself(alert: Alert) -> bool:
    """Whether it closes once the thing that it tells of is decided, and not by hand."""
    is_money = alert.kind == AlertKind.MONEY_OPEN
    is_explained = is_money and not wants_reason(alert.kind, alert.about)
    return is_explained or alert.kind in DECIDED_ELSEWHERE


def wants_reason(kind: str, about: str) -> bool:
    """Whether who closes it says why, and for good: money that Stripe has not booked, or more of it
    than we know of. A movement at Stripe is explained instead.
    """
    return kind == AlertKind.MONEY_OPEN and read_about(about)[0] != MOVEMENT


class AlertRefusedError(Exception):
    """Somebody else was faster, or it is not theirs to do; the text is a sentence."""


@transaction.atomic
def take_alert(
    staff: StaffProfile, alert_id: UUID, *, seen: str, now: datetime, request: HttpRequest
) -> Alert:
    """Say that one looks after it. `seen` is the id of whoever had it when the page was opened.

    Raises AlertRefusedError where it is closed, or somebody else took it meanwhile.
    """
    alert = _locked_open(alert_id)
    others = alert.taken_by is not None and alert.taken_by_id != staff.user_id
    if others and seen != str(alert.taken_by_id):
        raise AlertRefusedError(_("%(name)s took it meanwhile.") % {"name": _name(alert)})
    before = alert.taken_by_id
    alert.taken_by, alert.taken_at = staff.user, now
    alert.save(update_fields=["taken_by", "taken_at", "updated_at"])
    _record(staff, Action.TOOK_ALERT, alert, before=before, request=request, now=now)
    return alert


@transaction.atomic
def give_back_alert(
    staff: StaffProfile, alert_id: UUID, *, now: datetime, request: HttpRequest
) -> Alert:
    """Leave it to the others again. Raises AlertRefusedError unless one has it oneself."""
    alert = _locked_open(alert_id)
    if alert.taken_by_id != staff.user_id:
        raise AlertRefusedError(_("It is not with you any more."))
    alert.taken_by = alert.taken_at = None
    alert.save(update_fields=["taken_by", "taken_at", "updated_at"])
    _record(staff, Action.GAVE_BACK_ALERT, alert, before=staff.user_id, request=request, now=now)
    return alert


@transaction.atomic
def close_alert(
    staff: StaffProfile, alert_id: UUID, *, why: str = "", now: datetime, request: HttpRequest
) -> Alert:
    """It has been dealt with; `why` is kept with the money where `wants_reason` says so.

    Raises AlertRefusedError where it is closed already, closes by a decision made elsewhere, or
    is not theirs to close.
    """
    alert = _locked_open(alert_id)
    if closes_by_itself(alert):
        raise AlertRefusedError(_("It closes by itself once that is decided."))
    if wants_reason(alert.kind, alert.about):
        if not staff.may("override_payment") or not why:
            raise AlertRefusedError(_("A manager or an admin closes it, and says why."))
        explain_told(alert.about, why=why, by=Actor(ActorKind.STAFF, staff.user_id), now=now)
    alert.closed_by = staff.user
    alert.save(update_fields=["closed_by", "updated_at"])
    alert.close(now)
    _record(staff, Action.CLOSED_ALERT, alert, before=alert.taken_by_id, request=request, now=now)
    return alert


def _locked_open(alert_id: UUID) -> Alert:
    """An open alert, locked until the commit. Raises AlertRefusedError once it is closed."""
    rows = Alert.objects.select_related("taken_by", "booking").select_for_update(of=("self",))
    alert = rows.get(pk=alert_id)
    if alert.closed_at is not None:
        raise AlertRefusedError(_("It is closed already."))
    return alert


def _name(alert: Alert) -> str:
    return alert.taken_by.get_full_name() if alert.taken_by else ""


def _record(
    staff: StaffProfile,
    action: Action,
    alert: Alert,
    *,
    before: UUID | None,
    request: HttpRequest,
    now: datetime,
) -> None:
    """The row stands at the booking, where there is one: there it is looked for."""
    after = staff.user_id if action == Action.TOOK_ALERT else None
    record(
        staff,
        action,
        alert.booking or alert,
        before={"alert": alert.kind, "taken_by": before},
        after={"alert": alert.kind, "taken_by": after},
        request=request,
        now=now,
    )
