"""What is forgotten at night, and what is not."""

from datetime import UTC, datetime, time, timedelta
from unittest import mock

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, connections, transaction
from django.db.models import Model

from booking import tasks
from booking.lifecycle import Status
from booking.models import (
    AccessToken,
    Alert,
    AlertKind,
    Booking,
    DeliveryLog,
    Draft,
    Message,
    MessageKind,
    OutboxMail,
    StepReached,
)
from booking.services import prune
from booking.services.cancel import cancel_booking
from tests.factories import make_booking, make_catalogue, make_draft
from totetaxi.lib.actor import SYSTEM
from totetaxi.lib.clock import now as clock_now
from totetaxi.lib.queue.jobs import all_schedules
from totetaxi.lib.queue.kinds import resolve
from totetaxi.lib.work import WorkState

NOW = datetime(2026, 11, 22, 9, 40, tzinfo=UTC)
LIMIT = NOW - timedelta(days=90)
OLD = LIMIT - timedelta(seconds=1)

pytestmark = pytest.mark.django_db


def draft_of(changed: datetime) -> Draft:
    draft = make_draft()
    Draft.objects.filter(pk=draft.pk).update(updated_at=changed)
    return draft


def booking_of(draft: Draft) -> Booking:
    """A pending booking of a draft whose time had come before it was made."""
    make_catalogue()
    return make_booking(now=NOW, draft_id=draft.pk)


def message(made: datetime = OLD, **fields: object) -> Message:
    defaults = {"kind": MessageKind.RESUME_LINK, "work_state": WorkState.DONE}
    planned = Message.objects.create(
        key=f"k{Message.objects.count()}", recipient="claire@example.com", **(defaults | fields)
    )
    Message.objects.filter(pk=planned.pk).update(created_at=made)
    return planned


def mail(at: datetime) -> OutboxMail:
    kept = OutboxMail.objects.create(
        message_id=at.isoformat(), recipient="a@example.com", subject="S", text="T"
    )
    OutboxMail.objects.filter(pk=kept.pk).update(at=at)
    return kept


def count_rows() -> dict[type[Model], int]:
    return {model: model._base_manager.count() for model in apps.get_models()}


# ---------------------------------------------------------------------------------------- drafts


def test_old_drafts_go_with_their_links_and_young_ones_stay() -> None:
    old, young = draft_of(OLD), draft_of(LIMIT)
    AccessToken.issue(draft=old)
    AccessToken.issue(draft=young)
    prune.prune(NOW)
    assert list(Draft.objects.all()) == [young]
    assert [token.draft for token in AccessToken.objects.all()] == [young]


def test_steps_reached_outlive_their_draft() -> None:
    draft = draft_of(OLD)
    StepReached.objects.create(draft_key=draft.pk, step="where", at=OLD)
    prune.prune(NOW)
    assert not Draft.objects.exists()
    assert StepReached.objects.get().draft_key == draft.pk


def test_draft_of_a_pending_booking_stays() -> None:
    draft = draft_of(OLD)
    booking = booking_of(draft)
    prune.prune(NOW)
    booking.refresh_from_db()
    assert booking.draft == draft


@pytest.mark.parametrize("deleted_at", [None, NOW])
def test_booking_outlives_its_draft(deleted_at: datetime | None) -> None:
    booking = booking_of(draft_of(OLD))
    with transaction.atomic():
        cancel_booking(booking, reason="expired", by=SYSTEM, now=NOW)
    Booking.objects.filter(pk=booking.pk).update(deleted_at=deleted_at)
    prune.prune(NOW)
    booking = Booking.all_objects.get(pk=booking.pk)
    assert (booking.draft, booking.status) == (None, Status.CANCELLED)
    assert not Draft.objects.exists()


def test_drafts_go_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prune, "BATCH", 2)
    for _ in range(5):
        draft_of(OLD)
    kept = draft_of(LIMIT)
    with mock.patch.object(prune, "_delete_batch", wraps=prune._delete_batch) as batch:
        prune._delete(prune._drafts(LIMIT))
    assert list(Draft.objects.all()) == [kept]
    assert batch.call_count == 4  # 2, 2, 1, none


def test_draft_that_is_booked_before_it_is_locked_stays() -> None:
    draft, other = draft_of(OLD), draft_of(OLD)
    old = prune._drafts(LIMIT)
    read_again = old.filter
    made: list[Booking] = []

    def book_meanwhile(**chosen: object) -> object:
        made.append(booking_of(draft))
        return read_again(**chosen)

    with mock.patch.object(old, "filter", book_meanwhile):
        assert prune._delete_batch(old)
    made[0].refresh_from_db()
    assert made[0].draft == draft
    assert not Draft.objects.filter(pk=other.pk).exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_locked_draft_is_left_for_the_next_night() -> None:
    locked, _free = draft_of(OLD), draft_of(OLD)
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM booking_draft WHERE id = %s FOR UPDATE", [locked.pk])
            prune.prune(NOW)
            assert list(Draft.objects.all()) == [locked]
        other.rollback()
    finally:
        other.close()
    prune.prune(NOW)
    assert not Draft.objects.exists()


def test_skip_locked_is_asked_only_where_it_is_known() -> None:
    asked = mock.MagicMock()
    asked.select_for_update().order_by().values_list().__getitem__.return_value = []
    assert not prune._delete_batch(asked)
    knows = connection.features.has_select_for_update_skip_locked
    asked.select_for_update.assert_called_with(skip_locked=knows)


# ----------------------------------------------------------------------------- letters, sessions


@pytest.mark.parametrize("state", [WorkState.DONE, WorkState.IGNORED, WorkState.PARKED])
@pytest.mark.parametrize("kind", [MessageKind.RESUME_LINK, MessageKind.BOOKING_LINK])
def test_old_letters_without_booking_go(kind: MessageKind, state: WorkState) -> None:
    gone, young = message(kind=kind, work_state=state), message(LIMIT, kind=kind, work_state=state)
    DeliveryLog.objects.create(message=gone, at=OLD, outcome="sent")
    prune.prune(NOW)
    assert list(Message.objects.all()) == [young]
    assert not DeliveryLog.objects.exists()


def test_letters_that_are_due_or_of_another_kind_stay() -> None:
    kept = [
        message(work_state=WorkState.DUE),
        message(work_state=WorkState.HELD),
        message(kind=MessageKind.STAFF_ALERT),
        message(booking=booking_of(draft_of(NOW)), kind=MessageKind.BOOKING_LINK),
    ]
    prune.prune(NOW)
    assert {one.pk for one in kept} <= set(Message.objects.values_list("pk", flat=True))


def test_old_outbox_mail_goes() -> None:
    mail(OLD)
    young = mail(LIMIT)
    prune.prune(NOW)
    assert list(OutboxMail.objects.all()) == [young]


def test_ended_sessions_go() -> None:
    now = clock_now()
    for key, ends in (("ended", now - timedelta(days=1)), ("live", now + timedelta(days=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
    prune.prune(now)
    assert [session.pk for session in Session.objects.all()] == ["live"]


def test_second_run_does_nothing() -> None:
    draft_of(OLD)
    booking_of(draft_of(OLD))
    draft_of(LIMIT)
    message()
    message(work_state=WorkState.DUE)
    mail(OLD)
    mail(LIMIT)
    before = count_rows()
    prune.prune(NOW)
    after = count_rows()
    changed = {model: before[model] - after[model] for model in before}
    assert {model: gone for model, gone in changed.items() if gone} == {
        Draft: 1,
        Message: 1,
        OutboxMail: 1,
    }
    prune.prune(NOW)
    assert count_rows() == after


# ------------------------------------------------------------------------------------------- job


def test_job_is_scheduled_and_resolves() -> None:
    (ours,) = [one for one in all_schedules() if one.name == "booking.prune"]
    assert ours.nightly_at == time(4, 40)
    assert resolve(ours.func) is tasks.prune
    assert resolve(ours.on_parked) is tasks.job_parked


def test_job_prunes() -> None:
    draft_of(OLD)
    tasks.prune(NOW)
    assert not Draft.objects.exists()


def test_parked_job_is_told_once() -> None:
    tasks.job_parked("booking.prune", "OperationalError in prune")
    tasks.job_parked("booking.prune", "OperationalError in prune")
    alert = Alert.objects.get()
    assert (alert.kind, alert.about) == (AlertKind.WORK_PARKED, "job:booking.prune")
    assert (alert.booking, alert.times) == (None, 2)
    assert "booking.prune" in alert.summary
