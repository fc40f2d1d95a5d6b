"""Balance transactions: what each movement of money adds to or takes from our balance."""

from totetaxi.sandbox.stripe.api.calls import Call, Route, filters, page
from totetaxi.sandbox.stripe.api.params import EXPAND, PAGING, Created, Shape, Text
from totetaxi.sandbox.stripe.ids import new_id
from totetaxi.sandbox.stripe.money import processing_fee
from totetaxi.sandbox.stripe.store import Json


def _transaction(source: Json, kind: str, amount: int, fee: int) -> Json:
    fees = {
        "amount": fee,
        "application": None,
        "currency": source["currency"],
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }
    return {
        "id": new_id("balance_transaction"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": source["created"],
        "balance_type": "payments",
        "created": source["created"],
        "currency": source["currency"],
        "description": source.get("description"),
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [fees] if fee else [],
        "net": amount - fee,
        "reporting_category": kind,
        "source": source["id"],
        "status": "available",
        "type": kind,
    }


def charge_transaction(charge: Json, *, available_on: int, available: bool) -> Json:
    """Return the transaction of a paid charge: its amount less the fee."""
    transaction = _transaction(charge, "charge", charge["amount"], processing_fee(charge["amount"]))
    return transaction | {
        "available_on": available_on,
        "status": "available" if available else "pending",
    }


def refund_transaction(refund: Json) -> Json:
    """Return the transaction of a refund: the amount back, and no fee with it."""
    return _transaction(refund, "refund", -refund["amount"], 0)


def retrieve(call: Call) -> Json:
    """Answer GET /v1/balance_transactions/{id}."""
    return call.object("balance_transaction", "id")


def list_all(call: Call) -> Json:
    """Answer GET /v1/balance_transactions."""
    return page(call, "balance_transaction", where=filters(call, "type", "source", "currency"))


ROUTES = [
    Route("GET", "/v1/balance_transactions/<id>", Shape(EXPAND), retrieve),
    Route(
        "GET",
        "/v1/balance_transactions",
        Shape(
            {
                **PAGING,
                "created": Created(),
                "currency": Text(),
                "source": Text(),
                "type": Text(),
            }
        ),
        list_all,
    ),
]
