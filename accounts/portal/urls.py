"""The customer's first page, below /account/."""

from django.urls import path

from accounts.portal import views

urlpatterns = [
    path("account/", views.portal, name="portal"),
    path("account/drafts/<uuid:draft_id>/", views.go_on, name="go_on"),
]
