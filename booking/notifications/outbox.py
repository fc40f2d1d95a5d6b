"""A mail backend that sends nothing: every mail is kept in the database, to be looked at."""

from collections.abc import Sequence
from typing import cast

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from booking.models import OutboxMail


class OutboxBackend(BaseEmailBackend):
    """Stores each mail with its HTML and its calendar, once for each Message-ID."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the mails; answers how many were given, as a mail server would."""
        for email in email_messages:
            OutboxMail.objects.get_or_create(
                message_id=email.message()["Message-ID"],
                defaults={
                    "recipient": ", ".join(email.recipients())[:254],
                    "subject": str(email.subject),
                    "text": str(email.body),
                    "html": _html(email),
                    "calendar": _calendar(email),
                },
            )
        return len(email_messages)


def _html(email: EmailMessage) -> str:
    """The HTML among the alternatives, or nothing."""
    alternatives = email.alternatives if isinstance(email, EmailMultiAlternatives) else []
    return next((str(content) for content, mimetype in alternatives if mimetype == "text/html"), "")


def _calendar(email: EmailMessage) -> str:
    """The text of the first calendar among the attachments."""
    for attachment in email.attachments:
        _name, content, mimetype = cast("tuple[str, str, str]", attachment)
        if mimetype.startswith("text/calendar"):
            return content
    return ""
