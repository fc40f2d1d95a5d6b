"""Colleagues, spelled out from the root."""

from django.urls import path

from staff.people import views

_PERSON = "staff/people/<uuid:profile_id>/"
_INVITATION = "staff/people/invitations/<uuid:invitation_id>/"

urlpatterns = [
    path("staff/people/", views.people, name="people"),
    path("staff/people/invite/", views.invite, name="invite"),
    path(f"{_INVITATION}resend/", views.resend_invitation, name="resend_invitation"),
    path(f"{_INVITATION}withdrawal/", views.withdraw_invitation, name="withdraw_invitation"),
    path(_PERSON, views.person, name="person"),
    path(f"{_PERSON}role/", views.change_role, name="change_role"),
    path(f"{_PERSON}deactivation/", views.deactivate, name="deactivate"),
    path(f"{_PERSON}reactivation/", views.reactivate, name="reactivate"),
    path(f"{_PERSON}second-factor-reset/", views.reset_factors, name="reset_factors"),
    path("staff/roles/", views.roles, name="roles"),
    path("staff/invitation/", views.accept, name="accept"),
    path("staff/invitation/<str:token>/", views.open_invitation, name="open_invitation"),
]
