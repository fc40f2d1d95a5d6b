"""Their addresses, spelled out from the root."""

from django.urls import path

from staff.documents import views

urlpatterns = [
    path("staff/documents/<uuid:document_id>/", views.document, name="document"),
    path("staff/bookings/<int:number>/receipt/", views.issue_receipt, name="issue_receipt"),
    path("staff/bookings/<int:number>/invoice/", views.issue_invoice, name="issue_invoice"),
]
