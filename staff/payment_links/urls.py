"""Its addresses, spelled out from the root."""

from django.urls import path

from staff.payment_links import views

urlpatterns = [
    path("staff/bookings/<int:number>/links/", views.payment_links, name="payment_links"),
    path(
        "staff/bookings/<int:number>/links/send/",
        views.send_payment_links,
        name="send_payment_links",
    ),
    path(
        "staff/links/<uuid:link_id>/send-again/",
        views.resend_payment_link,
        name="resend_payment_link",
    ),
    path(
        "staff/links/<uuid:link_id>/withdraw/",
        views.withdraw_payment_link,
        name="withdraw_payment_link",
    ),
]
