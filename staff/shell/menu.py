"""Where one can go: one table, from which the menu, the keys and the palette come.

A page stands here once it exists. Who sees it follows from its permission.
"""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from staff.models import StaffProfile

SECTIONS = ("work", "house")


@dataclass(frozen=True)
class MenuItem:
    """One page. `key` follows g on the keyboard; `permission` None is for all staff.

    `section` parts the menu by a line: work above, the house below. `below` names the pages that
    belong to it and have no item of their own.
    """

    name: str
    label: Any
    icon: str
    key: str
    permission: str | None
    section: str = "work"
    below: tuple[str, ...] = ()

    @property
    def url_name(self) -> str:
        """The page's name with its namespace."""
        return f"staff:{self.name}"

    @property
    def url(self) -> str:
        """The page's address."""
        return reverse(self.url_name)


MENU = (
    MenuItem("today", _("Today"), "sun", "t", "view_operations"),
    MenuItem("dashboard", _("Dashboard"), "chart", "d", "view_operations"),
    MenuItem(
        "bookings",
        _("Bookings"),
        "list",
        "b",
        "view_operations",
        below=(
            "booking",
            "new_booking",
            "edit_booking",
            "set_booking_price",
            "payment_links",
            "record_payment",
            "issue_invoice",
            "filter_bookings",
            "saved_filters",
        ),
    ),
    MenuItem(
        "calendar",
        _("Calendar"),
        "cal",
        "k",
        "view_operations",
        below=("calendar_day", "edit_day", "edit_van_day", "move_booking"),
    ),
    MenuItem(
        "customers",
        _("Customers"),
        "users",
        "c",
        "view_operations",
        below=(
            "customer",
            "edit_customer",
            "change_customer_email",
            "close_account",
            "add_customer_address",
            "edit_customer_address",
            "delete_customer_address",
            "merge_customer",
            "guest",
            "merge_guest",
        ),
    ),
    MenuItem(
        "money",
        _("Money"),
        "dollar",
        "m",
        "view_money",
        below=("explain_movement", "money_report"),
    ),
    MenuItem("payments", _("Payments"), "card", "y", "view_money", below=("payment",)),
    MenuItem(
        "refunds",
        _("Refunds"),
        "back",
        "r",
        "view_money",
        below=("refund", "request_refund"),
    ),
    MenuItem("disputes", _("Disputes"), "octagon", "i", "view_money", below=("dispute",)),
    MenuItem(
        "catalogue",
        _("Catalogue"),
        "tag",
        "u",
        "view_operations",
        below=(
            "catalogue_part",
            "catalogue_row",
            "catalogue_add",
            "catalogue_change",
            "catalogue_zips",
            "discount_code_add",
            "discount_code_change",
        ),
    ),
    MenuItem("vans", _("Vans"), "truck", "v", "edit_catalogue", "house", ("edit_van", "add_van")),
    MenuItem("people", _("People"), "user", "p", "manage_staff", "house", ("person", "invite")),
    MenuItem("roles", _("Who may do what"), "table", "w", None, "house"),
    MenuItem("audit_log", _("Audit log"), "log", "a", "view_audit", "house"),
)


def menu_of(profile: StaffProfile) -> list[MenuItem]:
    """The pages a person may see, in the order of the menu."""
    return [item for item in MENU if item.permission is None or profile.may(item.permission)]
