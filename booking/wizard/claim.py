"""A guest signs in: the draft of this browser becomes theirs, and nothing of it is lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from booking.models import Draft
from booking.wizard.account import who_answers
from booking.wizard.drafts import SESSION_KEY, VALID
from booking.wizard.forms.text import phone_for_people
from booking.wizard.people import Account, Caller
from booking.wizard.steps import WHO


def claim_draft(request: HttpRequest, *, now: datetime) -> Draft | None:
    """Give the session's draft to the customer who has just signed in; None where there is none.

    What is empty is filled in from the account. A contact that was typed as a guest stays, and is
    shown once more where the account knows another one: accepting it tells the account.
    """
    account, key = Caller(request).account, request.session.get(SESSION_KEY)
    if account is None or not key:
        return None
    with transaction.atomic():
        rows = Draft.objects.select_for_update().filter(pk=UUID(key), customer__isnull=True)
        draft = rows.first()
        if draft is None:
            return None
        draft.customer_id = account.id
        draft.typed = _with_account(draft.typed, account)
        draft.updated_at = now
        draft.save(update_fields=["customer", "typed", "updated_at"])
    return draft


def _with_account(typed: dict[str, Any], account: Account) -> dict[str, Any]:
    who = typed.get(WHO.name)
    if not who:
        return typed
    answers = who_answers(account, typed)
    known = {"contact_name": account.name, "contact_phone": phone_for_people(account.phone)}
    valid = typed.get(VALID, [])
    if any(answers.get(name) != text for name, text in known.items()):
        valid = [name for name in valid if name != WHO.name]
    return {**typed, WHO.name: answers, VALID: valid}
