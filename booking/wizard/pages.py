"""What every page of the wizard shows: its title, the way through the steps, the price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from booking.wizard.drafts import first_incomplete, is_complete
from booking.wizard.forms import StepForm
from booking.wizard.panel import panel_context
from booking.wizard.steps import STEPS, Step
from booking.wizard.visit import Visit


@dataclass(frozen=True, slots=True)
class StepLink:
    """A step as the progress shows it. Without `url` it cannot be reached yet."""

    label: Promise
    state: str
    url: str


def page_context(visit: Visit) -> dict[str, Any]:
    """Title, progress, price panel, and what is common to all forms."""
    step = visit.step
    return {
        "page_title": _("Step %(number)d of %(total)d: %(label)s")
        % {"number": step.number, "total": len(STEPS), "label": step.label},
        "steps": [_link(visit, other) for other in STEPS],
        "number": step.number,
        "total": len(STEPS),
        "current": step.label,
        "step": step,
        "back": STEPS[step.number - 2] if step.number > 1 else None,
        **panel_context(visit),
    }


def errors_of(form: StepForm | None) -> dict[str, list[str]]:
    """The sentences of a form that was sent, by field."""
    return (
        {name: [str(text) for text in found] for name, found in form.errors.items()} if form else {}
    )


def with_errors(
    errors: dict[str, list[str]], targets: dict[str, str] | None = None
) -> dict[str, Any]:
    """The errors beside their fields, and the summary: each with the id of its control."""
    targets = targets or {}
    items = [
        {"target": targets.get(name, f"id_{name}"), "text": text}
        for name, texts in errors.items()
        for text in texts
    ]
    return {"field_errors": errors, "error_items": items}


def _link(visit: Visit, step: Step) -> StepLink:
    if step is visit.step:
        return StepLink(step.label, "current", "")
    draft = visit.draft
    complete = draft is not None and is_complete(draft, step)
    reachable = draft is not None and first_incomplete(draft, before=step) is None
    return StepLink(step.label, "done" if complete else "next", step.url if reachable else "")
