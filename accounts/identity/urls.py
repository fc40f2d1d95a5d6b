"""Signing up, in and out, below /account/. The names are allauth's: no namespace."""

from allauth.account import urls as account
from allauth.account.decorators import reauthentication_required
from allauth.account.views import password_set
from allauth.mfa import urls as factors
from django.urls import include, path

from accounts.identity.code import confirm_login_code
from accounts.identity.confirm import account_confirm_email
from accounts.identity.recent import account_reauthenticate_by_code
from accounts.identity.wrap import courteous, in_our_manners

# A first password needs a recent sign-in, as a change of it needs the old one.
_set_password = reauthentication_required(password_set, app="allauth.account")
# What stands before allauth's own views answers instead of them.
_OURS = {
    "login/code/confirm/": (confirm_login_code, "account_confirm_login_code"),
    "password/set/": (_set_password, "account_set_password"),
}
urlpatterns = [
    path("confirm-email/<str:key>/", account_confirm_email, name="account_confirm_email"),
    path(
        "reauthenticate/code/",
        account_reauthenticate_by_code,
        name="account_reauthenticate_by_code",
    ),
    *(path(route, courteous(view, name), name=name) for route, (view, name) in _OURS.items()),
    path("", include(in_our_manners(account.urlpatterns))),
    path("2fa/", include(in_our_manners(factors.urlpatterns))),
]
