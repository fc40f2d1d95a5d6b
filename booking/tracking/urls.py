"""A guest's addresses. Included by booking/urls.py under the name `booking`."""

from django.urls import path

from booking.tracking import find, views

urlpatterns = [
    path("b/<str:token>/", views.open_link, name="open_link"),
    path("bookings/<uuid:booking_id>/", views.confirmation, name="confirmation"),
    path("bookings/<uuid:booking_id>/calendar.ics", views.calendar_file, name="calendar_file"),
    path("bookings/<uuid:booking_id>/link/", views.private_link, name="private_link"),
    path("find/", find.find, name="find"),
    path("find/sent/", find.find_sent, name="find_sent"),
]
