"""The address book, below /account/addresses/."""

from django.urls import path

from accounts.addresses import views

ONE = "account/addresses/<uuid:address_id>/"
urlpatterns = [
    path("account/addresses/", views.addresses, name="addresses"),
    path("account/addresses/add/", views.add_address, name="add_address"),
    path(ONE, views.address, name="address"),
    path(f"{ONE}delete/", views.delete_address, name="delete_address"),
    path(f"{ONE}default/", views.default_address, name="default_address"),
]
