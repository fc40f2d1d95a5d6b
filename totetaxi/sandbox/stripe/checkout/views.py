"""The pages that a buyer sees: pay, the bank's challenge, and "this is over"."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from totetaxi.sandbox.stripe.api.expand import session_items
from totetaxi.sandbox.stripe.cards import CARDS, card_of
from totetaxi.sandbox.stripe.money import display
from totetaxi.sandbox.stripe.resources.payment_methods import offered
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.world import World

from .card_form import FIELDS, CardForm, check, read_form
from .completion import Outcome
from .confirm import (
    NotOpenError,
    challenged,
    confirm,
    confirm_saved,
    finish_challenge,
    offers_saving,
    open_session,
    success_address,
)

pages = Blueprint(
    "checkout",
    __name__,
    url_prefix="/c",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)


def _world() -> World:
    world: World = current_app.extensions["world"]
    return world


@pages.app_template_filter("money")
def money(amount: int, currency: str) -> str:
    """Format an amount for a template."""
    return display(amount, currency)


@pages.get("/pay/<session_id>")
def pay(session_id: str) -> AnyResponse:
    """Show the payment page. `?card=4242...` fills it in, as the links of the test cards do."""
    try:
        session = open_session(_world(), session_id)
    except NotOpenError as error:
        return _over(error.session)
    return _pay_page(session, CardForm(_first_values(session)))


@pages.post("/pay/<session_id>")
def submit(session_id: str) -> AnyResponse:
    """Take the form: to the success page, to the challenge, or back with what went wrong."""
    world = _world()
    form = read_form(request.form)
    try:
        outcome = _attempt(session_id, form)
    except NotOpenError:
        return _to_pay_page(session_id)
    if outcome is None:
        return _pay_page(open_session(world, session_id), form, status=422)
    if outcome.kind == "requires_action":
        return redirect(url_for("checkout.challenge", session_id=session_id), 303)
    if outcome.kind == "paid":
        return redirect(success_address(outcome.session), 303)
    form.errors["saved" if form.values["saved"] else "card_number"] = outcome.message
    return _pay_page(outcome.session, form, status=422)


def _attempt(session_id: str, form: CardForm) -> Outcome | None:
    """Try the saved card that was chosen, or the typed one; None for a form with mistakes."""
    world = _world()
    if form.values["saved"]:
        try:
            return confirm_saved(world, session_id, form.values["saved"])
        except LookupError:
            form.errors["saved"] = "This card is not saved any more. Please choose another one."
            return None
    open_session(world, session_id)
    entry = check(form, world.clock.now())
    if entry is None:
        return None
    return confirm(world, session_id, entry, save=bool(form.values["save"]))


@pages.get("/challenge/<session_id>")
def challenge(session_id: str) -> AnyResponse:
    """Show the bank's page of a card that asks for 3-D Secure."""
    world = _world()
    try:
        session = open_session(world, session_id)
    except NotOpenError as error:
        return _over(error.session)
    intent = challenged(world, session)
    if intent is None:
        return _to_pay_page(session_id)
    method = world.store.get("payment_method", intent["payment_method"]) or {}
    text = render_template("challenge.html", session=session, card=method["card"])
    return _guarded(text, session)


@pages.post("/challenge/<session_id>")
def answer_challenge(session_id: str) -> AnyResponse:
    """Take the buyer's answer: the payment goes on, or another card is asked for."""
    try:
        outcome = finish_challenge(
            _world(), session_id, passed=request.form.get("answer") == "complete"
        )
    except NotOpenError:
        return _to_pay_page(session_id)
    if outcome.kind == "paid":
        return redirect(success_address(outcome.session), 303)
    form = CardForm(_first_values(outcome.session), {"card_number": outcome.message})
    return _pay_page(outcome.session, form, status=422)


def _to_pay_page(session_id: str) -> AnyResponse:
    """Lead to the page that says how the session stands: payable, paid or expired."""
    return redirect(url_for("checkout.pay", session_id=session_id), 303)


def _first_values(session: Json) -> dict[str, str]:
    customer = _world().store.get("customer", session["customer"] or "") or {}
    values = dict.fromkeys(FIELDS, "")
    saved = offered(_world(), session)
    values["saved"] = saved[0]["id"] if saved and "card" not in request.args else ""
    values["email"] = session["customer_email"] or customer.get("email") or ""
    values["name"] = customer.get("name") or ""
    card = card_of(request.args.get("card", "")[-4:])
    if card in CARDS:
        values |= {
            "card_number": card.spaced,
            "expiry": "12 / 34",
            "cvc": "1234" if card.brand == "amex" else "123",
            "name": values["name"] or "Test Buyer",
        }
    return values


def _pay_page(session: Json, form: CardForm, *, status: int = 200) -> Response:
    text = render_template(
        "pay.html",
        session=session,
        items=session_items(_world(), session)["data"],
        saved=offered(_world(), session),
        offers_saving=offers_saving(session),
        values=form.values if request.method == "GET" else form.shown,
        errors=form.errors,
        cards=CARDS,
    )
    return _guarded(text, session, status)


def _over(session: Json | None) -> Response:
    if session is None:
        return _guarded(render_template("over.html", session=None), None, 404)
    onward = success_address(session) if session["status"] == "complete" else session["cancel_url"]
    return _guarded(render_template("over.html", session=session, onward=onward), session)


def _guarded(text: str, session: Json | None, status: int = 200) -> Response:
    """Send a page with a policy of no scripts, whose form may lead on to the merchant only."""
    merchant = urlsplit(session["success_url"]) if session else None
    onward = f" {merchant.scheme}://{merchant.netloc}" if merchant else ""
    response = Response(text, status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'{onward};"
        " base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
