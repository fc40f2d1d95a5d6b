"""What an error from the mail's backend means."""

from enum import StrEnum
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings


class Outcome(StrEnum):
    """How one try to deliver ended."""

    SENT = "sent"
    FAILED = "failed"  # not taken this time: try again
    REFUSED = "refused"  # never will be
    UNKNOWN = "unknown"  # the worker died, or the answer never came
    DROPPED = "dropped"  # nothing had to be said any more


SES_REFUSALS = frozenset(
    {
        "MessageRejected",
        "MailFromDomainNotVerified",
        "MailFromDomainNotVerifiedException",
        "InvalidParameterValue",
        "BadRequestException",
    }
)


def outcome_of(error: Exception) -> Outcome:
    """REFUSED for a bad header or a recipient that is turned away; else FAILED, or UNKNOWN."""
    if isinstance(error, ValueError | SMTPRecipientsRefused):
        return Outcome.REFUSED
    if isinstance(error, SMTPResponseException):
        return Outcome.REFUSED if error.smtp_code >= 500 else Outcome.FAILED
    if settings.EMAIL_BACKEND == "django_ses.SESBackend":
        return _ses_outcome(error)
    return Outcome.FAILED


def _ses_outcome(error: Exception) -> Outcome:
    # Imported where mail really goes by SES, which has loaded it: no other process pays for it.
    from botocore.exceptions import ClientError, ReadTimeoutError

    if isinstance(error, ReadTimeoutError):
        return Outcome.UNKNOWN
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "")
        return Outcome.REFUSED if code in SES_REFUSALS else Outcome.FAILED
    return Outcome.FAILED
