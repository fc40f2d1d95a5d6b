"""Webhooks: signed as Stripe signs, at least once, in any order, as commanded."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stripe

from tests.sandbox.conftest import CreateSession
from tests.sandbox.fixtures import JudgedSandbox


class Receiver(ThreadingHTTPServer):
    """Takes webhooks, answers with the statuses that it is told, then with 200."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Taker)
        self.statuses: list[int] = []
        self.seen: list[tuple[bytes, Mapping[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook/?a=1"

    def ids(self) -> list[str]:
        return [json.loads(body)["id"] for body, _ in list(self.seen)]


class Taker(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        self.server.seen.append((body, dict(self.headers)))
        self.send_response(status)
        if status == 301:
            self.send_header("Location", "/hook/")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def receiver(stripe_sandbox: JudgedSandbox) -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        stripe_sandbox.webhook_url = None
        server.shutdown()
        thread.join()


def wait_for(condition: Callable[[], bool], seconds: float = 8) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


class Taken:
    """A receiver without a network: what a test with Django's client does."""

    def __init__(self):
        self.bodies: list[bytes] = []
        self.headers: list[Mapping[str, str]] = []

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> int:
        self.bodies.append(body)
        self.headers.append(headers)
        return 200

    def types(self) -> list[str]:
        return [json.loads(body)["type"] for body in self.bodies]


def verify(body: bytes, headers: Mapping[str, str], secret: str = "whsec_sandbox"):
    return stripe.Webhook.construct_event(body, headers["Stripe-Signature"], secret)


def test_webhooks_go_out_signed(stripe_sandbox: JudgedSandbox, receiver, create_session):
    stripe_sandbox.webhook_url = receiver.url
    stripe_sandbox.pay(create_session().id)
    wait_for(lambda: len(receiver.seen) == 4)
    for body, headers in receiver.seen:
        event = verify(body, headers)
        assert event.id in {known["id"] for known in stripe_sandbox.events()}
        assert headers["Content-Type"] == "application/json; charset=utf-8"
    wait_for(lambda: all(one["pending_webhooks"] == 0 for one in stripe_sandbox.events()))


@pytest.mark.parametrize("status", [301, 400, 500])
def test_webhook_that_is_not_taken_comes_again(
    stripe_sandbox: JudgedSandbox, receiver, create_session: CreateSession, client, status
):
    receiver.statuses = [status, status]
    stripe_sandbox.webhook_url = receiver.url
    client.v1.checkout.sessions.expire(create_session().id)
    wait_for(lambda: len(receiver.seen) == 3)
    event = stripe_sandbox.events()[0]
    assert receiver.ids() == [event["id"]] * 3
    wait_for(lambda: stripe_sandbox.deliveries(event["id"])[0]["state"] == "delivered")
    assert stripe_sandbox.deliveries(event["id"])[0]["attempts"] == 3


def test_webhook_waits_for_a_receiver_that_is_away(
    stripe_sandbox: JudgedSandbox, receiver, create_session: CreateSession, client
):
    stripe_sandbox.webhook_url = "http://127.0.0.1:9/nobody/"
    client.v1.checkout.sessions.expire(create_session().id)
    event = stripe_sandbox.events()[0]
    wait_for(lambda: stripe_sandbox.deliveries(event["id"])[0]["attempts"] > 0)
    assert "ConnectionRefused" in stripe_sandbox.deliveries(event["id"])[0]["last_result"]["error"]
    stripe_sandbox.webhook_url = receiver.url
    wait_for(lambda: receiver.ids() == [event["id"]])


def test_webhook_is_given_up_after_three_days(stripe_sandbox: JudgedSandbox, paid):
    stripe_sandbox.deliver_with(lambda _body, _headers: 500)
    event_id = stripe_sandbox.events()[0]["id"]
    assert stripe_sandbox.deliveries(event_id)[0]["state"] == "pending"
    stripe_sandbox.advance(3 * 24 * 3600 + 5)
    stripe_sandbox.deliver_with(lambda _body, _headers: 500)
    assert stripe_sandbox.deliveries(event_id)[0]["state"] == "failed"


def test_held_webhooks_go_out_when_released(
    stripe_sandbox: JudgedSandbox, receiver, create_session: CreateSession
):
    stripe_sandbox.webhooks(hold=True)
    stripe_sandbox.webhook_url = receiver.url
    stripe_sandbox.pay(create_session().id)
    time.sleep(0.4)
    assert receiver.seen == []
    stripe_sandbox.webhooks(hold=False)
    wait_for(lambda: len(receiver.seen) == 4)


def test_dropped_webhook_comes_only_when_redelivered(stripe_sandbox: JudgedSandbox, create_session):
    stripe_sandbox.webhooks(drop=True)
    stripe_sandbox.pay(create_session().id)
    taken = Taken()
    assert stripe_sandbox.deliver_with(taken) == []
    event = stripe_sandbox.events("checkout.session.completed")[0]
    assert event["pending_webhooks"] == 1
    stripe_sandbox.redeliver(event["id"])
    stripe_sandbox.deliver_with(taken)
    assert taken.types() == ["checkout.session.completed"]


def test_duplicates_are_copies_of_one_event(stripe_sandbox: JudgedSandbox, create_session):
    stripe_sandbox.webhooks(duplicates=2)
    stripe_sandbox.pay(create_session().id)
    taken = Taken()
    stripe_sandbox.deliver_with(taken)
    ids = [json.loads(body)["id"] for body in taken.bodies]
    assert (len(ids), len(set(ids))) == (12, 4)


def test_shuffle_mixes_the_same_way_for_the_same_seed(
    stripe_sandbox: JudgedSandbox, create_session: CreateSession
):
    def order(seed: int | None) -> list[str]:
        stripe_sandbox.reset()
        stripe_sandbox.webhooks(shuffle_seed=seed, shuffle_seconds=0)
        stripe_sandbox.pay(create_session().id)
        taken = Taken()
        stripe_sandbox.deliver_with(taken)
        return taken.types()

    straight = order(None)
    mixed = {seed: order(seed) for seed in range(4)}
    assert all(sorted(one) == sorted(straight) for one in mixed.values())
    assert any(one != straight for one in mixed.values())
    assert mixed == {seed: order(seed) for seed in range(4)}


def test_delayed_webhook_is_not_sent_at_once(
    stripe_sandbox: JudgedSandbox, receiver, create_session: CreateSession
):
    stripe_sandbox.webhooks(delay_seconds=60)
    stripe_sandbox.webhook_url = receiver.url
    stripe_sandbox.pay(create_session().id)
    time.sleep(0.4)
    assert receiver.seen == []
    stripe_sandbox.advance(61)
    wait_for(lambda: len(receiver.seen) == 4)


@pytest.mark.parametrize(
    ("mode", "accepted"),
    [
        ({}, True),
        ({"wrong_signature": True}, False),
        ({"timestamp_offset": -600}, False),
        ({"timestamp_offset": -200}, True),
    ],
)
def test_signature_can_be_spoiled(stripe_sandbox: JudgedSandbox, paid, mode, accepted):
    stripe_sandbox.webhooks(**mode)
    body, headers = stripe_sandbox.signed(stripe_sandbox.events()[0]["id"])
    if accepted:
        assert verify(body, headers).object == "event"
    else:
        with pytest.raises(stripe.SignatureVerificationError):
            verify(body, headers)


def test_changed_body_fails_the_signature(stripe_sandbox: JudgedSandbox, paid):
    body, headers = stripe_sandbox.signed(stripe_sandbox.events()[0]["id"])
    with pytest.raises(stripe.SignatureVerificationError):
        verify(body.replace(b"33500", b"33501"), headers)
