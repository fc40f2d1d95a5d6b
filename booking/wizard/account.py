"""What an account answers for a signed-in customer, and what their answers tell the account.

Nothing that was typed is ever overwritten; a guest's visit passes through unchanged.
"""

from __future__ import annotations

from booking.models import Draft
from booking.pricing.zones import normal_zip
from booking.wizard.drafts import VALID, is_complete, save_step
from booking.wizard.forms import StepForm, WhoForm
from booking.wizard.forms.text import phone_for_people
from booking.wizard.forms.where import LEGS
from booking.wizard.people import (
    ACCESS,
    PARTS,
    Account,
    NewPlace,
    PlaceRefusedError,
    SavedPlace,
    account_book,
)
from booking.wizard.steps import WHERE, WHO
from booking.wizard.visit import Visit

Answers = dict[str, str]
CONTACT = ("contact_name", "contact_email", "contact_phone")


def with_places(visit: Visit) -> Visit:
    """The first step with saved addresses at the ends that nobody has answered.

    We collect from the default and deliver to the one used last. A ZIP that the home page
    brought is looked for among them.
    """
    account = visit.caller.account
    if account is None:
        return visit
    answers = dict(visit.answers)
    for leg, other in zip(LEGS, reversed(LEGS), strict=True):
        if not _is_unanswered(answers, leg):
            continue
        code, elsewhere = (
            normal_zip(answers.get(f"{leg}_zip", "")),
            account.place_at(answers, other),
        )
        fitting = (
            place
            for place in account.places
            if place is not elsewhere and code in {None, "", place.zip}
        )
        found = next(fitting, None)
        if found is not None:
            answers = with_place(answers, leg, found)
    return visit.with_answers(answers)


def with_place(answers: Answers, leg: str, place: SavedPlace | None) -> Answers:
    """The answers with a saved address at one end; None empties it for another address."""
    mine = {f"{leg}_{part}" for part in (*PARTS, "save_as", "other")}
    kept = {name: text for name, text in answers.items() if name not in mine}
    return kept | (place.answers(leg) if place else {f"{leg}_other": "on"})


def with_contact(visit: Visit) -> Visit:
    """The fourth step with the account's contact, and with how to get into saved addresses."""
    account = visit.caller.account
    if account is None:
        return visit
    return visit.with_answers(who_answers(account, visit.typed))


def who_answers(account: Account, typed: dict[str, Answers]) -> Answers:
    """The answers of the fourth step: as typed, else as the account has them.

    The e-mail is always the account's: it is where its bookings' mails go.
    """
    answers, where = typed.get(WHO.name, {}), typed.get(WHERE.name, {})
    known = {"contact_name": account.name, "contact_phone": phone_for_people(account.phone)}
    if not answers:
        for leg in LEGS:
            place = account.place_at(where, leg)
            known |= place.access(leg) if place else {}
    known = {name: text for name, text in known.items() if text and not answers.get(name)}
    return {**answers, **known, "contact_email": account.email}


def with_email(visit: Visit, answers: Answers) -> Answers:
    """Posted answers of the fourth step, with the account's e-mail: it is shown, not asked.

    Where its owner is not signed in, the whole contact is shown as it was answered.
    """
    if visit.keeps_contact:
        return answers | {name: visit.answers[name] for name in CONTACT if name in visit.answers}
    if not visit.caller.is_signed_in or visit.caller.account is None:
        return answers
    return {**answers, "contact_email": visit.caller.account.email}


def keep_places(sent: Visit, form: StepForm) -> Visit | None:
    """The accepted first step told to the account: new addresses saved, chosen ones remembered.

    None where the address book refused one; the reason then stands at its field.
    """
    account = sent.caller.account
    if account is None:
        return sent
    answers = dict(sent.answers)
    for leg in LEGS:
        label = form.cleaned_data[f"{leg}_save_as"]
        if label and account.place_at(sent.answers, leg) is None:
            facts = {part: form.cleaned_data[f"{leg}_{part}"] for part in PARTS}
            try:
                account_book().save_place(account.id, NewPlace(label=label, **facts))
            except PlaceRefusedError as refused:
                form.add_error(f"{leg}_save_as", str(refused))
                return None
        answers.pop(f"{leg}_save_as", None)
    used = [place.id for leg in LEGS if (place := account.place_at(sent.answers, leg))]
    account_book().mark_used(account.id, used, sent.now)
    return sent.with_answers(answers)


def move_access(before: Visit, sent: Visit, draft: Draft) -> None:
    """Where an end has moved, and its way in is still the old address's own: that of the new one.

    What somebody typed about getting in stays.
    """
    account, who = sent.caller.account, dict(draft.step(WHO.name))
    if account is None or not who:
        return
    for leg in LEGS:
        old, new = (account.place_at(visit.answers, leg) for visit in (before, sent))
        names = [f"{leg}_{part}" for part in ACCESS]
        typed = {name: who[name] for name in names if who.get(name)}
        if old != new and typed == (old.access(leg) if old else {}):
            kept = {name: text for name, text in who.items() if name not in names}
            who = kept | (new.access(leg) if new else {})
    if who != draft.step(WHO.name):
        save_step(
            draft,
            WHO,
            who,
            is_valid=WHO.name in draft.typed.get(VALID, ()),
            shown_total_cents=draft.shown_total_cents,
            now=sent.now,
        )


def keep_contact(sent: Visit, form: StepForm) -> Visit:
    """The accepted contact told to the account: its bookings speak with its name and phone."""
    account = sent.caller.account
    if account is None:
        return sent
    name, phone = form.cleaned_data["contact_name"], form.cleaned_data["contact_phone"]
    if (name, phone) != (account.name, account.phone):
        account_book().change_contact(account.id, name=name, phone=phone)
    return sent


def needs_who(sent: Visit, draft: Draft) -> bool:
    """Whether the fourth step is still to be asked after the third.

    Not of a customer who has answered it, nor where the account answers all of it: the contact,
    and how to get in at both ends. A building's wording is asked.
    """
    account = sent.caller.account
    if account is None:
        return True
    if is_complete(draft, WHO):
        return False
    where, answers = sent.typed.get(WHERE.name, {}), who_answers(account, sent.typed)
    is_known = WHO.name in sent.typed or all(account.place_at(where, leg) for leg in LEGS)
    asks_wording = sent.price.quote.coi_required and not answers.get("coi_wording")
    if not is_known or asks_wording or not WhoForm(answers, price=sent.price).is_valid():
        return True
    save_step(
        draft,
        WHO,
        answers,
        is_valid=True,
        accepted=True,
        shown_total_cents=draft.shown_total_cents,
        now=sent.now,
    )
    return False


def _is_unanswered(answers: Answers, leg: str) -> bool:
    """Whether nobody has begun to answer one end; a ZIP from the home page is no answer yet."""
    asked = ("street", "unit", "city", "other")
    return not any(answers.get(f"{leg}_{part}") for part in asked)
