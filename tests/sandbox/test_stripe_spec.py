"""The judge itself: it must accept what Stripe's own samples are, and notice every change."""

import copy
import json
from pathlib import Path

import pytest

from tests.sandbox.conftest import SESSION
from tests.sandbox.fixtures import JudgedSandbox
from tests.stripe_spec import (
    Json,
    event_errors,
    object_errors,
    request_errors,
    response_errors,
    traffic_errors,
)

SAMPLES: dict[str, Json] = json.loads(
    (Path(__file__).parent / "stripe_samples.json").read_text(encoding="utf-8")
)
"""Sample objects published by Stripe (MIT licence), cut to the kinds that are used here."""

WITHOUT_MONTH = {
    name: value for name, value in SAMPLES["payment_method"]["card"].items() if name != "exp_month"
}
CREATE = ("POST", "/v1/checkout/sessions")
PARAMS: Json = json.loads(
    json.dumps(SESSION), parse_int=str
)  # numbers travel as texts, as in a form


@pytest.mark.parametrize("name", SAMPLES)
def test_stripes_own_sample_is_accepted(name):
    assert object_errors(name, SAMPLES[name]) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_unknown_property_is_noticed(name):
    assert object_errors(name, SAMPLES[name] | {"colour": "red"}) == [
        "$: Additional properties are not allowed ('colour' was unexpected)"
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_missing_property_is_noticed(name):
    body = {key: value for key, value in SAMPLES[name].items() if key != "id"}
    assert object_errors(name, body) == ["$: 'id' is a required property"]


@pytest.mark.parametrize(
    ("name", "field", "value", "finding"),
    [
        ("checkout.session", "status", "done", "$.status: 'done' is not one of"),
        ("checkout.session", "expires_at", None, "$.expires_at: None is not of type 'integer'"),
        (
            "checkout.session",
            "amount_total",
            1.5,
            "$.amount_total: 1.5 is not of type 'integer', 'null'",
        ),
        ("checkout.session", "url", 5, "$.url: 5 is not of type 'string'"),
        ("refund", "reason", "regret", "$.reason: 'regret' is not one of"),
        ("balance_transaction", "type", "fee", "$.type: 'fee' is not one of"),
        ("payment_method", "card", WITHOUT_MONTH, "$.card: 'exp_month' is a required"),
    ],
)
def test_wrong_value_is_noticed(name, field, value, finding):
    (found,) = object_errors(name, SAMPLES[name] | {field: value})
    assert found.startswith(finding)


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"payment_method_types": ["card"]}, "'payment_method_types' was unexpected"),
        ({"ui_mode": "hosted"}, "$.ui_mode: 'hosted' is not one of"),
        ({"expires_at": "soon"}, "$.expires_at: 'soon' is not of type 'integer'"),
        ({"line_items": [{"quantity": "1.5"}]}, "$.line_items[0].quantity: '1.5' is not of type"),
        ({"line_items": [{"price_data": {}}]}, "price_data: 'currency' is a required property"),
        ({"metadata": {"a": ["b"]}}, "$.metadata.a: ['b'] is not of type 'string'"),
    ],
)
def test_wrong_request_is_noticed(changes, finding):
    assert request_errors(*CREATE, PARAMS) == []
    (found,) = request_errors(*CREATE, PARAMS | changes)
    assert finding in found


def test_request_to_nowhere_is_noticed():
    assert request_errors("POST", "/v1/checkout/session", {}) == [
        "$: POST /v1/checkout/session is not in Stripe's API"
    ]
    assert request_errors("DELETE", "/v1/checkout/sessions", {}) != []


def test_body_of_a_call_without_parameters_is_noticed():
    path = "/v1/checkout/sessions/cs_1/expire"
    assert request_errors("POST", path, {}) == []
    assert request_errors("POST", path, {"reason": "late"}) != []


def test_query_is_read_by_its_types():
    query = {"limit": "3", "created": {"gte": "5"}, "delivery_success": "true", "types": ["a"]}
    assert request_errors("GET", "/v1/events", query) == []
    assert request_errors("GET", "/v1/events", {"limit": "few"}) == [
        "$.limit: 'few' is not of type 'integer'"
    ]


def test_answer_is_judged_by_its_status():
    error = {"error": {"type": "invalid_request_error", "message": "No"}}
    assert response_errors(*CREATE, 200, SAMPLES["checkout.session"]) == []
    assert response_errors(*CREATE, 400, error) == []
    assert response_errors(*CREATE, 200, error) != []
    assert response_errors(*CREATE, 400, SAMPLES["checkout.session"]) != []
    assert response_errors(*CREATE, 400, {"error": {"type": "bad"}}) != []


def event() -> Json:
    body = copy.deepcopy(SAMPLES["event"])
    return body | {"type": "refund.updated", "data": {"object": SAMPLES["refund"]}}


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"type": "refund.done"}, "$.type: refund.done is no event of Stripe's"),
        ({"livemode": "no"}, "$.livemode: 'no' is not of type 'boolean'"),
        (
            {"data": {"object": SAMPLES["refund"] | {"amount": "1"}}},
            "refund.updated $.amount: '1' is not of type 'integer'",
        ),
        (
            {"data": {"object": SAMPLES["refund"], "previous_attributes": {"colour": "red"}}},
            "$.data.previous_attributes: colour",
        ),
    ],
)
def test_wrong_event_is_noticed(changes, finding):
    assert event_errors(event()) == []
    assert event_errors(event() | changes) == [finding]


def test_traffic_of_a_test_is_judged_whole(stripe_sandbox: JudgedSandbox, paid, client):
    client.v1.checkout.sessions.retrieve(paid.id, params={"expand": ["payment_intent"]})
    requests, events = stripe_sandbox.requests(), stripe_sandbox.events()
    assert traffic_errors(requests, events) == []
    requests[0]["params"]["colour"] = "red"
    requests[1]["response"]["payment_intent"]["colour"] = "red"
    events[0]["data"]["object"]["colour"] = "red"
    stranger = "Additional properties are not allowed ('colour' was unexpected)"
    found = traffic_errors(requests, events)
    assert [line.partition(" $")[0] for line in found] == [
        "request POST /v1/checkout/sessions",
        f"answer 200 to GET /v1/checkout/sessions/{paid.id}",
        "event payment_intent.created payment_intent.created",
    ]
    assert all(line.endswith(stranger) for line in found)
