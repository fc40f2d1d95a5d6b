"""Addresses of the public pages. Included at the root, without a namespace."""

from django.urls import path

from booking import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("area/", pages.service_area, name="service_area"),
    path("area/interest/", pages.service_interest, name="service_interest"),
    path("terms/", pages.terms, name="terms"),
    path("privacy/", pages.privacy, name="privacy"),
    path("changes-and-refunds/", pages.cancellation_policy, name="cancellation_policy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
]
