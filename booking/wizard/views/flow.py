"""One step: shown, saved, judged, left. Every answer to a POST is a redirect or a 422."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from booking.catalogue.words import translated
from booking.models import Draft
from booking.wizard.account import move_access, needs_who
from booking.wizard.choices import choice_title
from booking.wizard.drafts import DraftLostError, first_incomplete, make_draft, save_step
from booking.wizard.forms import StepForm
from booking.wizard.order import IncompleteDraftError, order_from_draft
from booking.wizard.pages import page_context
from booking.wizard.posted import posted_answers, settled
from booking.wizard.signals import order_changed
from booking.wizard.steps import REVIEW, WHEN, WHERE, Step
from booking.wizard.visit import Visit, open_visit
from totetaxi.lib import clock
from totetaxi.lib.actor import GUEST, Actor, actor_of
from totetaxi.lib.htmx import redirect


@dataclass(frozen=True)
class Page:
    """How one step is shown and judged.

    `prepare` fills in what nobody has answered yet. `make_form` binds the answers of a visit.
    `context` makes what the template shows; its form is None where nothing was sent.
    `receive` completes posted answers with what is not asked. `keep` tells accepted answers to
    others before they are saved; None: it was refused, and the form says why.
    """

    step: Step
    prepare: Callable[[Visit], Visit]
    make_form: Callable[[Visit], StepForm]
    context: Callable[[Visit, StepForm | None], dict[str, Any]]
    receive: Callable[[Visit, dict[str, str]], dict[str, str]] = lambda _visit, answers: answers
    keep: Callable[[Visit, StepForm], Visit | None] = lambda visit, _form: visit

    def received(self, visit: Visit) -> Visit:
        """The visit with what was posted to this step."""
        posted = posted_answers(self.step, visit.request.POST, visit.book)
        return visit.with_answers(self.receive(visit, posted))


def step_page(request: HttpRequest, page: Page) -> HttpResponseBase:
    """A step's whole conversation. Nobody comes to it before the steps before it are answered."""
    visit = open_visit(request, page.step, now=clock.now())
    refused = refuse_skipping(visit)
    if refused is not None:
        return refused
    if request.method == "POST":
        return _accept(page, visit)
    visit = page.prepare(visit)
    return show(page, visit, _form_to_correct(page, visit))


def _form_to_correct(page: Page, visit: Visit) -> StepForm | None:
    """Answers that were accepted once and will not do any more come back with their errors."""
    if visit.draft is None or visit.draft.reached < page.step.number:
        return None
    form = page.make_form(visit)
    return None if form.is_valid() else form


def refuse_skipping(visit: Visit) -> HttpResponseBase | None:
    """To the first step that needs an answer, with a word why; None where all have theirs."""
    missing = first_incomplete(visit.draft, before=visit.step) or next(
        (step for step in visit.step.earlier if step.keys & visit.price.missing), None
    )
    if missing is not None:
        messages.info(visit.request, _why_missing(visit, missing))
        return redirect(visit.request, missing.url)
    for step in visit.step.earlier:
        refused = next((why for key, why in visit.price.refused.refusals if key in step.keys), None)
        if refused is not None:
            messages.warning(visit.request, translated(refused.sentence))
            return redirect(visit.request, step.url)
    return None


def _why_missing(visit: Visit, missing: Step) -> str:
    if visit.done:
        number = f"TT-{visit.done.number:06d}"
        text = _("Booking %(number)s is made. Here you can start another one.")
        return text % {"number": number}
    return _("Please answer this step first: %(step)s.") % {"step": missing.label}


def show(
    page: Page, visit: Visit, form: StepForm | None = None, *, status: int = 200
) -> HttpResponse:
    """The page; with a form that was sent, its errors."""
    context = page_context(visit) | page.context(visit, form)
    return render(visit.request, f"booking/{page.step.name}.html", context, status=status)


def _accept(page: Page, visit: Visit) -> HttpResponseBase:
    """Save what was sent, right or wrong; go on when it is right."""
    request, step = visit.request, page.step
    sent = page.received(visit)
    form = page.make_form(sent)
    if form.is_valid() and step is WHEN:
        sent = sent.with_answers(settled(step, sent.answers))
    only_update = "update" in request.POST
    kept = page.keep(sent, form) if form.is_valid() and not only_update else None
    draft = save(kept or sent, is_valid=not form.errors, accepted=kept is not None)
    if only_update:
        return redirect(request, step.url)
    if kept is None:
        return show(page, sent, form, status=422)
    if step is WHERE:
        move_access(visit, kept, draft)
    tell_change(kept, draft)
    if _was_chosen_by_us(request, kept):
        return redirect(request, step.url)
    goes_far = step is WHEN and not needs_who(kept, draft)
    return redirect(request, REVIEW.url if goes_far else step.next.url)


def save(visit: Visit, *, is_valid: bool, accepted: bool = False) -> Draft:
    """Save a visit's answers, in a new draft where there is none; the total goes with them."""
    price = visit.price
    facts: dict[str, Any] = {
        "is_valid": is_valid,
        "accepted": accepted,
        "shown_total_cents": None if price.is_estimate else price.quote.total_cents,
        "now": visit.now,
    }
    draft = visit.draft or make_draft(visit.request, now=visit.now)
    try:
        save_step(draft, visit.step, visit.answers, **facts)
    except DraftLostError:
        # Pruned while this page was open: what stands on the page begins a new one.
        draft = make_draft(visit.request, now=visit.now)
        save_step(draft, visit.step, visit.answers, **facts)
    visit.draft = draft
    return draft


def tell_change(visit: Visit, draft: Draft) -> None:
    """Tell that the order is not the one for which a booking waits to be paid (DECISIONS.md, 6)."""
    if visit.made is None:
        return
    try:
        order = order_from_draft(draft, now=visit.now, snapshot=visit.snapshot)
    except IncompleteDraftError:
        is_other = True
    else:
        is_other = order.hash != visit.made.order_hash
    if is_other:
        order_changed.send(sender=Draft, draft=draft, now=visit.now, by=actor(visit.request))


def actor(request: HttpRequest) -> Actor:
    """Who does it; the account is read only where somebody is signed in."""
    return actor_of(request.user) if "_auth_user_id" in request.session else GUEST


def _was_chosen_by_us(request: HttpRequest, visit: Visit) -> bool:
    """Whether the count changed the choice while the form was sent: it is shown before going on."""
    chosen = visit.answers.get("choice")
    if chosen is None or not request.POST.get("choice") or chosen == request.POST["choice"]:
        return False
    text = _("For what you carry we suggest %(choice)s, and chose it. Change it, or continue.")
    messages.info(request, text % {"choice": choice_title(chosen, visit.book)})
    return True
