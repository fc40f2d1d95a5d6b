"""What we hold about a customer, below /account/data/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
