"""The `Stripe-Signature` header."""

import hashlib
import hmac


def signature_header(body: bytes, secret: str, timestamp: int) -> str:
    """Return the header for a body: the scheme that counts, and the v0 that test mode adds.

    `timestamp` is in Unix seconds; the secret is used as text, with its `whsec_`.
    """
    signed = f"{timestamp}.".encode() + body
    v1 = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    v0 = hmac.new(b"test-mode", signed, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={v1},v0={v0}"
