"""Sign-in and one's own account, spelled out from the root."""

from django.urls import path

from staff.identity.views import account, factors, sign_in

urlpatterns = [
    path("staff/login/", sign_in.login, name="login"),
    path("staff/login/code/", sign_in.second_factor, name="second_factor"),
    path("staff/logout/", sign_in.logout, name="logout"),
    path("staff/logout/everywhere/", sign_in.logout_everywhere, name="logout_everywhere"),
    path("staff/account/", account.account, name="account"),
    path("staff/account/settings/", account.settings, name="settings"),
    path("staff/account/password/", account.password, name="password"),
    path("staff/account/confirm/", account.confirm, name="confirm"),
    path("staff/account/app/", factors.add_app, name="add_app"),
    path("staff/account/passkey/", factors.add_passkey, name="add_passkey"),
    path("staff/account/codes/", factors.recovery_codes, name="recovery_codes"),
    path(
        "staff/account/factors/<int:factor_id>/removal/",
        factors.remove_factor,
        name="remove_factor",
    ),
]
