"""The saved cards, below /account/cards/."""

from django.urls import path

from accounts.cards import views

ONE = "account/cards/<uuid:card_id>/"
urlpatterns = [
    path("account/cards/", views.cards, name="cards"),
    path("account/cards/add/", views.add_card, name="add_card"),
    path("account/cards/added/<uuid:setup_id>/", views.card_added, name="card_added"),
    path(f"{ONE}default/", views.default_card, name="default_card"),
    path(f"{ONE}remove/", views.remove_card, name="remove_card"),
]
