"""Its addresses, spelled out from the root."""

from django.urls import path

from staff.orders.views import edit, new, price

urlpatterns = [
    path("staff/bookings/new/", new.new_booking, name="new_booking"),
    path("staff/bookings/<int:number>/edit/<str:section>/", edit.edit_booking, name="edit_booking"),
    path("staff/bookings/<int:number>/price/", price.set_booking_price, name="set_booking_price"),
]
