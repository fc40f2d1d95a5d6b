"""The audit log, spelled out from the root."""

from django.urls import path

from staff.audit_log import views

urlpatterns = [path("staff/audit/", views.audit_log, name="audit_log")]
