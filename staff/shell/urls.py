"""The frame of the back office, spelled out from the root."""

from django.urls import path

from staff.shell import views

urlpatterns = [
    path("staff/", views.home, name="home"),
    path("staff/search/", views.palette, name="palette"),
]
