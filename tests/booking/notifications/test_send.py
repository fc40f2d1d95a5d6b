"""A message leaves once, whatever dies in between."""

from datetime import timedelta

import pytest
from django.core import mail

from booking.models import (
    AccessToken,
    Alert,
    AlertKind,
    Message,
    MessageKind,
    OutboxMail,
    plan_message,
)
from booking.notifications.send import message_id, send_planned
from booking.tasks import send_message
from tests.booking.notifications import backends
from totetaxi.lib import clock, queue
from totetaxi.lib.queue import PermanentError
from totetaxi.lib.work import WorkState

BACKENDS = "tests.booking.notifications.backends."
OUTBOX = "booking.notifications.outbox.OutboxBackend"


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = OUTBOX
    backends.Taking.taken.clear()


def outcomes(message: Message) -> list[str]:
    return list(message.deliveries.values_list("outcome", flat=True))


def test_message_is_sent_once_however_often_the_queue_looks(confirmation):
    for _look in range(3):
        queue.hint("booking.message")
        queue.run_pending()
    confirmation.refresh_from_db()
    assert (confirmation.state, confirmation.work_state) == ("sent", WorkState.DONE)
    assert confirmation.sent_at is not None
    assert outcomes(confirmation) == ["sent"]
    assert OutboxMail.objects.count() == 1


def test_message_that_is_sent_is_not_sent_by_a_late_second_worker(confirmation, now):
    assert send_planned(str(confirmation.pk), now=now) is True
    assert send_message(str(confirmation.pk)) == WorkState.IGNORED
    assert OutboxMail.objects.count() == 1


def test_message_to_somebody_who_was_erased_is_dropped(now, db):
    recipient = "erased-7f1c@erased.invalid"
    plan_message(MessageKind.WELCOME, key="welcome:7f1c", recipient=recipient)
    message = Message.objects.get(recipient=recipient)
    assert send_planned(str(message.pk), now=now) is False
    message.refresh_from_db()
    assert (message.state, outcomes(message)) == ("dropped", ["dropped"])
    assert OutboxMail.objects.count() == 0


def test_message_says_sending_before_the_mail_is_handed_over(confirmation, now, settings):
    settings.EMAIL_BACKEND = BACKENDS + "DyingAfterwards"
    with pytest.raises(SystemExit):
        send_planned(str(confirmation.pk), now=now)
    confirmation.refresh_from_db()
    assert (confirmation.state, confirmation.sent_at) == ("sending", None)
    assert (
        confirmation.subject == f"It is booked: Saturday, December 5, {confirmation.booking.code}"
    )


def test_message_whose_worker_died_is_sent_again_as_the_same_mail(confirmation, now, settings):
    settings.EMAIL_BACKEND = BACKENDS + "DyingAfterwards"
    with pytest.raises(SystemExit):
        send_planned(str(confirmation.pk), now=now)
    settings.EMAIL_BACKEND = BACKENDS + "Taking"
    assert send_planned(str(confirmation.pk), now=now) is True
    first, second = (email.message() for email in backends.Taking.taken)
    assert first["Message-ID"] == second["Message-ID"] == message_id(confirmation)
    assert [email.body for email in backends.Taking.taken] == [backends.Taking.taken[0].body] * 2
    assert outcomes(confirmation) == ["unknown", "sent"]
    assert AccessToken.objects.count() == 1


def test_message_with_two_unknown_tries_goes_to_a_person(confirmation, now, settings):
    settings.EMAIL_BACKEND = BACKENDS + "DyingAfterwards"
    for _try in range(2):
        with pytest.raises(SystemExit):
            send_planned(str(confirmation.pk), now=now)
    with pytest.raises(PermanentError):
        send_planned(str(confirmation.pk), now=now)
    assert len(backends.Taking.taken) == 2
    assert outcomes(confirmation) == ["unknown", "unknown"]


def test_mailbox_shows_one_mail_after_a_crash_between_sending_and_recording(
    confirmation, now, settings
):
    send_planned(str(confirmation.pk), now=now)
    Message.objects.filter(pk=confirmation.pk).update(state="sending", sent_at=None)
    assert send_planned(str(confirmation.pk), now=now) is True
    assert OutboxMail.objects.count() == 1


def test_temporary_failure_waits_and_leaves_one_live_token(confirmation, now, settings):
    settings.EMAIL_BACKEND = BACKENDS + "Disconnecting"
    queue.run_pending()
    confirmation.refresh_from_db()
    assert (confirmation.state, confirmation.work_state) == ("planned", WorkState.DUE)
    assert confirmation.next_try_at > confirmation.created_at + timedelta(seconds=5)
    assert Alert.objects.count() == 0
    settings.EMAIL_BACKEND = OUTBOX
    assert send_planned(str(confirmation.pk), now=clock.now()) is True
    assert outcomes(confirmation) == ["failed", "sent"]
    assert AccessToken.objects.filter(revoked_at=None).count() == 1


def test_refused_recipient_fails_at_once_and_alerts_staff(confirmation, settings):
    settings.EMAIL_BACKEND = BACKENDS + "RefusingRecipient"
    queue.run_pending()
    confirmation.refresh_from_db()
    assert (confirmation.state, confirmation.work_state) == ("failed", WorkState.PARKED)
    assert outcomes(confirmation) == ["refused"]
    (alert,) = Alert.objects.all()
    assert (alert.kind, alert.booking) == (AlertKind.MESSAGE_FAILED, confirmation.booking)
    assert confirmation.recipient not in alert.summary


@pytest.mark.parametrize(
    "recipient",
    [
        "a@example.com\nBcc: everybody@example.com",
        '"x" <a@example.com>, b@example.com',
        "a@example.com, b@example.com",
        "",
    ],
)
def test_unsafe_recipient_is_refused_for_good(confirmation, now, settings, recipient):
    settings.EMAIL_BACKEND = BACKENDS + "Taking"
    Message.objects.filter(pk=confirmation.pk).update(recipient=recipient)
    with pytest.raises(PermanentError):
        send_planned(str(confirmation.pk), now=now)
    assert backends.Taking.taken == []
    assert outcomes(confirmation) == ["refused"]


def test_newline_in_a_subject_is_refused_for_good(confirmation, now, settings):
    settings.EMAIL_BACKEND = BACKENDS + "Taking"
    settings.DEFAULT_FROM_EMAIL = "ToteTaxi\nBcc: x@example.com <hello@totetaxi.example>"
    with pytest.raises(PermanentError):
        send_planned(str(confirmation.pk), now=now)
    assert backends.Taking.taken == []


def test_message_of_a_cancelled_booking_is_dropped(confirmation, now, cancel):
    cancel(confirmation.booking)
    assert send_message(str(confirmation.pk)) == WorkState.IGNORED
    confirmation.refresh_from_db()
    assert (confirmation.state, outcomes(confirmation)) == ("dropped", ["dropped"])
    assert OutboxMail.objects.count() == 0


def test_staff_can_have_a_failed_message_sent_again(confirmation, settings):
    settings.EMAIL_BACKEND = BACKENDS + "RefusingRecipient"
    queue.run_pending()
    settings.EMAIL_BACKEND = OUTBOX
    assert queue.retry("booking.message", confirmation.pk) is True
    queue.run_pending()
    confirmation.refresh_from_db()
    assert (confirmation.state, OutboxMail.objects.count()) == ("sent", 1)


def test_mail_goes_by_any_backend_with_both_bodies_and_the_calendar(confirmation, now, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send_planned(str(confirmation.pk), now=now)
    (sent,) = mail.outbox
    parts = [part.get_content_type() for part in sent.message().walk()]
    assert parts == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    calendar = list(sent.message().walk())[-1]
    assert calendar.get_param("method") == "PUBLISH"
    assert calendar.get_filename() == "totetaxi.ics"
    assert sent.to == [confirmation.recipient]
    assert sent.from_email == "ToteTaxi <hello@totetaxi.example>"


def test_planning_the_same_key_twice_sends_one_mail(confirmed_booking):
    booking = confirmed_booking()
    again = plan_message(
        MessageKind.CONFIRMED,
        key=f"booking:{booking.pk}:confirmed",
        recipient=booking.contact.email,
        booking=booking,
    )
    queue.run_pending()
    assert (again, OutboxMail.objects.count()) == (False, 1)
