"""Every POST route of the back office, and how to make it succeed.

A part of the back office adds its table here. `READS` are the pages that take no POST at all.
"""

from tests.staff.posts import (
    booking_page,
    bookings,
    calendar,
    catalogue,
    customers,
    identity,
    orders,
    payment_links,
    people,
)
from tests.staff.posts.stage import Post

POSTS: dict[str, Post] = (
    identity.POSTS
    | calendar.POSTS
    | people.POSTS
    | payment_links.POSTS
    | orders.POSTS
    | bookings.POSTS
    | booking_page.POSTS
    | customers.POSTS
    | catalogue.POSTS
)
READS = (
    frozenset(
        {
            "home",
            "palette",
            "today",
            "dashboard",
            "account",
            "people",
            "person",
            "roles",
            "open_invitation",
            "audit_log",
        }
    )
    | bookings.READS
    | payment_links.READS
    | booking_page.READS
    | calendar.READS
    | customers.READS
    | catalogue.READS
)
