"""Its address, spelled out from the root."""

from django.urls import path

from staff.today import views

urlpatterns = [path("staff/today/", views.today, name="today")]
