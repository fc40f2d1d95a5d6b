"""The customer's first page, below /account/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
