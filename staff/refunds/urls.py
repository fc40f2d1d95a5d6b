"""Refunds, spelled out from the root."""

from django.urls import path

from staff.refunds import decide_views, request_views, views

_REFUND = "staff/refunds/<uuid:refund_id>/"

urlpatterns = [
    path("staff/refunds/", views.refunds, name="refunds"),
    path(_REFUND, views.refund, name="refund"),
    path(f"{_REFUND}approval/", decide_views.approve_refund, name="approve_refund"),
    path(f"{_REFUND}refusal/", decide_views.refuse_refund, name="refuse_refund"),
    path(f"{_REFUND}retry/", decide_views.retry_refund, name="retry_refund"),
    path(f"{_REFUND}payout/", decide_views.pay_refund, name="pay_refund"),
    path(
        "staff/bookings/<int:number>/refund/",
        request_views.request_refund,
        name="request_refund",
    ),
]
