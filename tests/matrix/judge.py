"""Asks every route as every person, and says what is not as the table has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.matrix.doors import Answer, Door, Person
from tests.matrix.routes import Route
from tests.matrix.world import SECRET, World, with_wrong_keys

# Tried for things that somebody owns, as somebody who does not.
OTHER_VERBS = ("HEAD", "PUT", "PATCH", "DELETE")

FORM = "application/x-www-form-urlencoded"
# One for all: a new one would set up the middleware anew, which takes longer than the request.
CLIENT = Client(raise_request_exception=False)
_STATUS = {
    HTTPStatus.NOT_FOUND: Answer.NOT_FOUND,
    HTTPStatus.FORBIDDEN: Answer.FORBIDDEN,
    HTTPStatus.METHOD_NOT_ALLOWED: Answer.WRONG_VERB,
    HTTPStatus.BAD_REQUEST: Answer.BAD,
}
_DOORSTEPS = (
    ("account_login", Answer.SIGN_IN),
    ("staff:login", Answer.STAFF_SIGN_IN),
    ("admin:login", Answer.STAFF_SIGN_IN),
    ("account_reauthenticate", Answer.CONFIRM),
)


def judge(routes: list[Route], table: Mapping[str, Door], world: World) -> list[str]:
    """What is wrong, a line each; a route that the table does not know is wrong too."""
    wrong = with_wrong_keys(world)
    findings = []
    for route in routes:
        door = find_door(route, table)
        if door is None:
            findings.append(
                f"{route.name} ({route.text}) has no row in tests/matrix/table.py. Say there who "
                "may open it: public(), portal(), own(), own_booking(), bearer() or another door."
            )
            continue
        unknown = [key for key in route.keys if value_of(route, key, world) is None]
        if unknown:
            findings.append(
                f"{route.name} ({route.text}): tests/matrix/world.py has no value for "
                f"{', '.join(unknown)}. Make such a thing of the owner there."
            )
            continue
        findings += _judge_route(route, door, world)
        if door.wrong_key is not None:
            findings += _judge_wrong_key(route, door.wrong_key, wrong)
    return findings


def find_door(route: Route, table: Mapping[str, Door]) -> Door | None:
    """The row of a route; `admin:*` stands for all that have none of their own."""
    space = route.name.partition(":")[0] if ":" in route.name else ""
    return table.get(route.name) or table.get(f"{space}:*")


def value_of(route: Route, key: str, world: World) -> str | None:
    """A key's value: for this route, else for any."""
    return world.values.get(f"{route.name} {key}") or world.values.get(key)


def _judge_route(route: Route, door: Door, world: World) -> Iterator[str]:
    for person, verb in _tries(route, door):
        response = _ask(route, verb, world, person)
        got = answer_of(response)
        wanted = door.wanted(person, verb)
        if got not in wanted:
            words = " or ".join(sorted(wanted))
            yield f"{route.name} {verb} as {person}: {got}, not {words}"
        elif door.hides_from(person) and _tells_secret(response):
            yield f"{route.name} {verb} as {person}: shows what the owner typed"


def _judge_wrong_key(route: Route, wanted: Answer, world: World) -> Iterator[str]:
    for person in world.browsers:
        got = answer_of(_ask(route, "GET", world, person))
        if got != wanted:
            yield f"{route.name} with a wrong key as {person}: {got}, not {wanted}"


def _tries(route: Route, door: Door) -> Iterator[tuple[Person, str]]:
    for person in door.tried_as:
        rarer = OTHER_VERBS if route.keys and person is Person.OTHER else ()
        for verb in ("GET", "POST", *rarer):
            yield person, verb


def _ask(route: Route, verb: str, world: World, person: Person) -> Any:
    """One request, undone afterwards."""
    values = {key: value_of(route, key, world) or "" for key in route.keys}
    known = world.browsers[person].cookies
    CLIENT.cookies = SimpleCookie({name: morsel.value for name, morsel in known.items()})
    with transaction.atomic():
        response = CLIENT.generic(verb, route.address(values), content_type=FORM)
        transaction.set_rollback(True)
    return response


def answer_of(response: HttpResponse) -> Answer:
    """What a response means for the person who asked."""
    if _went_to_stripe(response):
        return Answer.OK
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Answer.CRASH
    if 300 <= response.status_code < 400:
        path = response["Location"].partition("?")[0]
        found = [answer for name, answer in _DOORSTEPS if path == _address(name)]
        return found[0] if found else Answer.OK
    return _STATUS.get(HTTPStatus(response.status_code), Answer.OK)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _went_to_stripe(response: HttpResponse) -> bool:
    """Whether the view got so far as to call Stripe, which it may not within our transaction."""
    error = getattr(response, "exc_info", None)
    return error is not None and str(error[1]).startswith("Stripe is never called")


def _tells_secret(response: HttpResponse) -> bool:
    body = b"".join(response) if response.streaming else response.content
    return SECRET.encode() in body
