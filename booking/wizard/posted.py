"""What was posted to a step -> the answers that are kept, as typed."""

from __future__ import annotations

from collections.abc import Mapping

from booking.pricing.types import PriceBook
from booking.wizard.answers import clean_text, typed_date
from booking.wizard.choices import with_suggestion
from booking.wizard.forms import StepForm, WhatForm, WhenForm, WhereForm, WhoForm
from booking.wizard.steps import WHAT, WHEN, WHERE, WHO, Step

FORMS: dict[Step, type[StepForm]] = {WHERE: WhereForm, WHAT: WhatForm, WHEN: WhenForm, WHO: WhoForm}


def posted_answers(step: Step, posted: Mapping[str, str], book: PriceBook) -> dict[str, str]:
    """The fields of a step, each at most 2,000 characters; others are not kept.

    `_page` and `_seq` tell which of two answers of one open page is the newer.
    """
    names = FORMS[step].names(posted)
    answers = {name: clean_text(posted[name]) for name in names if posted.get(name)}
    order = {f"_{name}": clean_text(posted.get(name, ""))[:16] for name in ("page", "seq")}
    answers |= {name: text for name, text in order.items() if text}
    if step is WHAT:
        return with_suggestion(answers, book)
    if step is WHEN:
        return _one_day(answers)
    return answers


def settled(step: Step, answers: dict[str, str]) -> dict[str, str]:
    """Accepted answers: a typed day is a chosen one from then on, and the calendar shows it."""
    if step is not WHEN:
        return answers
    return {name: text for name, text in answers.items() if name != "other_date"}


def _one_day(answers: dict[str, str]) -> dict[str, str]:
    """A typed day counts before a chosen one, and is shown in the calendar once it is a date."""
    typed = answers.get("other_date", "").strip()
    if not typed:
        return {name: text for name, text in answers.items() if name != "other_date"}
    day = typed_date(typed)
    return {**answers, "pickup_date": day.isoformat() if day else ""}
