"""Idempotency keys, and trouble on demand."""

import threading
import time
from collections.abc import Callable

import pytest
import requests
import stripe

from tests.sandbox.conftest import SESSION, CreateSession
from tests.sandbox.fixtures import JudgedSandbox

SESSIONS = "/v1/checkout/sessions"
KEY = {"idempotency_key": "pay-415-1"}


def count(client: stripe.StripeClient) -> int:
    return len(client.v1.checkout.sessions.list().data)


def test_same_key_gives_same_answer(
    client: stripe.StripeClient, create_session: CreateSession, stripe_sandbox: JudgedSandbox
):
    first, again = create_session(KEY), create_session(KEY)
    assert first.id == again.id
    assert first.last_response.headers.get("Idempotent-Replayed") is None
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert again.last_response.headers["Request-Id"].startswith("req_")
    assert "Date" in again.last_response.headers
    assert count(client) == 1
    assert [entry["replayed"] for entry in stripe_sandbox.requests(match={"method": "POST"})] == [
        False,
        True,
    ]


def test_same_key_with_other_parameters_is_refused(create_session: CreateSession):
    create_session(KEY)
    with pytest.raises(stripe.IdempotencyError) as refused:
        create_session(KEY, client_reference_id="TT-000416")
    assert refused.value.http_status == 400
    assert refused.value.user_message == (
        "Keys for idempotent requests can only be used with the same parameters they were first"
        " used with. Try using a key other than 'pay-415-1' if you meant to execute a different"
        " request."
    )


def test_key_is_free_again_after_a_day(
    stripe_sandbox: JudgedSandbox, create_session: CreateSession
):
    first = create_session(KEY)
    stripe_sandbox.advance(24 * 3600 + 1)
    assert create_session(KEY).id != first.id


def test_refused_parameters_leave_the_key_unused(
    stripe_sandbox: JudgedSandbox, create_session: CreateSession
):
    stripe_sandbox.judges_requests = False
    with pytest.raises(stripe.InvalidRequestError):
        create_session(KEY, colour="red")
    assert create_session(KEY).status == "open"


def test_error_of_begun_work_is_replayed(client: stripe.StripeClient, paid):
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.checkout.sessions.expire(paid.id, options={"idempotency_key": "expire-1"})
    assert refused.value.headers["Idempotent-Replayed"] == "true"


def test_running_key_is_409(
    stripe_sandbox: JudgedSandbox, create_session: CreateSession, client: stripe.StripeClient
):
    stripe_sandbox.faults.add("delay", method="POST", path=SESSIONS, seconds=0.6)
    slow = threading.Thread(target=create_session, args=(KEY,))
    slow.start()
    time.sleep(0.2)
    with pytest.raises(stripe.APIError) as refused:
        create_session(KEY)
    slow.join()
    assert refused.value.http_status == 409
    assert refused.value.json_body["error"]["code"] == "idempotency_key_in_use"
    assert count(client) == 1


@pytest.mark.parametrize(
    ("kind", "error", "sessions"),
    [
        ("rate_limit", stripe.RateLimitError, 0),
        ("error_before", stripe.APIError, 0),
        ("drop_before", stripe.APIConnectionError, 0),
        ("error_after", stripe.APIError, 1),
        ("drop_after", stripe.APIConnectionError, 1),
        ("malformed", stripe.APIError, 1),
    ],
)
def test_fault_strikes_once_before_or_after_the_work(
    stripe_sandbox: JudgedSandbox,
    client: stripe.StripeClient,
    create_session: CreateSession,
    kind,
    error,
    sessions,
):
    stripe_sandbox.faults.add(kind, method="POST", path=SESSIONS)
    with pytest.raises(error):
        create_session(KEY)
    assert count(client) == sessions
    if kind == "error_after":  # the 500 itself is what the key remembers
        with pytest.raises(stripe.APIError):
            create_session(KEY)
        assert stripe_sandbox.requests()[-1]["replayed"] is True
    else:
        create_session(KEY)
    assert count(client) == 1


def test_retry_after_lost_answer_gets_the_same_session(
    stripe_sandbox: JudgedSandbox,
    client_of: Callable[..., stripe.StripeClient],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)
    client = client_of(stripe_sandbox.base_url, retries=2)
    stripe_sandbox.faults.add("drop_after", method="POST", path=SESSIONS)
    session = client.v1.checkout.sessions.create(params=SESSION)
    assert [found.id for found in client.v1.checkout.sessions.list()] == [session.id]


def test_timeout_of_the_caller_does_not_stop_the_work(
    stripe_sandbox: JudgedSandbox,
    client: stripe.StripeClient,
    client_of: Callable[..., stripe.StripeClient],
):
    stripe_sandbox.faults.add("delay", method="POST", path=SESSIONS, seconds=0.5)
    hasty = client_of(stripe_sandbox.base_url, timeout=0.2)
    with pytest.raises(stripe.APIConnectionError):
        hasty.v1.checkout.sessions.create(params=SESSION)
    deadline = time.monotonic() + 5
    while not count(client) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert count(client) == 1


def test_fault_meets_only_calls_that_match(
    stripe_sandbox: JudgedSandbox, create_session: CreateSession, client: stripe.StripeClient
):
    stripe_sandbox.faults.add("rate_limit", method="GET", path="/v1/charges/*", times=2)
    create_session()
    client.v1.charges.list()
    stripe_sandbox.judges_requests = False
    for _ in range(2):
        with pytest.raises(stripe.RateLimitError):
            client.v1.charges.retrieve("ch_0")
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.charges.retrieve("ch_0")


def test_basic_authentication_is_taken(stripe_sandbox: JudgedSandbox):
    with requests.Session() as session:
        answer = session.get(f"{stripe_sandbox.base_url}/v1/events", auth=("sk_test_x", ""))
    assert (answer.status_code, answer.json()["data"]) == (200, [])


def test_call_without_key_is_refused(stripe_sandbox: JudgedSandbox):
    with requests.Session() as session:
        answer = session.get(f"{stripe_sandbox.base_url}/v1/events")
    assert answer.status_code == 401
    assert answer.json()["error"]["message"].startswith("You did not provide an API key.")


def test_reset_forgets_a_call_under_way(
    stripe_sandbox: JudgedSandbox,
    client: stripe.StripeClient,
    client_of: Callable[..., stripe.StripeClient],
):
    stripe_sandbox.faults.add("delay", method="POST", path=SESSIONS, seconds=60)
    hasty = client_of(stripe_sandbox.base_url, timeout=0.2)
    with pytest.raises(stripe.APIConnectionError):
        hasty.v1.checkout.sessions.create(params=SESSION)
    begun = time.monotonic()
    stripe_sandbox.reset()
    assert time.monotonic() - begun < 30
    assert (stripe_sandbox.requests(), count(client)) == ([], 0)
