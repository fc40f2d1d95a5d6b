"""Which account this browser has signed up, until its address is confirmed.

Whoever types somebody else's address at the sign-up knows the account's password. The link in the
mail must not make the mailbox's owner hand that account its bookings: it confirms at once only in
the browser that signed up.
"""

from django.http import HttpRequest

from accounts.models import User

SESSION_KEY = "signed_up"


def remember_sign_up(request: HttpRequest, user: User, *, next_url: str) -> None:
    """Note the account, and the path to go on to once it is confirmed (empty: the portal)."""
    request.session[SESSION_KEY] = {"user": str(user.pk), "next": next_url}


def signed_up_here(request: HttpRequest, user: User) -> bool:
    """Whether it was this browser that signed the account up."""
    noted = request.session.get(SESSION_KEY) or {}
    return noted.get("user") == str(user.pk)


def next_after_sign_up(request: HttpRequest, user: User) -> str:
    """Where this browser was going when it signed up; empty for nowhere in particular."""
    noted = request.session.get(SESSION_KEY) or {}
    return str(noted.get("next", "")) if noted.get("user") == str(user.pk) else ""


def forget_sign_up(request: HttpRequest) -> None:
    """The account is open: nothing more is to be remembered."""
    request.session.pop(SESSION_KEY, None)
