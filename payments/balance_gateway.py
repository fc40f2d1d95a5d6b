"""Stripe's books: what moved on our balance, and what of it. The calls go through `gateway`.

A period is half-open, `[since, until)`, of aware datetimes, by the moment at which Stripe made
the thing. Its pages come newest first, each asked for when the one before it has been worked on,
so that a year is never in memory at once. No page is empty.

Everything here raises GatewayError as `gateway` does; a page that failed ends its pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from math import ceil
from typing import Any, TypeVar

from payments import balance_results, results
from payments.balance_results import BalanceEntry, DisputeAnswer, StripeCharge
from payments.gateway import SESSION_PARTS, ask
from payments.results import RefundAnswer, Session

T = TypeVar("T")

_PAGE = 100
_CHARGE_PARTS = ["balance_transaction"]


def balance_pages(since: datetime, until: datetime) -> Iterator[tuple[BalanceEntry, ...]]:
    """Everything that moved on our balance in a period."""
    return _pages(
        lambda client, params: client.v1.balance_transactions.list(params=params),
        balance_results.read_entry,
        {"created": _period(since, until)},
    )


def charge_pages(since: datetime, until: datetime) -> Iterator[tuple[StripeCharge, ...]]:
    """Every try of the account to take money in a period, declined ones too."""
    return _pages(
        lambda client, params: client.v1.charges.list(params=params),
        balance_results.read_stripe_charge,
        {"created": _period(since, until), "expand": _of_each(_CHARGE_PARTS)},
    )


def refund_pages(since: datetime, until: datetime) -> Iterator[tuple[RefundAnswer, ...]]:
    """Every refund that was made in a period, whatever became of it."""
    return _pages(
        lambda client, params: client.v1.refunds.list(params=params),
        results.read_refund,
        {"created": _period(since, until)},
    )


def dispute_pages(since: datetime, until: datetime) -> Iterator[tuple[DisputeAnswer, ...]]:
    """Every dispute that was opened in a period."""
    return _pages(
        lambda client, params: client.v1.disputes.list(params=params),
        balance_results.read_dispute,
        {"created": _period(since, until)},
    )


def session_pages(since: datetime, until: datetime) -> Iterator[tuple[Session, ...]]:
    """Every visit to a payment page that began in a period, however it ended."""
    return _pages(
        lambda client, params: client.v1.checkout.sessions.list(params=params),
        results.read_session,
        {"created": _period(since, until), "expand": _of_each(SESSION_PARTS)},
    )


def get_charge(charge_id: str) -> StripeCharge:
    """A charge as it is now. Raises GatewayRefusedError for an unknown id."""
    return balance_results.read_stripe_charge(
        ask(lambda client: client.v1.charges.retrieve(charge_id, params={"expand": _CHARGE_PARTS}))
    )


def get_intent_charge(intent_id: str) -> StripeCharge | None:
    """The charge that paid an intent, if it was paid: there is one at most."""
    pages = _pages(
        lambda client, params: client.v1.charges.list(params=params),
        balance_results.read_stripe_charge,
        {"payment_intent": intent_id, "expand": _of_each(_CHARGE_PARTS)},
    )
    return next((charge for page in pages for charge in page if charge.is_paid), None)


def get_dispute(dispute_id: str) -> DisputeAnswer:
    """A dispute as it is now. Raises GatewayRefusedError for an unknown id."""
    return balance_results.read_dispute(ask(lambda client: client.v1.disputes.retrieve(dispute_id)))


def balance_of_source(source_id: str) -> tuple[BalanceEntry, ...]:
    """What a charge, a refund, a dispute or a payout moved on our balance, newest first."""
    pages = _pages(
        lambda client, params: client.v1.balance_transactions.list(params=params),
        balance_results.read_entry,
        {"source": source_id},
    )
    return tuple(entry for page in pages for entry in page)


def _pages(
    list_page: Callable[..., Any],
    read: Callable[[Mapping[str, Any]], T],
    params: dict[str, Any],
) -> Iterator[tuple[T, ...]]:
    """The pages of one list, each by one call, read."""
    cursor: dict[str, str] = {}
    more = True
    while more:
        asked = {**params, **cursor, "limit": _PAGE}
        page = ask(partial(list_page, params=asked))
        found = page["data"]
        if found:
            yield tuple(read(one) for one in found)
            cursor = {"starting_after": found[-1]["id"]}
        more = bool(page["has_more"] and found)


def _period(since: datetime, until: datetime) -> dict[str, int]:
    """Stripe counts in whole seconds; neighbouring periods never share or miss one."""
    return {"gte": ceil(since.timestamp()), "lt": ceil(until.timestamp())}


def _of_each(parts: list[str]) -> list[str]:
    return [f"data.{part}" for part in parts]
