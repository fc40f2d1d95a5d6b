"""The address book, below /account/addresses/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
