"""Name, phone and preferences, below /account/profile/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
