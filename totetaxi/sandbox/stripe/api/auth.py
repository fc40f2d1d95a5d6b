"""Who calls: a secret test key, as Bearer token or as the user name of Basic."""

import base64
import binascii

from totetaxi.sandbox.stripe.errors import ApiError

_NO_KEY = (
    "You did not provide an API key. You need to provide your API key in the Authorization"
    " header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See"
    " https://stripe.com/docs/api#authentication for details, or we can help at"
    " https://support.stripe.com/."
)


def authenticate(header: str | None) -> None:
    """Accept a secret or restricted test key; refuse any other, live keys above all.

    Raises:
        ApiError: 401, as Stripe answers.
    """
    key = _key_of(header or "")
    if not key:
        raise ApiError(401, _NO_KEY, begun=False)
    if not key.startswith(("sk_test_", "rk_test_")):
        raise ApiError(401, f"Invalid API Key provided: {_masked(key)}", begun=False)


def _key_of(header: str) -> str:
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() == "basic":
        try:
            decoded = base64.b64decode(credentials, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return ""
        return decoded.partition(":")[0]
    return ""


def _masked(key: str) -> str:
    head = "_".join(key.split("_")[:2])[:8] if "_" in key else ""
    shown = f"{head}_" if head else ""
    return f"{shown}{'*' * max(len(key) - len(shown) - 4, 4)}{key[-4:]}"
