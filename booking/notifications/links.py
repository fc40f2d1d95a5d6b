"""Private links in mails: a placeholder while a mail is written and kept, a token as it leaves.

Each mail has tokens of its own (DECISIONS.md, 24). They are derived from the message's row and
SECRET_KEY, so that a try after a crash sends the very same link instead of leaving live tokens
that nobody knows of. Only their hashes are stored, as for any token.
"""

import base64

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from booking.models import AccessToken, Booking, Draft, Message, hash_token

_PLACEHOLDER = "private-link-{}"
_SALT = "booking.notifications.links"


def absolute(path: str) -> str:
    """A path of the site as an address for a mail. The request's Host header has no say in it."""
    return f"{settings.SITE_URL}{path}"


def link_to(opened: Booking | Draft, position: int) -> str:
    """The address that opens `opened`, with a placeholder for the token at that position."""
    return absolute(_path(opened, _PLACEHOLDER.format(position)))


def with_tokens(text: str, message: Message, opens: tuple[Booking | Draft, ...]) -> str:
    """`text` with each placeholder link made a real one."""
    for position, opened in enumerate(opens):
        real = absolute(_path(opened, _token(message, opened)))
        text = text.replace(link_to(opened, position), real)
    return text


def _path(opened: Booking | Draft, token: str) -> str:
    name = "booking:open_link" if isinstance(opened, Booking) else "booking:resume"
    return reverse(name, args=[token])


def _token(message: Message, opened: Booking | Draft) -> str:
    """The token of this mail for `opened`: made at the first try, the same at a later one.

    Where it was revoked in between, the mail gets a new one.
    """
    digest = salted_hmac(_SALT, f"{message.pk}:{opened.pk}", algorithm="sha256").digest()
    token = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    target = {"booking": opened} if isinstance(opened, Booking) else {"draft": opened}
    row, _made = AccessToken.objects.get_or_create(token_hash=hash_token(token), defaults=target)
    return token if row.revoked_at is None else AccessToken.issue(**target)
