"""A booking's page and what is done from it, spelled out from the root."""

from django.urls import path

from staff.bookings.page import changes, views

_BOOKING = "staff/bookings/<int:number>/"

urlpatterns = [
    path(_BOOKING, views.booking, name="booking"),
    path(f"{_BOOKING}status/", views.booking_status, name="booking_status"),
    path(f"{_BOOKING}certificate/", views.booking_certificate, name="booking_certificate"),
    path(f"{_BOOKING}cancellation/", changes.booking_cancellation, name="booking_cancellation"),
    path(
        "staff/change-requests/<uuid:request_id>/",
        changes.change_request,
        name="change_request",
    ),
]
