"""Mails about an account, planned. What they say is in `letters.py`.

A code waits in the row's context until it is sent and is erased then; links are made as the mail
leaves, and no row ever holds one.
"""

import uuid
from typing import Any

from allauth.account.models import EmailAddress

from accounts.models import User
from booking.models import MessageKind, plan_message


def plan_by_name(name: str, email: str, context: dict[str, Any]) -> None:
    """A mail that allauth calls by a template's name; a change that nobody needs to hear of is
    left out.
    """
    if name == "unknown_account":
        _plan(MessageKind.NO_ACCOUNT, email)
    elif name == "login_code":
        plan_code(email, context["code"])
    elif name != "email_deleted":
        told = {key: context[key] for key in ("from_email", "to_email") if key in context}
        _plan(MessageKind.ACCOUNT_NOTICE, email, change=name, **told)


def plan_code(email: str, code: str) -> None:
    """A code to type; erased from the row once it is sent."""
    _plan(MessageKind.SIGN_IN_CODE, email, secret={"code": code})


def plan_verification(address: EmailAddress) -> None:
    """The link that confirms an address."""
    _plan(MessageKind.VERIFY_EMAIL, address.email, address=address.pk)


def plan_account_exists(email: str) -> None:
    """Somebody signed up with the address of an account."""
    _plan(MessageKind.ACCOUNT_EXISTS, email)


def plan_password_reset(user: User) -> None:
    """The link to a new password, to the account's own address."""
    _plan(MessageKind.PASSWORD_RESET, user.email, user=str(user.pk))


def plan_merged(email: str, *, kept: str) -> None:
    """Two accounts of one person are one, whose address is `kept`."""
    _plan(MessageKind.ACCOUNT_NOTICE, email, change="accounts_merged", kept=kept)


def plan_welcome(user: User) -> None:
    """Once for an account, whatever is confirmed later."""
    plan_message(MessageKind.WELCOME, key=f"welcome:{user.pk}", recipient=user.email)


def _plan(kind: MessageKind, email: str, **context: Any) -> None:
    plan_message(kind, key=f"{kind}:{uuid.uuid4()}", recipient=email, context=context)
