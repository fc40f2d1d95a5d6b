"""The customer's addresses: the portal, and the pages of a booking. Included at the root."""

from accounts.addresses import urls as addresses
from accounts.bookings import urls as bookings
from accounts.cards import urls as cards
from accounts.identity import offer_urls as offer
from accounts.portal import urls as portal
from accounts.privacy import urls as privacy
from accounts.profile import urls as profile

app_name = "accounts"
# Each part spells its addresses out from the root.
urlpatterns = [
    *portal.urlpatterns,
    *addresses.urlpatterns,
    *profile.urlpatterns,
    *cards.urlpatterns,
    *privacy.urlpatterns,
    *bookings.urlpatterns,
    *offer.urlpatterns,
]
