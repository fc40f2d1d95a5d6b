"""Parts of pages that depend on their arguments alone: rendered once, then remembered."""

from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def part(name: str, **given: Any) -> SafeString:
    """A template that shows its own words and these arguments, and sees nothing else of the page.

    Equal arguments always give the same markup, so each process renders them once for each
    language. For what is shown again and again: a footer, a chip, the queues of all the staff.
    """
    render = _render if settings.DEBUG else remembered
    return render(name, get_language(), tuple(given.items()))


def _render(name: str, language: str | None, given: tuple[tuple[str, Any], ...]) -> SafeString:  # noqa: ARG001  the words depend on it
    return SafeString(render_to_string(name, dict(given)))


remembered = lru_cache(maxsize=512)(_render)
