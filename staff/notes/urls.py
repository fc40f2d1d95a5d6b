"""Notes, spelled out from the root."""

from django.urls import path

from staff.notes import views

urlpatterns = [
    path("staff/bookings/<int:number>/notes/", views.add_note, name="add_note"),
    path(
        "staff/customers/<uuid:customer_id>/notes/",
        views.add_customer_note,
        name="add_customer_note",
    ),
]
