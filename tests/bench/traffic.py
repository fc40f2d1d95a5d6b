"""What is asked of a site: requests, and streams of them, one for each connection."""

import hashlib
import hmac
import itertools
import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode

HOST = "127.0.0.1"
LIMIT_HOOK_SECRET = "whsec_limit"
ENCODINGS = "Accept-Encoding"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Request:
    """One HTTP request. Its headers are beside Host and Content-Length."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""

    def wire(self) -> bytes:
        """As it is sent over a kept connection."""
        headers = {"Host": HOST, **self.headers}
        if self.method == "POST":
            headers["Content-Length"] = str(len(self.body))
        lines = [f"{self.method} {self.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", self.body]).encode()


@dataclass(frozen=True)
class Visitor:
    """Whose requests they are: the cookies of a session and of the CSRF protection.

    `etag` is of what a signed-in customer's page already shows.
    """

    session: str
    etag: str = ""
    csrf: str = field(default_factory=lambda: secrets.token_hex(16))

    def get(self, path: str) -> Request:
        """A page."""
        return Request("GET", path, self._headers)

    def get_again(self, path: str) -> Request:
        """What a page's script asks every few seconds: is there anything newer?"""
        newer = {"HX-Request": "true", "If-None-Match": self.etag}
        return Request("GET", path, {**self._headers, **newer})

    def post(self, path: str, fields: dict[str, str]) -> Request:
        """A form that htmx sends."""
        headers = {**self._headers, "Content-Type": FORM, "HX-Request": "true"}
        body = urlencode({"csrfmiddlewaretoken": self.csrf, **fields})
        return Request("POST", path, headers, body)

    @property
    def _headers(self) -> dict[str, str]:
        cookies = f"session={self.session}; csrf={self.csrf}"
        return {"Cookie": cookies, ENCODINGS: "gzip, deflate, br"}


class Stream(Protocol):
    """Requests without an end. It is sent to another process, so it can be pickled."""

    def requests(self) -> Iterator[Request]:
        """Each time from the first one on."""


@dataclass(frozen=True)
class Repeat:
    """The same requests again and again."""

    them: tuple[Request, ...]

    def requests(self) -> Iterator[Request]:
        """Cycles."""
        return itertools.cycle(self.them)


@dataclass(frozen=True)
class SignedEvents:
    """Webhooks as Stripe sends them: each with an id of its own, signed just now."""

    path: str
    secret: str

    def requests(self) -> Iterator[Request]:
        """The event of a session that was paid; about 2.5 KB, as Stripe's are."""
        template = json.dumps(paid_session_event(), indent=2)
        while True:
            body = template.replace("evt_bench", f"evt_{secrets.token_hex(12)}")
            stamp = str(int(time.time()))
            signature = hmac.new(self.secret.encode(), f"{stamp}.{body}".encode(), hashlib.sha256)
            headers = {
                "Content-Type": "application/json; charset=utf-8",
                "Stripe-Signature": f"t={stamp},v1={signature.hexdigest()}",
            }
            yield Request("POST", self.path, headers, body)


def paid_session_event() -> dict[str, object]:
    """A `checkout.session.completed`, in the shape of the pinned API version."""
    metadata = {"payment_id": secrets.token_hex(16), "booking_number": "TT-000415"}
    session = {
        "id": "cs_test_" + "a1" * 29,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "amount_subtotal": 119425,
        "amount_total": 119425,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": "https://www.totetaxi.example/book/review/",
        "client_reference_id": secrets.token_hex(16),
        "created": 1795300000,
        "currency": "usd",
        "custom_fields": [],
        "customer": None,
        "customer_creation": "if_required",
        "customer_details": {
            "address": {"city": None, "country": "US", "line1": None, "postal_code": "10128"},
            "email": "claire@example.com",
            "name": "Claire Ellery",
            "phone": None,
            "tax_exempt": "none",
            "tax_ids": [],
        },
        "customer_email": "claire@example.com",
        "expires_at": 1795302400,
        "livemode": False,
        "locale": None,
        "metadata": metadata,
        "mode": "payment",
        "payment_intent": "pi_" + "b2" * 12,
        "payment_method_types": ["card"],
        "payment_status": "paid",
        "status": "complete",
        "submit_type": "pay",
        "success_url": "https://www.totetaxi.example/payments/return/",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted",
        "url": None,
    }
    return {
        "id": "evt_bench",
        "object": "event",
        "api_version": "2026-05-27",
        "created": 1795300100,
        "data": {"object": session},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": "checkout.session.completed",
    }
