"""What every page of the portal says."""

from django import template
from django.utils.translation import gettext as _

from accounts.models import User
from totetaxi.lib import clock

register = template.Library()

# Hours of New York's clocks.
MORNING, NOON, EVENING = 5, 12, 18


@register.simple_tag
def greeting(user: User) -> str:
    """`Good morning, Claire`, by New York's clocks; without a name the hour alone."""
    hour = clock.new_york(clock.now()).hour
    first_name = user.name.split(" ")[0]
    if MORNING <= hour < NOON:
        words, named = _("Good morning"), _("Good morning, %(name)s")
    elif NOON <= hour < EVENING:
        words, named = _("Good afternoon"), _("Good afternoon, %(name)s")
    else:
        words, named = _("Good evening"), _("Good evening, %(name)s")
    return named % {"name": first_name} if first_name else words
