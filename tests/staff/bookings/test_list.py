"""The page of the list: its cost, its pieces, its words."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import Booking
from staff.models import AuditLog, SavedFilter
from staff.permissions import Role
from tests.factories import (
    make_booking,
    make_colleague,
    make_customer,
    make_paid_booking,
    make_refund,
    sign_in_staff,
)
from tests.factories.many import add_many_bookings

LIST = "/staff/bookings/"
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
MOST_QUERIES = 6
MOST_BYTES = 48_000


def cost(client: Client, url: str) -> int:
    client.get(url)  # the catalogue and the plans of the queries are kept by the process
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_list_is_for_staff_alone(client: Client) -> None:
    assert client.get(LIST)["Location"] == "/staff/login/?next=%2Fstaff%2Fbookings%2F"
    client.force_login(make_customer(), backend="accounts.identity.backends.AccountBackend")
    assert client.get(LIST).status_code == 404


def test_list_says_what_it_is_while_there_is_nothing(office: Client) -> None:
    assert b"No bookings yet" in office.get(LIST).content
    assert b"No booking fits" in office.get(f"{LIST}?q=nobody").content


def test_list_costs_the_same_with_fifty_and_with_five_thousand(office: Client) -> None:
    urls = {
        "all": LIST,
        "days": f"{LIST}?day=next30",
        "search": f"{LIST}?q=guest",
        "unpaid": f"{LIST}?unpaid=1",
        "attention": f"{LIST}?status=pending&sort=customer",
    }
    add_many_bookings(50)
    few = {name: cost(office, url) for name, url in urls.items()}
    add_many_bookings(4950)
    many = {name: cost(office, url) for name, url in urls.items()}
    assert few == many == dict.fromkeys(urls, MOST_QUERIES)
    later = office.get(LIST).context["later"]
    assert cost(office, f"{LIST}?{later}") == MOST_QUERIES
    assert len(office.get(LIST).content) < MOST_BYTES


def test_list_counts_and_adds_up(office: Client) -> None:
    rows = add_many_bookings(60)
    context = office.get(f"{LIST}?sort=number").context
    assert context["range"] == "1–50 of 60 bookings"
    page, everything = sum(row.total_cents for row in rows[:50]), sum(r.total_cents for r in rows)
    assert context["sums"] == [
        ("This page", f"${page / 100:,.2f}"),
        ("all 60", f"${everything / 100:,.2f}"),
    ]
    assert office.get(f"{LIST}?{context['later']}").context["range"] == "51–60 of 60 bookings"


def test_list_counts_no_further_than_it_must(office: Client, monkeypatch) -> None:
    monkeypatch.setattr("staff.bookings.queries.COUNTED", 55)
    monkeypatch.setattr("staff.bookings.listing.COUNTED", 55)
    add_many_bookings(60)
    context = office.get(LIST).context
    assert context["range"] == "1–50 of more than 55 bookings"
    assert [label for label, _sum in context["sums"]] == ["This page"]


def test_list_is_swapped_as_a_piece(office: Client) -> None:
    make_booking()
    piece = office.get(
        LIST, headers={"HX-Request": "true", "HX-Boosted": "true", "HX-Target": "bookings"}
    )
    text = piece.content.decode()
    assert (text.lstrip()[:18], "<html" in text) == ('<div id="bookings"', False)
    assert "HX-Target" in piece["Vary"]
    back = {"HX-Request": "true", "HX-History-Restore-Request": "true", "HX-Target": "bookings"}
    assert "<html" in office.get(LIST, headers=back).content.decode()


def test_what_customers_type_is_only_text(office: Client) -> None:
    customer = make_customer("x@example.com")
    customer.name = XSS
    customer.save()
    make_booking(customer_id=customer.pk, contact_email=customer.email)
    guest = make_booking(contact_name=XSS, driver_notes=XSS, other_contact_name=XSS)
    Booking.objects.filter(pk=guest.pk).update(title=XSS)
    columns = "customer&columns=what&columns=route&columns=phone&columns=booked&columns=money"
    urls = (
        LIST,
        f"{LIST}?columns={columns}",
        f"{LIST}?q=%3Cscript%3E&area=%3Cscript%3Ealert(1)",
        "/staff/bookings/filter/?q=%3Cscript%3Ealert(1)&area=%3Cscript%3Ealert(1)",
        "/staff/bookings/views/?q=%3Cscript%3Ealert(1)",
        f"/staff/bookings/{guest.number}/",
        "/staff/search/?q=alert",
        "/staff/customers/",
        "/staff/customers/?q=%3Cscript%3E",
    )
    for url in urls:
        text = office.get(url).content.decode()
        assert ("<script>alert" in text, "<img src=x" in text) == (False, False), url


def test_money_says_what_is_owed(office: Client) -> None:
    booking = make_booking()
    text = office.get(LIST).content.decode()
    assert f'<td class="c-money amber">Due ${booking.total_cents / 100:,.2f}</td>' in text


@pytest.mark.parametrize("reason", ["our_fault", "outside", "cancellation"])
def test_cancelled_booking_whose_money_went_back_keeps_none(office: Client, reason: str) -> None:
    booking = make_paid_booking()
    make_refund(booking.payments.get(), booking.total_cents, reason=reason)
    Booking.objects.update(status="cancelled", cancel_reason="staff", room_held=False)
    assert 'c-money muted">Refunded' in office.get(LIST).text


class TestSavedFilters:
    def test_view_is_saved_with_an_audit_row(self, office: Client, colleague) -> None:
        url = reverse("staff:saved_filters") + "?q=claire&sort=-total"
        answer = office.post(url, {"name": "Claire's", "is_shared": "on"})
        assert (answer.status_code, answer["Location"]) == (303, f"{LIST}?q=claire&sort=-total")
        saved = SavedFilter.objects.get()
        assert (saved.owner, saved.query, saved.is_shared) == (
            colleague,
            "q=claire&sort=-total",
            True,
        )
        row = AuditLog.objects.latest("id")
        assert (row.action, row.actor, row.object_id) == ("saved_filter", colleague, str(saved.pk))

    def test_name_is_wanted_once(self, office: Client) -> None:
        url = reverse("staff:saved_filters")
        assert office.post(url, {"name": ""}).status_code == 422
        assert office.post(url, {"name": "Mine"}).status_code == 303
        assert office.post(url, {"name": "mine"}).status_code == 422
        assert SavedFilter.objects.count() == 1

    def test_view_of_somebody_else_is_seen_only_if_shared(self, office: Client, client) -> None:
        other = make_colleague(Role.MANAGER)
        for name, shared in (("Private", False), ("Shared", True)):
            SavedFilter.objects.create(owner=other, name=name, query="q=a", is_shared=shared)
        names = [str(view.label) for view in office.get(LIST).context["views"]]
        assert names[-1:] == ["Shared"]
        assert "Private" not in names
        current = [
            view.label for view in office.get(f"{LIST}?q=a").context["views"] if view.is_current
        ]
        assert current == ["Shared"]

    def test_only_ones_own_view_is_deleted(self, office: Client, colleague) -> None:
        other = SavedFilter.objects.create(owner=make_colleague(), name="Theirs", is_shared=True)
        own = SavedFilter.objects.create(owner=colleague, name="Mine")
        codes = [
            office.post(reverse("staff:delete_filter", args=[view.pk])).status_code
            for view in (other, own)
        ]
        assert (codes, list(SavedFilter.objects.all())) == ([404, 303], [other])
        assert AuditLog.objects.latest("id").action == "deleted_filter"


def test_palette_finds_a_booking_by_number_first(office: Client) -> None:
    rows = add_many_bookings(30)
    Booking.objects.filter(pk=rows[20].pk).update(search_text=" 12 dune road")
    hits = office.get("/staff/search/?q=12").context["groups"][0].hits
    assert [hit.title for hit in hits] == ["TT-000012", "TT-000021"]
    assert hits[0].url == "/staff/bookings/12/"


def test_booking_opens_and_an_unknown_number_does_not(office: Client) -> None:
    booking = make_booking()
    page = office.get(f"/staff/bookings/{booking.number}/")
    assert (page.status_code, booking.code in page.content.decode()) == (200, True)
    assert office.get("/staff/bookings/99999999999/").status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_every_role_sees_the_bookings(client: Client, role: Role) -> None:
    sign_in_staff(client, make_colleague(role))
    assert client.get(LIST).status_code == 200
