"""A planned message leaves the house, once.

The row says `sending` before the mail is handed over and `sent` after it. A row found in `sending`
is one whose worker died in between: nobody knows whether that mail left. It is sent once more,
with the same Message-ID and the same links, because a second copy of a confirmation is better
than none; after two such tries a person decides (FAULTS.md, 33).
"""

import hashlib
from datetime import datetime
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import transaction

from booking.models import Message, without_secret
from booking.notifications.invite import METHOD
from booking.notifications.links import with_tokens
from booking.notifications.messages import Letter, NotNeededError, write_letter
from booking.notifications.outcome import Outcome, outcome_of
from booking.notifications.render import Mail, render_mail
from totetaxi.lib.queue import PermanentError

UNKNOWN_AT_MOST = 2
CALENDAR_NAME = "totetaxi.ics"

_Progress = Message.Progress


def send_planned(message_id: str, *, now: datetime) -> bool:
    """Send one message if it still has to be; False when nothing needed to be sent.

    Called outside any transaction. Raises PermanentError when trying again cannot help, and what
    the mail's backend raised when it can.
    """
    message = Message.objects.get(pk=message_id)
    if message.state in {_Progress.SENT, _Progress.DROPPED}:
        return False
    if message.state == _Progress.SENDING:
        _note_unknown(message, now)
    try:
        letter = write_letter(message, now=now)
    except NotNeededError as reason:
        _record(message, _Progress.DROPPED, Outcome.DROPPED, now=now, detail=str(reason))
        return False
    mail = render_mail(letter)
    if not _begin(message, mail, now):
        return False
    try:
        build_email(message, letter, mail).send()
    except Exception as error:
        outcome = outcome_of(error)
        _record(message, _Progress.PLANNED, outcome, now=now, detail=type(error).__name__)
        if outcome is Outcome.REFUSED:
            raise PermanentError(f"refused: {type(error).__name__}") from error
        if outcome is Outcome.UNKNOWN:
            _stop_guessing(message)
        raise
    _record(message, _Progress.SENT, Outcome.SENT, now=now)
    return True


def build_email(message: Message, letter: Letter, mail: Mail) -> EmailMultiAlternatives:
    """The mail as it goes out, real links in place. Raises ValueError for an unsafe header.

    Headers take one address each, never a name that somebody typed.
    """
    try:
        validate_email(letter.recipient)
    except ValidationError as error:
        raise ValueError("the recipient is no e-mail address") from error
    email = EmailMultiAlternatives(
        subject=mail.subject,
        body=_as_it_leaves(mail.text, message, letter),
        from_email=formataddr(parseaddr(settings.DEFAULT_FROM_EMAIL)),
        to=[letter.recipient],
        headers={"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"},
    )
    email.attach_alternative(_as_it_leaves(mail.html, message, letter), "text/html")
    if letter.calendar:
        email.attach(CALENDAR_NAME, letter.calendar, f"text/calendar; method={METHOD}")
    email.message()  # builds every header now: a newline in one is found before the network is
    return email


def _as_it_leaves(text: str, message: Message, letter: Letter) -> str:
    """A body with its private links and its secrets in place."""
    text = with_tokens(text, message, letter.opens)
    for stand_in, secret in letter.secrets:
        text = text.replace(stand_in, secret)
    return text


def message_id(message: Message) -> str:
    """The Message-ID of a row, the same at every try. It tells nothing about the row."""
    _name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    digest = hashlib.sha256(f"message:{message.pk}".encode()).hexdigest()[:32]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def _begin(message: Message, mail: Mail, now: datetime) -> bool:
    """Mark the row before the call; False when another worker has it, or has sent it."""
    changed = Message.objects.filter(pk=message.pk, state=message.state).update(
        state=_Progress.SENDING,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        updated_at=now,
    )
    return bool(changed)


def _note_unknown(message: Message, now: datetime) -> None:
    """The try before this one died without an outcome."""
    message.deliveries.create(at=now, outcome=Outcome.UNKNOWN)
    _stop_guessing(message)


def _stop_guessing(message: Message) -> None:
    """Raise PermanentError once two tries may have arrived: a third could be a third copy."""
    if message.deliveries.filter(outcome=Outcome.UNKNOWN).count() >= UNKNOWN_AT_MOST:
        raise PermanentError("the outcome of two tries is not known; it may have arrived")


def _record(
    message: Message, state: str, outcome: Outcome, *, now: datetime, detail: str = ""
) -> None:
    values: dict[str, Any] = {"state": state, "updated_at": now}
    if state == _Progress.SENT:
        values["sent_at"] = now
    if state in {_Progress.SENT, _Progress.DROPPED}:
        values["context"] = without_secret(message.context)
    with transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**values)
        message.deliveries.create(at=now, outcome=outcome, detail=detail[:300])
