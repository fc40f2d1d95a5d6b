"""What the palette finds, in the order in which it shows it."""

from django.utils.translation import gettext_lazy as _

from staff.bookings.search import find_bookings
from staff.customers.search import find_customers
from staff.payments.search import find_payments
from staff.shell.palette import Source, register_source


def register() -> None:
    """Tell the palette of every source. Called by the app's `ready`."""
    register_source(Source(_("Bookings"), "view_operations", find_bookings))
    register_source(Source(_("Customers"), "view_operations", find_customers))
    register_source(Source(_("Payments"), "view_money", find_payments))
