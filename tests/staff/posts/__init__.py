"""Every POST route of the back office, and how to make it succeed.

A part of the back office adds its table here. `READS` are the pages that take no POST at all.
"""

from tests.staff.posts import (
    booking_page,
    bookings,
    calendar,
    catalogue,
    customers,
    documents,
    identity,
    money,
    orders,
    payment_links,
    payments,
    people,
    refunds,
)
from tests.staff.posts.stage import Post

POSTS: dict[str, Post] = (
    identity.POSTS
    | calendar.POSTS
    | people.POSTS
    | payment_links.POSTS
    | payments.POSTS
    | money.POSTS
    | refunds.POSTS
    | orders.POSTS
    | bookings.POSTS
    | booking_page.POSTS
    | customers.POSTS
    | catalogue.POSTS
    | documents.POSTS
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
    | payments.READS
    | money.READS
    | refunds.READS
    | booking_page.READS
    | calendar.READS
    | customers.READS
    | catalogue.READS
    | documents.READS
)
