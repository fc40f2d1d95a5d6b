"""How the preview of the catalogue writes differences: in words, never as a negative sum."""

from django import template
from django.utils.translation import gettext as _

from totetaxi.lib.money import usd

register = template.Library()


@register.filter
def more_or_less(cents: int) -> str:
    """`$50.00 more`, `$12.50 less`, or that nothing differs."""
    if cents == 0:
        return _("no difference")
    words = _("%(sum)s more") if cents > 0 else _("%(sum)s less")
    return words % {"sum": usd(abs(cents))}


@register.filter
def signed_percent(share: float) -> str:
    """`+4.1 %`, `-0.3 %`."""
    return f"{share:+.1f}\N{NO-BREAK SPACE}%"
