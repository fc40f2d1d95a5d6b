"""Stripe's form encoding: `line_items[0][price_data][currency]=usd`, `expand[]=customer`."""

import re
from typing import Any
from urllib.parse import parse_qsl

from totetaxi.sandbox.stripe.errors import invalid

Raw = str | dict[str, "Raw"]

_KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_PART = re.compile(r"\[([^\[\]]*)\]")


def decode(encoded: str) -> dict[str, Raw]:
    """Return the nested form of a query string or body; arrays are dicts with keys `0`, `1`, ...

    Raises:
        ApiError: for a key that is not well-formed, or is both a value and a container.
    """
    root: dict[str, Raw] = {}
    for key, value in parse_qsl(encoded, keep_blank_values=True):
        matched = _KEY.match(key)
        if not matched:
            raise invalid(f"Invalid parameter name: {key}", param=key)
        _put(root, [matched[1], *_PART.findall(matched[2])], value, key)
    return root


def _put(root: dict[str, Raw], names: list[str], value: str, key: str) -> None:
    container = root
    for name in names[:-1]:
        child = container.setdefault(name or str(len(container)), {})
        if isinstance(child, str):
            raise invalid("Invalid hash", param=key)
        container = child
    last = names[-1] or str(len(container))
    if isinstance(container.get(last), dict):
        raise invalid("Invalid string", param=key)
    container[last] = value


def with_lists(raw: Raw) -> Any:
    """Return the same with arrays as lists, as a reader of the log expects them."""
    if isinstance(raw, str):
        return raw
    if raw and all(name.isdigit() for name in raw):
        return [with_lists(raw[name]) for name in sorted(raw, key=int)]
    return {name: with_lists(value) for name, value in raw.items()}
