"""The sandbox as a process: its settings, its memory, where it refuses to run, its commands."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
import stripe

from tests.sandbox.conftest import SESSION
from tests.sandbox.fixtures import JudgedSandbox
from totetaxi.sandbox.stripe.config import (
    DEFAULT_DATABASE,
    DEFAULT_WEBHOOK_URL,
    Config,
    RefusedError,
    read_config,
)
from totetaxi.sandbox.stripe.server import SandboxServer

ROOT = Path(__file__).resolve().parents[2]
MODULE = [sys.executable, "-m", "totetaxi.sandbox.stripe"]


def test_settings_come_from_defaults_environment_and_arguments():
    assert read_config([], {}) == Config()
    assert DEFAULT_DATABASE == ROOT / "var" / "sandbox-stripe.sqlite3"
    assert DEFAULT_WEBHOOK_URL == "http://127.0.0.1:8000/payments/stripe/webhook/"
    environ = {
        "SANDBOX_STRIPE_PORT": "9000",
        "SANDBOX_STRIPE_DB": "var/x.sqlite3",
        "SANDBOX_WEBHOOK_URL": "http://127.0.0.1:9001/hook/",
        "STRIPE_WEBHOOK_SECRET": "whsec_x",
    }
    read = read_config(["--port", "9002"], environ)
    assert (read.port, read.database) == (9002, Path("var/x.sqlite3"))
    assert (read.webhook_url, read.webhook_secret) == ("http://127.0.0.1:9001/hook/", "whsec_x")


def test_production_is_refused():
    environ = {**os.environ, "TOTETAXI_ENV": "production"}
    ended = subprocess.run(
        [*MODULE, "--port", "0"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr == "The Stripe sandbox does not start with TOTETAXI_ENV=production.\n"


def test_production_is_refused_in_a_thread_too(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TOTETAXI_ENV", "production")
    with pytest.raises(RefusedError):
        SandboxServer()


def test_process_answers_and_ends_on_sigterm(tmp_path: Path, client_of):
    process = subprocess.Popen(
        [*MODULE, "--port", "0", "--db", str(tmp_path / "new" / "s.sqlite3"), "--webhook-url", ""],
        cwd=ROOT,
        env={**os.environ, "TOTETAXI_ENV": "development"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        address = process.stdout.readline().split()[3].rstrip(",")
        assert client_of(address).v1.events.list().data == []
        process.terminate()
        assert process.wait(10) == 0


def test_sandbox_loads_nothing_of_django_or_the_site():
    code = (
        "import sys, totetaxi.sandbox.stripe.server;"
        "print([n for n in sys.modules if n.split('.')[0] in"
        " ('django', 'stripe', 'booking', 'payments', 'accounts', 'staff')"
        " or n.startswith('totetaxi.') and not n.startswith('totetaxi.sandbox')])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ended.stdout == "[]\n"


def test_memory_survives_a_restart(tmp_path: Path, client_of: Callable[..., stripe.StripeClient]):
    key = {"idempotency_key": "pay-1"}
    with SandboxServer(database=tmp_path / "s.sqlite3") as first:
        client = client_of(first.base_url)
        session = client.v1.checkout.sessions.create(params=SESSION, options=key)
        first.pay(session.id)
        first.advance(3600)
        first.webhooks(hold=True)
        events = first.events()
    with SandboxServer(database=tmp_path / "s.sqlite3") as second:
        client = client_of(second.base_url)
        replayed = client.v1.checkout.sessions.create(params=SESSION, options=key)
        assert replayed.last_response.headers["Idempotent-Replayed"] == "true"
        assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
        assert second.events() == events
        assert events[-1]["type"] == "charge.updated"  # the hour that passed brought the fee
        state = second.state()
        assert (state["clock_offset"], state["webhooks"]["hold"]) == (3600, True)


def test_seed_makes_paid_history_without_events(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient
):
    started = time.monotonic()
    payments = [
        {
            "created": 1_790_000_000 + n,
            "amount": 20000 + n,
            "metadata": {"booking": f"TT-{n}"},
            "email": f"guest{n}@example.com",
            "client_reference_id": f"TT-{n}",
        }
        for n in range(100)
    ]
    made = stripe_sandbox.seed(payments)
    assert time.monotonic() - started < 10
    assert stripe_sandbox.events() == []
    session = client.v1.checkout.sessions.retrieve(
        made[7]["checkout_session"],
        params={"expand": ["payment_intent.latest_charge.balance_transaction"]},
    )
    assert (session.status, session.payment_status) == ("complete", "paid")
    assert (session.created, session.amount_total) == (1_790_000_007, 20007)
    assert session.metadata.to_dict() == {"booking": "TT-7"}
    assert session.customer_details["email"] == "guest7@example.com"
    charge = session.payment_intent.latest_charge
    assert (session.payment_intent.id, charge.id) == (
        made[7]["payment_intent"],
        made[7]["charge"],
    )
    assert charge.created == 1_790_000_007
    assert charge.balance_transaction.status == "available"


@pytest.fixture
def order(stripe_sandbox: JudgedSandbox):
    """Give a command over HTTP and return status and answer."""
    with requests.Session() as session:

        def give(method: str, path: str, body: object = None):
            url = f"{stripe_sandbox.base_url}/_sandbox{path}"
            answer = session.request(method, url, json=body)
            return answer.status_code, answer.json()

        yield give


def test_payments_are_commanded_over_http(stripe_sandbox: JudgedSandbox, create_session, order):
    session = create_session()
    card = {"card": "4000000000000002"}
    assert order("POST", f"/sessions/{session.id}/pay", card)[1]["outcome"] == "failed"
    assert order("POST", f"/sessions/{session.id}/pay")[1]["outcome"] == "paid"
    assert order("POST", f"/sessions/{session.id}/pay")[0] == 409
    assert order("POST", "/settle") == (200, {"settled": 1})
    tampered = order("POST", f"/sessions/{session.id}/tamper", {"amount": 1})[1]
    assert tampered["amount_total"] == 1
    status, made = order(
        "POST", "/payments", {"payments": [{"created": 1_790_000_000, "amount": 99}]}
    )
    assert (status, list(made["payments"][0])) == (
        200,
        ["balance_transaction", "charge", "checkout_session", "payment_intent", "refunds"],
    )


def test_trouble_and_time_are_commanded_over_http(stripe_sandbox: JudgedSandbox, order, client):
    assert order("POST", "/faults", {"kind": "rate_limit", "times": 2})[1]["path"] == "/v1/*"
    with pytest.raises(stripe.RateLimitError):
        client.v1.events.list()
    assert order("GET", "/")[1]["faults"][0]["times"] == 1
    assert order("POST", "/faults/clear") == (200, {})
    assert client.v1.events.list().data == []
    assert order("POST", "/faults", {"kind": "flood"})[0] == 400
    assert order("POST", "/webhooks", {"colour": "red"})[0] == 400
    now = order("GET", "/")[1]["now"]
    assert order("POST", "/clock", {"advance": 100})[1]["now"] - now in {100, 101}
    assert order("POST", "/reset") == (200, {})
    assert order("GET", "/")[1]["clock_offset"] == 0


def test_webhooks_are_commanded_over_http(stripe_sandbox: JudgedSandbox, paid, order):
    event = stripe_sandbox.events()[0]["id"]
    assert order("POST", "/webhooks", {"wrong_signature": True})[1]["wrong_signature"] is True
    signed = order("GET", f"/events/{event}/signed")[1]
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(
            signed["body"], signed["headers"]["Stripe-Signature"], "whsec_sandbox"
        )
    assert order("POST", "/webhooks/deliver")[0] == 409
    assert order("POST", f"/events/{event}/redeliver") == (200, {})
    assert len(order("GET", f"/events/{event}/deliveries")[1]) == 2
    assert order("GET", "/events/evt_0/signed")[0] == 400


def test_log_of_requests_is_shown_over_http(stripe_sandbox: JudgedSandbox, create_session, order):
    create_session({"idempotency_key": "pay-1"})
    create_session()
    logged = order("GET", "/requests?idempotency_key=pay-1")[1]["requests"]
    assert [(one["method"], one["path"], one["status"]) for one in logged] == [
        ("POST", "/v1/checkout/sessions", 200)
    ]
    assert logged[0]["params"]["line_items"][1]["price_data"]["unit_amount"] == "2000"
    assert logged[0]["response"]["object"] == "checkout.session"
    assert "sk_test" not in str(logged)
    assert len(order("GET", f"/requests?since={logged[0]['seq']}")[1]["requests"]) == 1


def test_commands_are_taken_from_this_machine_only(stripe_sandbox: JudgedSandbox):
    application = stripe_sandbox._server.app.test_client()
    far = application.get("/_sandbox/", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    near = application.get("/_sandbox/", environ_base={"REMOTE_ADDR": "127.0.0.1"})
    assert (far.status_code, near.status_code) == (403, 200)
