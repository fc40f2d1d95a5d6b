"""What an error of the mail's backend means."""

from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from django.core.mail import BadHeaderError

from booking.notifications.outcome import Outcome, outcome_of


def ses_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "SendRawEmail")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (BadHeaderError("newline"), Outcome.REFUSED),
        (SMTPRecipientsRefused({}), Outcome.REFUSED),
        (SMTPDataError(554, b"refused"), Outcome.REFUSED),
        (SMTPDataError(451, b"later"), Outcome.FAILED),
        (SMTPServerDisconnected("gone"), Outcome.FAILED),
        (TimeoutError(), Outcome.FAILED),
    ],
)
def test_outcome_by_smtp(error, outcome):
    assert outcome_of(error) is outcome


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ses_error("MessageRejected"), Outcome.REFUSED),
        (ses_error("Throttling"), Outcome.FAILED),
        (EndpointConnectionError(endpoint_url="https://ses"), Outcome.FAILED),
        (ReadTimeoutError(endpoint_url="https://ses"), Outcome.UNKNOWN),
        (BadHeaderError("newline"), Outcome.REFUSED),
    ],
)
def test_outcome_by_ses(settings, error, outcome):
    settings.EMAIL_BACKEND = "django_ses.SESBackend"
    assert outcome_of(error) is outcome
