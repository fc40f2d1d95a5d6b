"""Mail servers that misbehave: named in EMAIL_BACKEND by the tests."""

from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import ClassVar

from django.core.mail.backends.base import BaseEmailBackend


class Taking(BaseEmailBackend):
    """Takes every mail, and forgets nothing until the test clears it."""

    taken: ClassVar[list] = []

    def send_messages(self, email_messages):
        self.taken.extend(email_messages)
        return len(email_messages)


class DyingAfterwards(Taking):
    """Takes the mail; then the worker is killed before it can write that down."""

    def send_messages(self, email_messages):
        super().send_messages(email_messages)
        raise SystemExit


class Disconnecting(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise SMTPServerDisconnected("Connection unexpectedly closed")


class RefusingRecipient(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise SMTPRecipientsRefused({"nobody@example.com": (550, b"no such user")})
