"""Which payment links, and which of their payments, this browser came to by a mail."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from payments.models import Payment, PaymentLink

SESSION_KEY = "payment_links"
PAYMENTS_KEY = "link_payments"
REMEMBERED = 20


def grant_link(request: HttpRequest, link: PaymentLink) -> None:
    """Let this browser see a link from now on, until the link is sent anew."""
    _remember(request, SESSION_KEY, link.token_hash)


def find_granted(request: HttpRequest, link_id: UUID) -> PaymentLink | None:
    """A link that this browser may see. Its booking comes with it."""
    hashes = request.session.get(SESSION_KEY, [])
    rows = PaymentLink.objects.select_related("booking")
    return rows.filter(pk=link_id, token_hash__in=hashes, booking__deleted_at=None).first()


def grant_payment(request: HttpRequest, payment: Payment) -> None:
    """Let this browser see what becomes of the payment that it opens."""
    _remember(request, PAYMENTS_KEY, str(payment.pk))


def granted_payments(request: HttpRequest) -> list[str]:
    """The keys of the payments that this browser opened by a link."""
    found: list[str] = request.session.get(PAYMENTS_KEY, [])
    return found


def _remember(request: HttpRequest, name: str, key: str) -> None:
    known = [one for one in request.session.get(name, []) if one != key]
    request.session[name] = [*known, key][-REMEMBERED:]
