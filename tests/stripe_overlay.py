"""What separates Stripe's published description (dahlia) from the version in use (endive).

Read off the differences of the two versions of the `stripe` library, cut to our resources.
"""

from typing import Any

Json = dict[str, Any]

FORM = "application/x-www-form-urlencoded"

_TEXT = {"type": "string", "maxLength": 5000}
_TEXT_OR_NULL = {**_TEXT, "nullable": True}
_OPEN = {"type": "object", "nullable": True}
_METHODS = {"type": "array", "nullable": True, "items": _TEXT}


def _id_or(name: str) -> Json:
    return {"anyOf": [_TEXT, {"$ref": f"#/components/schemas/{name}"}], "nullable": True}


OVERLAY: dict[str, dict[str, Json]] = {
    "checkout.session": {"allowed_payment_method_types": _METHODS},
    "payment_intent": {
        "allowed_payment_method_types": {**_METHODS, "required": True},
        "payment_record": _TEXT_OR_NULL,
    },
    "setup_intent": {"allowed_payment_method_types": {**_METHODS, "required": True}},
    "refund": {
        "customer": _id_or("customer"),
        "customer_account": _TEXT_OR_NULL,
        "payment_method": _id_or("payment_method"),
    },
    "payment_method_details_card": {
        "electronic_commerce_indicator": _TEXT_OR_NULL,
        "setup_credential_usage": _TEXT_OR_NULL,
        "stored_credential_usage": _TEXT_OR_NULL,
        "transaction_link_id": _TEXT_OR_NULL,
    },
    "billing_portal.session": {"after_expiration": _OPEN},
    "dispute": {"intended_submission_method": _TEXT_OR_NULL},
    "dispute_evidence": {"appeal": _OPEN},
    "dispute_evidence_details": {"submission_method": _TEXT_OR_NULL},
    "dispute_payment_method_details_card": {"network": _TEXT_OR_NULL},
}
"""What endive added to objects: schema, property, type. `required` marks what must be there."""

OVERLAY_ENUMS = {
    ("balance_transaction", "type"): [
        "issuing_dispute_provisional_credit",
        "issuing_dispute_provisional_credit_reversal",
        "tax_fund",
    ],
    ("checkout.session", "locale"): ["hi-IN"],
    ("dispute", "status"): ["appeal_needs_response", "appeal_under_review"],
    ("payment_method", "type"): ["paypay", "sequra"],
}
OVERLAY_RENAMED_PARAMS = {
    "/v1/checkout/sessions": ("payment_method_types", "allowed_payment_method_types")
}
"""What endive renamed in the body of a POST: path, old name, new name."""


def form_of(operation: Json) -> Json:
    """Return the schema of the body of a POST."""
    form: Json = operation["requestBody"]["content"][FORM]["schema"]
    return form


def overlaid(published: Json) -> Json:
    """Bring the description to the version in use, in place, and return it."""
    schemas = published["components"]["schemas"]
    for name, properties in OVERLAY.items():
        for property_name, schema in properties.items():
            added = dict(schema)
            if added.pop("required", False):
                schemas[name].setdefault("required", []).append(property_name)
            schemas[name]["properties"][property_name] = added
    for (name, property_name), values in OVERLAY_ENUMS.items():
        schemas[name]["properties"][property_name]["enum"] += values
    for path, (old, new) in OVERLAY_RENAMED_PARAMS.items():
        properties = form_of(published["paths"][path]["post"])["properties"]
        properties[new] = properties.pop(old)
    return published
