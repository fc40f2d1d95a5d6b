"""Every POST route of the back office, and how to make it succeed.

A part of the back office adds its table here. `READS` are the pages that take no POST at all.
"""

from tests.staff.posts import bookings, identity, people
from tests.staff.posts.stage import Post

POSTS: dict[str, Post] = identity.POSTS | people.POSTS | bookings.POSTS
READS = (
    frozenset(
        {
            "home",
            "palette",
            "account",
            "people",
            "person",
            "roles",
            "open_invitation",
            "audit_log",
        }
    )
    | bookings.READS
)
