"""Charges: one attempt to take money, paid or failed."""

import copy

from totetaxi.sandbox.stripe.api.calls import Call, Route, filters, page
from totetaxi.sandbox.stripe.api.params import EXPAND, PAGING, Created, Shape, Text
from totetaxi.sandbox.stripe.cards import Card, Decline
from totetaxi.sandbox.stripe.ids import new_id, random_text
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.world import World

_FIXED: Json = {
    "amount_refunded": 0,
    "application": None,
    "application_fee": None,
    "application_fee_amount": None,
    "balance_transaction": None,
    "calculated_statement_descriptor": "TOTETAXI",
    "disputed": False,
    "failure_balance_transaction": None,
    "fraud_details": {},
    "livemode": False,
    "on_behalf_of": None,
    "radar_options": {},
    "receipt_number": None,
    "receipt_url": None,
    "refunded": False,
    "review": None,
    "shipping": None,
    "source_transfer": None,
    "statement_descriptor": None,
    "transfer_data": None,
    "transfer_group": None,
}
"""What is the same for every charge here."""


def make_charge(world: World, intent: Json, method: Json, card: Card) -> Json:
    """Store and return the charge of an intent with a payment method: paid, or declined."""
    decline = card.decline
    charge: Json = {
        **copy.deepcopy(_FIXED),
        "id": new_id("charge"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0 if decline else intent["amount"],
        "billing_details": method["billing_details"],
        "captured": not decline,
        "created": world.clock.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "metadata": intent["metadata"],
        "outcome": _outcome(decline),
        "paid": not decline,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {
            "card": _card_details(method["card"], intent["amount"], card),
            "type": "card",
        },
        "receipt_email": intent["receipt_email"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "failed" if decline else "succeeded",
    }
    return world.store.add(charge)


def _outcome(decline: Decline | None) -> Json:
    if decline is None:
        return {
            "advice_code": None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "approved_by_network",
            "reason": None,
            "risk_level": "normal",
            "risk_score": 12,
            "seller_message": "Payment complete.",
            "type": "authorized",
        }
    return {
        "advice_code": "try_again_later",
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network",
        "reason": decline.decline_code,
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }


def _card_details(stored: Json, amount: int, card: Card) -> Json:
    three_d_secure = {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": random_text(24),
        "version": "2.2.0",
    }
    return {
        "amount_authorized": None if card.decline else amount,
        "authorization_code": None if card.decline else random_text(6).upper(),
        "brand": stored["brand"],
        "checks": stored["checks"],
        "country": stored["country"],
        "exp_month": stored["exp_month"],
        "exp_year": stored["exp_year"],
        "fingerprint": stored["fingerprint"],
        "funding": stored["funding"],
        "installments": None,
        "last4": stored["last4"],
        "mandate": None,
        "network": stored["brand"],
        "network_token": {"used": False},
        "network_transaction_id": None if card.decline else random_text(15),
        "regulated_status": stored["regulated_status"],
        "three_d_secure": three_d_secure if card.authenticate else None,
        "wallet": None,
    }


def retrieve(call: Call) -> Json:
    """Answer GET /v1/charges/{charge}."""
    return call.object("charge", "charge")


def list_all(call: Call) -> Json:
    """Answer GET /v1/charges."""
    return page(call, "charge", where=filters(call, "customer", "payment_intent"))


ROUTES = [
    Route("GET", "/v1/charges/<charge>", Shape(EXPAND), retrieve),
    Route(
        "GET",
        "/v1/charges",
        Shape({**PAGING, "created": Created(), "customer": Text(), "payment_intent": Text()}),
        list_all,
    ),
]
