"""Alerts, spelled out from the root."""

from django.urls import path

from staff.alerts import views

urlpatterns = [path("staff/alerts/<uuid:alert_id>/", views.alert, name="alert")]
