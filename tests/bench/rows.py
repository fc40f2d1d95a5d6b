"""What is measured over HTTP, what it is compared with, and what it is to reach."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.traffic import LIMIT_HOOK_SECRET, Repeat, SignedEvents, Stream, Visitor

SITE_HOOK_SECRET = "whsec_sandbox"
USUAL_BOOKINGS = 200
EACH = 8
PETITE = {"items": "10", "choice": "mini_move:petite", "suggested": "mini_move:petite"}
DELIVERY = {"items": "3", "choice": "standard_delivery", "suggested": "standard_delivery"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A kind of request. `limit` names the limit row; a limit row has none.

    Goals: CPU of one request over the limit row's, requests a second over the limit row's, queries,
    bytes of the body.
    """

    name: str
    what: str
    stream: Callable[[Visitor], Stream]
    limit: str = ""
    most_cpu: float | None = None
    least_rate: float | None = None
    most_queries: int | None = None
    most_bytes: int | None = None
    bookings: int = USUAL_BOOKINGS
    writes: bool = False  # then its visitors are others than those who only read
    signed_in: bool = False
    by_staff: bool = False

    def choose(self, visitors: list[Visitor]) -> list[Visitor]:
        """Eight of a site's visitors: who read, who write, a signed-in customer's, the staff's."""
        if self.by_staff:
            return visitors[3 * EACH :]
        if self.signed_in:
            return visitors[2 * EACH : 3 * EACH]
        return visitors[EACH : 2 * EACH] if self.writes else visitors[:EACH]


def page(path: str) -> Callable[[Visitor], Stream]:
    """The same page again and again."""
    return lambda visitor: Repeat((visitor.get(path),))


def refresh(path: str) -> Callable[[Visitor], Stream]:
    """A page's question whether there is anything newer, again and again."""
    return lambda visitor: Repeat((visitor.get_again(path),))


def limit_fragment(visitor: Visitor) -> Stream:
    return Repeat((visitor.post("/fragment/", {"code": "TT-000415"}),))


def preview(form: dict[str, str], changed: str, *values: str) -> Callable[[Visitor], Stream]:
    """The second step's form after a field was changed, to each of the values in turn."""

    def stream(visitor: Visitor) -> Stream:
        fields = {**form, "step": "what", "changed": changed}
        sent = [{**fields, **({changed: value} if value else {})} for value in values]
        return Repeat(tuple(visitor.post("/book/price/", one) for one in sent))

    return stream


LIMITS = (
    Row(name="L0", what='`HttpResponse("ok")`, no middleware', stream=page("/bare/")),
    Row(name="L1", what="15 KB from templates, session read", stream=page("/page/")),
    Row(name="L2", what="L1 and 3 indexed queries", stream=page("/page-with-queries/")),
    Row(
        name="Lfrag",
        what="1 KB for a CSRF-checked POST, session read, 2 indexed queries",
        stream=limit_fragment,
    ),
    Row(name="Llist", what="50 rows, one query with a join, 20 KB", stream=page("/list/")),
    Row(
        name="Lhook",
        what="HMAC check and one durable insert",
        stream=lambda _visitor: SignedEvents("/hook/", LIMIT_HOOK_SECRET),
    ),
)


def wizard(name: str, what: str, path: str) -> Row:
    """A page of the wizard, with everything answered."""
    return Row(
        name=name,
        what=what,
        stream=page(path),
        limit="L1",
        most_cpu=1.3,
        most_queries=4,
        most_bytes=40_000,
    )


def price_preview(name: str, what: str, stream: Callable[[Visitor], Stream]) -> Row:
    """A change in the wizard: saved, and answered with the price."""
    return Row(
        name=name,
        what=what,
        stream=stream,
        limit="Lfrag",
        most_cpu=1.4,
        most_queries=4,
        writes=True,
    )


def calendar(name: str, bookings: int) -> Row:
    """The step that shows the next 31 days with their totals."""
    return Row(
        name=name,
        what=f"price calendar, 31 days, {bookings:,} bookings",
        stream=page("/book/when/"),
        limit="L1",
        most_cpu=2.0,
        most_queries=4,
        most_bytes=40_000,
        bookings=bookings,
    )


def staff_list(name: str, what: str, path: str, *, bookings: int, most_cpu: float) -> Row:
    """The staff's list of bookings, fifty rows of it."""
    return Row(
        name=name,
        what=f"{what}, {bookings:,} bookings",
        stream=page(path),
        limit="Llist",
        most_cpu=most_cpu,
        most_queries=6,
        bookings=bookings,
        by_staff=True,
    )


def staff_lists(bookings: int, *, most_list: float, most_search: float) -> tuple[Row, Row]:
    """The list as it opens, and a search for a name that some hundred share."""
    return (
        staff_list(
            f"staff-list-{bookings}",
            "staff booking list",
            "/staff/bookings/",
            bookings=bookings,
            most_cpu=most_list,
        ),
        staff_list(
            f"staff-search-{bookings}",
            "staff search",
            "/staff/bookings/?q=winthrop",
            bookings=bookings,
            most_cpu=most_search,
        ),
    )


def staff_firsts(bookings: int) -> tuple[Row, ...]:
    """What staff have open all day."""
    size = "" if bookings == USUAL_BOOKINGS else f"-{bookings}"
    return (
        staff_first(f"staff-today{size}", "Today", "/staff/today/", bookings=bookings),
        staff_first(f"staff-dashboard{size}", "dashboard", "/staff/dashboard/", bookings=bookings),
    )


def staff_first(name: str, what: str, path: str, *, bookings: int) -> Row:
    """One of them."""
    return Row(
        name=name,
        what=f"{what}, {bookings:,} bookings",
        stream=page(path),
        limit="L2",
        most_cpu=1.5,
        most_queries=8,
        bookings=bookings,
        by_staff=True,
    )


ROWS = (
    wizard("where", "wizard page: where", "/book/where/"),
    wizard("what", "wizard page: what", "/book/what/"),
    wizard("who", "wizard page: who", "/book/who/"),
    wizard("review", "wizard page: review", "/book/review/"),
    price_preview(
        "preview", "price preview: an add-on ticked or not", preview(PETITE, "packing", "on", "")
    ),
    price_preview(
        "preview-count", "price preview: another count", preview(DELIVERY, "items", "4", "6")
    ),
    calendar("calendar", USUAL_BOOKINGS),
    Row(
        name="portal",
        what="portal, first page: 5 bookings ahead, 500 behind",
        stream=page("/account/"),
        limit="L1",
        most_cpu=1.3,
        signed_in=True,
    ),
    Row(
        name="portal-unchanged",
        what="its refresh every 15 seconds, nothing new",
        stream=refresh("/account/"),
        limit="L1",
        most_cpu=0.3,
        signed_in=True,
    ),
    Row(
        name="webhook",
        what="Stripe webhook, stored before the answer",
        stream=lambda _visitor: SignedEvents("/payments/stripe/webhook/", SITE_HOOK_SECRET),
        limit="Lhook",
        least_rate=0.9,
    ),
    calendar("calendar-20000", 20_000),
    *staff_firsts(USUAL_BOOKINGS),
    *staff_lists(20_000, most_list=1.3, most_search=2.0),
    *staff_firsts(20_000),
    *staff_lists(200_000, most_list=1.5, most_search=3.0),
    *staff_firsts(200_000),
)
BY_NAME = {row.name: row for row in (*LIMITS, *ROWS)}
