"""Saved cards, below /account/cards/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
