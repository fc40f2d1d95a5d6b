"""Name, phone and preferences, below /account/profile/."""

from django.urls import path

from accounts.profile import views

urlpatterns = [path("account/profile/", views.profile, name="profile")]
