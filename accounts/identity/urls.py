"""Signing up, in and out, below /account/. The names are allauth's: no namespace."""

from django.urls import include, path

urlpatterns = [
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
]
