"""The web application: Stripe's API, the payment page, and the commands."""

from collections.abc import Callable

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from .api.calls import Route
from .api.pipeline import answer, answer_unknown
from .checkout.views import pages
from .control.views import control
from .resources import (
    balance_transactions,
    charges,
    checkout_sessions,
    customers,
    disputes,
    events,
    line_items,
    payment_intents,
    payment_methods,
    refunds,
    setup_intents,
)
from .world import World

ROUTES: list[Route] = [
    route
    for resource in (
        balance_transactions,
        charges,
        checkout_sessions,
        customers,
        disputes,
        events,
        line_items,
        payment_intents,
        payment_methods,
        refunds,
        setup_intents,
    )
    for route in resource.ROUTES
]


def create_app(world: World) -> Flask:
    """Return the application over this world."""
    app = Flask("totetaxi.sandbox.stripe", static_folder=None)
    app.extensions["world"] = world
    for route in ROUTES:
        app.add_url_rule(
            route.rule,
            endpoint=f"{route.method} {route.rule}",
            view_func=_view(world, route),
            methods=[route.method],
            provide_automatic_options=False,
        )
    app.register_blueprint(pages)
    app.register_blueprint(control)

    @app.errorhandler(404)
    @app.errorhandler(405)
    def unknown(error: HTTPException) -> Response | HTTPException:
        return answer_unknown(world, request) if request.path.startswith("/v1/") else error

    return app


def _view(world: World, route: Route) -> Callable[..., Response]:
    def view(**ids: str) -> Response:
        return answer(world, request, route, ids)

    return view
