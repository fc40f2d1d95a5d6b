"""Every URL pattern of a site, and an address for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver
from django.urls.resolvers import RegexPattern, RoutePattern

Patterns = list[URLPattern | URLResolver]


@dataclass(frozen=True)
class Route:
    """One pattern. `name` as `reverse` takes it, or its text where it has none."""

    name: str
    text: str
    keys: tuple[str, ...]
    chain: tuple[Any, ...]

    def address(self, values: Mapping[str, str]) -> str:
        """The path with a value for each key, built from the patterns themselves."""
        return "/" + "".join(_fill(pattern, values) for pattern in self.chain)


def all_routes(patterns: Patterns) -> list[Route]:
    """Every pattern below these, in the order in which they are tried."""
    return list(_walk(patterns, (), ()))


def _walk(patterns: Patterns, chain: tuple[Any, ...], spaces: tuple[str, ...]) -> Iterator[Route]:
    for one in patterns:
        here = (*chain, one.pattern)
        if isinstance(one, URLPattern):
            text = "/" + "".join(str(pattern) for pattern in here)
            name = ":".join((*spaces, one.name or text))
            keys = tuple(key for pattern in here for key in _keys(pattern))
            yield Route(name=name, text=text, keys=keys, chain=here)
        else:
            below = (*spaces, one.namespace) if one.namespace else spaces
            yield from _walk(one.url_patterns, here, below)


def _keys(pattern: Any) -> tuple[str, ...]:
    if isinstance(pattern, RoutePattern):
        return tuple(pattern.converters)
    if isinstance(pattern, RegexPattern):
        return tuple(pattern.regex.groupindex)
    return ()


def _fill(pattern: Any, values: Mapping[str, str]) -> str:
    """`<uuid:booking_id>` or `(?P<key>...)` replaced by its value."""
    text = str(pattern)
    if isinstance(pattern, RoutePattern):
        for key, converter in pattern.converters.items():
            kinds = [kind for kind in (f"<{key}>",) if kind in text]
            found = kinds or [part for part in _parts(text) if part.endswith(f":{key}>")]
            text = text.replace(found[0], converter.to_url(converter.to_python(values[key])))
        return text
    text = text.removeprefix("^").removesuffix("$").removesuffix("\\Z")
    for key in _keys(pattern):
        start = text.index(f"(?P<{key}>")
        text = text[:start] + values[key] + text[_end_of_group(text, start) :]
    return text


def _parts(text: str) -> list[str]:
    return [f"<{part.split('>')[0]}>" for part in text.split("<")[1:]]


def _end_of_group(text: str, start: int) -> int:
    """The index after the bracket that closes the group opened at `start`."""
    depth = 0
    for at in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at + 1
    raise ValueError(text)
