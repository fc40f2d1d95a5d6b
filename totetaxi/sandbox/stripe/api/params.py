"""What a call may send: small checkers that read text as Stripe does and refuse as it does."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from totetaxi.sandbox.stripe.errors import ApiError, invalid

from .forms import Raw

_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_INTEGER = re.compile(r"^-?\d{1,18}$")


class Param(Protocol):
    """A checker of one parameter."""

    @property
    def required(self) -> bool:
        """Whether the call fails without it."""

    def parse(self, raw: Raw, name: str) -> Any:
        """Return the value, or raise the ApiError that names the parameter."""


def _text(raw: Raw, name: str) -> str:
    if not isinstance(raw, str):
        raise invalid("Invalid string", param=name)
    return raw


@dataclass(frozen=True, kw_only=True)
class Text:
    """A string; an empty one unsets the value where that is allowed, and gives None."""

    required: bool = False
    max_length: int = 5000
    may_unset: bool = False

    def parse(self, raw: Raw, name: str) -> str | None:
        """Return the text, or None for one that is to be unset."""
        text = _text(raw, name)
        if not text and self.may_unset:
            return None
        if not text:
            raise invalid(
                f"You passed an empty string for '{name}'. We assume empty values are an attempt"
                f" to unset a parameter; however '{name}' cannot be unset. You should remove"
                f" '{name}' from your request or supply a non-empty value.",
                param=name,
                code="parameter_invalid_empty",
            )
        if len(text) > self.max_length:
            raise invalid(
                f"Invalid string: {text[:20]}...; must be at most {self.max_length} characters",
                param=name,
            )
        return text


@dataclass(frozen=True, kw_only=True)
class Email(Text):
    """An e-mail address."""

    def parse(self, raw: Raw, name: str) -> str | None:
        """Return the address."""
        text = super().parse(raw, name)
        if text is not None and not _EMAIL.match(text):
            raise invalid(f"Invalid email address: {text}", param=name, code="email_invalid")
        return text


@dataclass(frozen=True, kw_only=True)
class Url(Text):
    """An absolute web address."""

    def parse(self, raw: Raw, name: str) -> str | None:
        """Return the address."""
        text = super().parse(raw, name)
        if text is not None and not re.match(r"^https?://[^/\s]+", text):
            raise invalid("Not a valid URL", param=name, code="url_invalid")
        return text


@dataclass(frozen=True, kw_only=True)
class Integer:
    """A whole number within bounds."""

    required: bool = False
    minimum: int | None = None
    maximum: int | None = None

    def parse(self, raw: Raw, name: str) -> int:
        """Return the number."""
        code = "parameter_invalid_integer"
        text = _text(raw, name)
        if not _INTEGER.match(text):
            raise invalid(f"Invalid integer: {text}", param=name, code=code)
        number = int(text)
        if self.minimum is not None and number < self.minimum:
            message = f"This value must be greater than or equal to {self.minimum}."
            raise invalid(message, param=name, code=code)
        if self.maximum is not None and number > self.maximum:
            message = f"This value must be less than or equal to {self.maximum}."
            raise invalid(message, param=name, code=code)
        return number


@dataclass(frozen=True, kw_only=True)
class Boolean:
    """`true` or `false`."""

    required: bool = False

    def parse(self, raw: Raw, name: str) -> bool:
        """Return the truth value."""
        text = _text(raw, name)
        if text not in {"true", "false"}:
            raise invalid(f"Invalid boolean: {text}", param=name)
        return text == "true"


@dataclass(frozen=True)
class Choice:
    """One of some words. Words that Stripe has and the sandbox does not are left out."""

    options: tuple[str, ...]
    required: bool = False

    def parse(self, raw: Raw, name: str) -> str:
        """Return the word."""
        text = _text(raw, name)
        if text not in self.options:
            known = (
                f"one of {', '.join(self.options[:-1])} or {self.options[-1]}"
                if len(self.options) > 1
                else self.options[0]
            )
            raise invalid(f"Invalid {name}: must be {known}", param=name)
        return text


@dataclass(frozen=True)
class Items:
    """An array of like things."""

    item: Param
    required: bool = False

    def parse(self, raw: Raw, name: str) -> list[Any]:
        """Return the list, in the order of its indices."""
        if isinstance(raw, str) or not all(index.isdigit() for index in raw):
            raise invalid("Invalid array", param=name)
        return [
            self.item.parse(raw[index], f"{name}[{position}]")
            for position, index in enumerate(sorted(raw, key=int))
        ]


@dataclass(frozen=True)
class Shape:
    """A hash with known names, or the parameters of a whole call (with the name `""`)."""

    fields: Mapping[str, Param]
    required: bool = False

    def parse(self, raw: Raw, name: str) -> dict[str, Any]:
        """Return the values that were sent; names that were not are absent."""
        if isinstance(raw, str):
            raise invalid("Invalid object", param=name)
        full = {field: f"{name}[{field}]" if name else field for field in {**self.fields, **raw}}
        unknown = [full[field] for field in raw if field not in self.fields]
        if unknown:
            plural = "s" if len(unknown) > 1 else ""
            raise invalid(
                f"Received unknown parameter{plural}: {', '.join(unknown)}",
                param=unknown[0],
                code="parameter_unknown",
            )
        for field, param in self.fields.items():
            if param.required and field not in raw:
                raise missing(full[field])
        return {
            field: param.parse(raw[field], full[field])
            for field, param in self.fields.items()
            if field in raw
        }


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """Up to 50 names with texts. An empty text removes one; an empty whole removes all (None)."""

    required: bool = False

    def parse(self, raw: Raw, name: str) -> dict[str, str] | None:
        """Return the names to set, with `""` for those to remove."""
        if raw == "":
            return None
        if isinstance(raw, str):
            raise invalid("Invalid object", param=name)
        if len(raw) > 50:
            raise invalid("Metadata can have at most 50 keys.", param=name)
        parsed = {}
        for key, value in raw.items():
            text = _text(value, f"{name}[{key}]")
            for what, found, limit in (("keys", key, 40), ("values", text, 500)):
                if len(found) > limit:
                    raise invalid(
                        f"Metadata {what} can have up to {limit} characters, but you passed in"
                        f" a {what[:-1]} that is {len(found)} characters. Invalid {what[:-1]}:"
                        f" {found[:40]}",
                        param=f"{name}[{key}]",
                    )
            parsed[key] = text
        return parsed


@dataclass(frozen=True, kw_only=True)
class Created:
    """A time, or bounds of one: `created=5` or `created[gte]=5`. Gives the bounds."""

    required: bool = False

    def parse(self, raw: Raw, name: str) -> dict[str, int]:
        """Return bounds in Unix seconds, named gt, gte, lt, lte."""
        if isinstance(raw, str):
            moment = Integer().parse(raw, name)
            return {"gte": moment, "lte": moment}
        return Shape({bound: Integer() for bound in ("gt", "gte", "lt", "lte")}).parse(raw, name)


EXPAND = {"expand": Items(Text())}
PAGING: dict[str, Param] = {
    "limit": Integer(minimum=1, maximum=100),
    "starting_after": Text(),
    "ending_before": Text(),
    **EXPAND,
}


def missing(name: str) -> ApiError:
    """Return the 400 for a parameter that the call needs."""
    return invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")


def merged_metadata(old: Mapping[str, str], new: Mapping[str, str] | None) -> dict[str, str]:
    """Return the metadata after an update: names are set, `""` removes one, None removes all."""
    return {} if new is None else {k: v for k, v in {**old, **new}.items() if v}
