"""Bookings in the back office, spelled out from the root."""

from django.urls import path

from staff.bookings import views

urlpatterns = [
    path("staff/bookings/", views.bookings, name="bookings"),
    path("staff/bookings/<int:number>/", views.booking, name="booking"),
    path("staff/bookings/filter/", views.filter_bookings, name="filter_bookings"),
    path("staff/bookings/views/", views.saved_filters, name="saved_filters"),
    path("staff/bookings/views/<uuid:filter_id>/", views.delete_filter, name="delete_filter"),
]
