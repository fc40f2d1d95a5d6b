"""Payments in the back office, spelled out from the root."""

from django.urls import path

from staff.payments import page_views, record_views, views

_ONE = "staff/payments/<uuid:payment_id>/"

urlpatterns = [
    path("staff/payments/", views.payments, name="payments"),
    path("staff/payments/export/", views.export_payments, name="export_payments"),
    path(_ONE, page_views.payment, name="payment"),
    path(f"{_ONE}acceptance/", page_views.accept_payment, name="accept_payment"),
    path(f"{_ONE}return/", page_views.return_payment, name="return_payment"),
    path(f"{_ONE}strike/", page_views.strike_payment, name="strike_payment"),
    path(
        "staff/bookings/<int:number>/payments/new/",
        record_views.record_payment,
        name="record_payment",
    ),
]
