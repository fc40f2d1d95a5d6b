"""The addresses of the back office. Included at the root."""

from staff.alerts import urls as alerts
from staff.audit_log import urls as audit_log
from staff.bookings import urls as bookings
from staff.bookings.page import urls as booking_page
from staff.calendar import urls as calendar
from staff.catalogue import urls as catalogue
from staff.customers import urls as customers
from staff.dashboard import urls as dashboard
from staff.disputes import urls as disputes
from staff.documents import urls as documents
from staff.identity import urls as identity
from staff.money import urls as money
from staff.notes import urls as notes
from staff.orders import urls as orders
from staff.payment_links import urls as payment_links
from staff.payments import urls as payments
from staff.people import urls as people
from staff.refunds import urls as refunds
from staff.shell import urls as shell
from staff.today import urls as today

app_name = "staff"
# Each part spells its addresses out from the root.
urlpatterns = [
    *shell.urlpatterns,
    *today.urlpatterns,
    *dashboard.urlpatterns,
    *bookings.urlpatterns,
    *booking_page.urlpatterns,
    *orders.urlpatterns,
    *payment_links.urlpatterns,
    *refunds.urlpatterns,
    *disputes.urlpatterns,
    *documents.urlpatterns,
    *payments.urlpatterns,
    *notes.urlpatterns,
    *money.urlpatterns,
    *alerts.urlpatterns,
    *calendar.urlpatterns,
    *customers.urlpatterns,
    *catalogue.urlpatterns,
    *identity.urlpatterns,
    *people.urlpatterns,
    *audit_log.urlpatterns,
]
