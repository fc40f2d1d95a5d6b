"""Bookings in the back office, spelled out from the root."""

from django.urls import path

from staff.bookings import views
from staff.bookings.bulk import views as bulk

urlpatterns = [
    path("staff/bookings/", views.bookings, name="bookings"),
    path("staff/bookings/filter/", views.filter_bookings, name="filter_bookings"),
    path("staff/bookings/bulk/status/", bulk.bulk_status, name="bulk_status"),
    path("staff/bookings/bulk/message/", bulk.bulk_message, name="bulk_message"),
    path("staff/bookings/export/", views.export_bookings, name="export_bookings"),
    path("staff/bookings/views/", views.saved_filters, name="saved_filters"),
    path("staff/bookings/views/<uuid:filter_id>/", views.delete_filter, name="delete_filter"),
]
