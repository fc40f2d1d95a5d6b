"""The addresses of a booking's pages, many at a time: a pattern is looked up once, not per row."""

from functools import cache
from uuid import UUID

from django.urls import get_script_prefix, reverse

_SOME = UUID(int=0)


@cache
def _pattern(name: str, prefix: str) -> str:  # noqa: ARG001  an address depends on it
    return reverse(name, args=[_SOME])


def link_to(name: str, booking_id: UUID) -> str:
    """The address of `accounts:booking` or another page of one booking."""
    return _pattern(name, get_script_prefix()).replace(str(_SOME), str(booking_id))
