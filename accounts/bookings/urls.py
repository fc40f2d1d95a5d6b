"""A booking's own pages, for customers and guests alike, below /bookings/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
