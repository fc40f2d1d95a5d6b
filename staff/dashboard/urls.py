"""Its address, spelled out from the root."""

from django.urls import path

from staff.dashboard import views

urlpatterns = [path("staff/dashboard/", views.dashboard, name="dashboard")]
