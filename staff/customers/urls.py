"""Customers in the back office, spelled out from the root."""

from django.urls import path

from staff.customers import views
from staff.customers.edit import address_views
from staff.customers.edit import views as edit
from staff.customers.merge import views as merge
from staff.customers.page import views as page
from staff.customers.viewing import views as viewing

_ONE = "staff/customers/<uuid:customer_id>/"
_ADDRESS = f"{_ONE}addresses/<uuid:address_id>/"
_GUEST = "staff/customers/guests/<int:number>/"

urlpatterns = [
    path("staff/customers/", views.customers, name="customers"),
    path(_GUEST, page.guest, name="guest"),
    path(f"{_GUEST}account/", merge.merge_guest, name="merge_guest"),
    path("staff/customers/view/end/", viewing.end_view_as, name="end_view_as"),
    path(_ONE, page.customer, name="customer"),
    path(f"{_ONE}contact/", edit.edit_customer, name="edit_customer"),
    path(f"{_ONE}email/", edit.change_customer_email, name="change_customer_email"),
    path(f"{_ONE}password-reset/", edit.send_password_reset, name="send_password_reset"),
    path(f"{_ONE}deactivation/", edit.close_account, name="close_account"),
    path(f"{_ONE}reactivation/", edit.reopen_account, name="reopen_account"),
    path(f"{_ONE}addresses/", address_views.add_customer_address, name="add_customer_address"),
    path(_ADDRESS, address_views.edit_customer_address, name="edit_customer_address"),
    path(
        f"{_ADDRESS}deletion/",
        address_views.delete_customer_address,
        name="delete_customer_address",
    ),
    path(f"{_ONE}merging/", merge.merge_customer, name="merge_customer"),
    path(f"{_ONE}view/", viewing.view_as, name="view_as"),
]
