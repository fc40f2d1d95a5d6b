"""The ways in without an account. Included by booking/urls.py under the name `booking`."""

from django.urls import path

from booking.tracking import find, views

urlpatterns = [
    path("b/<str:token>/", views.open_link, name="open_link"),
    path("find/", find.find, name="find"),
    path("find/sent/", find.find_sent, name="find_sent"),
]
