"""The addresses of the back office. Included at the root."""

from staff.audit_log import urls as audit_log
from staff.bookings import urls as bookings
from staff.customers import urls as customers
from staff.identity import urls as identity
from staff.people import urls as people
from staff.shell import urls as shell

app_name = "staff"
# Each part spells its addresses out from the root.
urlpatterns = [
    *shell.urlpatterns,
    *bookings.urlpatterns,
    *customers.urlpatterns,
    *identity.urlpatterns,
    *people.urlpatterns,
    *audit_log.urlpatterns,
]
