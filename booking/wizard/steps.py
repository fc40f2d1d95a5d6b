"""The five steps, in their order (EXPERIENCE.md, "Booking wizard")."""

from dataclasses import dataclass
from functools import cache

from django.urls import get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@cache
def _url(name: str, prefix: str) -> str:  # noqa: ARG001  an address depends on it
    return reverse(name)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page of the wizard. `name` is its URL, its template and its key in `Draft.typed`.

    `keys` are those of the engine's request that it answers; `go_on` is what its button says.
    """

    number: int
    name: str
    label: Promise
    go_on: Promise
    keys: frozenset[str] = frozenset()

    @property
    def url(self) -> str:
        """The step's page."""
        return _url(f"booking:{self.name}", get_script_prefix())

    @property
    def earlier(self) -> tuple["Step", ...]:
        """The steps that must be complete before this one is shown."""
        return STEPS[: self.number - 1]

    @property
    def next(self) -> "Step":
        """The step that follows. Raises IndexError at the last one."""
        return STEPS[self.number]


WHERE = Step(
    number=1,
    name="where",
    label=_("Where"),
    keys=frozenset({"pickup_zip", "delivery_zip"}),
    go_on=_("Continue to What"),
)
WHAT = Step(
    number=2,
    name="what",
    label=_("What"),
    go_on=_("Continue to When"),
    keys=frozenset(
        {"service", "package", "items", "specialty", "packing", "unpacking", "organizing"}
    ),
)
WHEN = Step(
    number=3,
    name="when",
    label=_("When"),
    keys=frozenset({"pickup_date", "pickup_time"}),
    go_on=_("Continue"),
)
WHO = Step(number=4, name="who", label=_("You and the building"), go_on=_("Continue to Review"))
REVIEW = Step(number=5, name="review", label=_("Review"), go_on=_("Pay"))
STEPS = (WHERE, WHAT, WHEN, WHO, REVIEW)
BY_NAME = {step.name: step for step in STEPS}
