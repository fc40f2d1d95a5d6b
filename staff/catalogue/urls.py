"""Its addresses, spelled out from the root."""

from django.urls import path

from staff.catalogue import views

# ZIPs and codes have views of their own at the addresses that their parts would have.
_ROOT = "staff/catalogue/"
_CODES = f"{_ROOT}discount-codes/"

urlpatterns = [
    path(_ROOT, views.catalogue, name="catalogue"),
    path(f"{_ROOT}zones/new/", views.paste_zips, name="catalogue_zips"),
    path(f"{_CODES}new/", views.add_code, name="discount_code_add"),
    path(f"{_CODES}<uuid:row_id>/change/", views.change_code, name="discount_code_change"),
    path(f"{_ROOT}<slug:part>/", views.part_page, name="catalogue_part"),
    path(f"{_ROOT}<slug:part>/new/", views.add, name="catalogue_add"),
    path(f"{_ROOT}<slug:part>/<uuid:row_id>/", views.row_page, name="catalogue_row"),
    path(f"{_ROOT}<slug:part>/<uuid:row_id>/change/", views.change, name="catalogue_change"),
]
