"""Their addresses, spelled out from the root."""

from django.urls import path

from staff.disputes import views

urlpatterns = [
    path("staff/disputes/", views.disputes, name="disputes"),
    path("staff/disputes/<uuid:dispute_id>/", views.dispute, name="dispute"),
]
