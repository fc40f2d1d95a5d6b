"""The commands over HTTP, below `/_sandbox/`: JSON in and out, from this machine only."""

from collections.abc import Callable
from dataclasses import asdict
from ipaddress import ip_address
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from totetaxi.sandbox.stripe.checkout.confirm import NotOpenError
from totetaxi.sandbox.stripe.errors import ImpossibleError

from .commands import Commands, NoReceiverError

control = Blueprint("control", __name__, url_prefix="/_sandbox")


def _commands() -> Commands:
    return Commands(current_app.extensions["world"])


def _body() -> dict[str, Any]:
    """Return the JSON of the request; none is an empty order."""
    return request.get_json() if request.get_data() else {}


@control.before_request
def only_from_here() -> tuple[Response, int] | None:
    """Refuse anybody from another machine."""
    if ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104 - "unknown"
        return None
    return jsonify(error="Commands are taken from this machine only."), 403


@control.errorhandler(LookupError)
@control.errorhandler(TypeError)
@control.errorhandler(ValueError)
def refused(error: Exception) -> tuple[Response, int]:
    """Answer an order that makes no sense."""
    return jsonify(error=f"{type(error).__name__}: {error}"), 400


@control.errorhandler(ImpossibleError)
@control.errorhandler(NotOpenError)
@control.errorhandler(NoReceiverError)
def impossible(error: Exception) -> tuple[Response, int]:
    """Answer an order that the present state does not allow."""
    return jsonify(error=str(error) or type(error).__name__), 409


@control.get("/")
def state() -> Response:
    """Show time, webhook mode and standing faults."""
    return jsonify(_commands().state())


@control.post("/faults")
def add_fault() -> Response:
    """Order trouble: `{kind, method, path, times, seconds}`."""
    return jsonify(asdict(_commands().faults.add(**_body())))


@control.post("/faults/clear")
def clear_faults() -> Response:
    """Forget all trouble."""
    _commands().faults.clear()
    return jsonify({})


@control.post("/webhooks")
def webhooks() -> Response:
    """Change how webhooks behave: any fields of `modes.Mode`."""
    return jsonify(_commands().webhooks(**_body()))


@control.post("/webhooks/deliver")
def deliver() -> Response:
    """Send every waiting webhook now, and tell what came of each."""
    return jsonify([asdict(attempt) for attempt in _commands().deliver()])


@control.post("/events/<event_id>/redeliver")
def redeliver(event_id: str) -> Response:
    """Queue an event once more."""
    _commands().redeliver(event_id)
    return jsonify({})


@control.get("/events/<event_id>/deliveries")
def deliveries(event_id: str) -> Response:
    """Show what became of an event's webhooks."""
    return jsonify(_commands().deliveries(event_id))


@control.get("/events/<event_id>/signed")
def signed(event_id: str) -> Response:
    """Show body and headers of an event's webhook as it would be sent."""
    body, headers = _commands().signed(event_id)
    return jsonify(body=body.decode(), headers=headers)


@control.post("/clock")
def advance() -> Response:
    """Move the clock: `{advance: seconds}`."""
    return jsonify(now=_commands().advance(float(_body()["advance"])))


@control.post("/settle")
def settle() -> Response:
    """Give every waiting charge its fee now."""
    return jsonify(settled=_commands().settle())


@control.post("/sessions/<session_id>/pay")
def pay(session_id: str) -> Response:
    """Pay, or save a card: `{card, email, name, challenge, save, saved}`, all optional."""
    return jsonify(_commands().pay(session_id, **_body()))


@control.post("/sessions/<session_id>/tamper")
def tamper(session_id: str) -> Response:
    """Alter a payment: `{amount, currency}`."""
    return jsonify(_commands().tamper(session_id, **_body()))


@control.post("/payments")
def payments() -> Response:
    """Seed payments: `{payments: [...]}`; see `payments.seed`."""
    return jsonify(payments=_commands().seed(_body()["payments"]))


@control.post("/charges")
def charge() -> Response:
    """Take a payment by hand: `{amount, description}`."""
    return jsonify(_commands().charge_by_hand(**_body()))


@control.post("/charges/<charge_id>/refund")
def refund(charge_id: str) -> Response:
    """Refund a charge by hand: `{amount}`, or what is left of it."""
    return jsonify(_commands().refund_by_hand(charge_id, **_body()))


@control.post("/charges/<charge_id>/dispute")
def dispute(charge_id: str) -> Response:
    """Dispute a charge: `{amount, reason, due_days, inquiry}`, all optional."""
    return jsonify(_commands().dispute(charge_id, **_body()))


@control.post("/refunds")
def next_refunds() -> Response:
    """Say how the next refunds go: `{outcome, times, seconds}`."""
    _commands().next_refunds(**_body())
    return jsonify({})


@control.post("/refunds/<refund_id>/fail")
def fail_refund(refund_id: str) -> Response:
    """Let a refund fail: `{reason}`, or an expired card."""
    return jsonify(_commands().fail_refund(refund_id, **_body()))


@control.post("/refunds/<refund_id>/succeed")
def succeed_refund(refund_id: str) -> Response:
    """Let a waiting refund succeed."""
    return jsonify(_commands().succeed_refund(refund_id))


@control.post("/disputes/<dispute_id>/evidence")
def send_evidence(dispute_id: str) -> Response:
    """Answer a dispute."""
    return jsonify(_commands().send_evidence(dispute_id))


@control.post("/disputes/<dispute_id>/win")
def win_dispute(dispute_id: str) -> Response:
    """Win a dispute, or close an inquiry."""
    return jsonify(_commands().win_dispute(dispute_id))


@control.post("/disputes/<dispute_id>/lose")
def lose_dispute(dispute_id: str) -> Response:
    """Lose a dispute."""
    return jsonify(_commands().lose_dispute(dispute_id))


@control.post("/payouts")
def pay_out() -> Response:
    """Send all that is available to the bank."""
    return jsonify(_commands().pay_out())


_LOG_FIELDS: dict[str, Callable[[str], Any]] = {
    "method": str,
    "path": str,
    "idempotency_key": str,
    "status": int,
}


@control.get("/requests")
def requests() -> Response:
    """Show the API calls: `?since=SEQ&method=&path=&idempotency_key=&status=`."""
    match = {
        name: convert(request.args[name])
        for name, convert in _LOG_FIELDS.items()
        if name in request.args
    }
    since = int(request.args.get("since", "0"))
    return jsonify(requests=_commands().requests(since=since, match=match))


@control.post("/reset")
def reset() -> Response:
    """Forget everything."""
    _commands().reset()
    return jsonify({})
