"""The secret of a payment link's address: one for each mail, of which only the hash is stored."""

from __future__ import annotations

import base64

from django.utils.crypto import salted_hmac

from booking.models import hash_token
from payments.models import PaymentLink

_SALT = "payments.links.tokens"


def token_of(link: PaymentLink) -> str:
    """The token of a link's newest mail: 256 bits.

    Derived from its row and SECRET_KEY, as those of other mails are: a mail that is tried again
    carries the same link.
    """
    digest = salted_hmac(_SALT, f"{link.pk}:{link.round}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def new_hash(link: PaymentLink) -> str:
    """What is stored of it."""
    return hash_token(token_of(link))


def find_link(token: str) -> PaymentLink | None:
    """The link that a token opens; None for a wrong one, and for that of an older mail."""
    rows = PaymentLink.objects.select_related("booking")
    return rows.filter(token_hash=hash_token(token), booking__deleted_at=None).first()
