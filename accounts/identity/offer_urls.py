"""An account from a booking's page, below /bookings/."""

from django.urls import path

from accounts.identity.offer import offer_account

urlpatterns = [path("bookings/<uuid:booking_id>/account/", offer_account, name="offer_account")]
