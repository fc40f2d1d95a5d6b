"""What we hold about a customer, below /account/data/; and the end of an account."""

from django.urls import path

from accounts.privacy import views

urlpatterns = [
    path("account/data/", views.data, name="data"),
    path("account/data/file/", views.data_file, name="data_file"),
    path("account/data/page/", views.data_page, name="data_page"),
    path("account/delete/", views.delete_account, name="delete_account"),
]
