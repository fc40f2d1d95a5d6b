"""Customers in the back office, spelled out from the root."""

from django.urls import path

from staff.customers import views

urlpatterns = [path("staff/customers/", views.customers, name="customers")]
