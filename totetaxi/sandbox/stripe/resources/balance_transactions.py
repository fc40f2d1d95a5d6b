"""Balance transactions: what each movement of money adds to or takes from our balance."""

from totetaxi.sandbox.stripe.api.calls import Call, Route, filters, page
from totetaxi.sandbox.stripe.api.params import EXPAND, PAGING, Created, Shape, Text
from totetaxi.sandbox.stripe.ids import new_id
from totetaxi.sandbox.stripe.money import DISPUTE_FEE_CENTS, processing_fee
from totetaxi.sandbox.stripe.store import Json


def _transaction(
    source: Json, kind: str, amount: int, *, fee: int = 0, fee_name: str = "Stripe processing fees"
) -> Json:
    fees = {
        "amount": fee,
        "application": None,
        "currency": source["currency"],
        "description": fee_name,
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
    fee = processing_fee(charge["amount"])
    return _transaction(charge, "charge", charge["amount"], fee=fee) | {
        "available_on": available_on,
        "status": "available" if available else "pending",
    }


def refund_transaction(refund: Json) -> Json:
    """Return the transaction of a refund: the amount back, and no fee with it."""
    return _transaction(refund, "refund", -refund["amount"])


def refund_failure_transaction(refund: Json, *, now: int) -> Json:
    """Return the transaction that brings back the money of a refund that failed."""
    return _transaction(refund, "refund_failure", refund["amount"]) | _at(now)


def dispute_transaction(dispute: Json) -> Json:
    """Return the transaction that takes what is disputed, and the dispute's fee with it."""
    return _transaction(
        dispute, "adjustment", -dispute["amount"], fee=DISPUTE_FEE_CENTS, fee_name="Dispute fee"
    ) | {
        "description": f"Chargeback withdrawal for {dispute['charge']}",
        "reporting_category": "dispute",
    }


def dispute_reversal_transaction(dispute: Json, *, now: int) -> Json:
    """Return the transaction that brings back what was disputed; the fee stays with Stripe."""
    return (
        _transaction(dispute, "adjustment", dispute["amount"])
        | _at(now)
        | {
            "description": f"Chargeback reversal for {dispute['charge']}",
            "reporting_category": "dispute_reversal",
        }
    )


def payout_transaction(payout: Json) -> Json:
    """Return the transaction of a payout to our bank."""
    return _transaction(payout, "payout", -payout["amount"])


def _at(now: int) -> Json:
    """The moment of a transaction that comes later than what it is of."""
    return {"created": now, "available_on": now}


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
