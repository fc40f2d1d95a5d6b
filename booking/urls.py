"""The customer's addresses: the wizard, and the pages of a booking."""

from booking.tracking import urls as tracking
from booking.wizard import urls as wizard

app_name = "booking"
urlpatterns = [*wizard.urlpatterns, *tracking.urlpatterns]
