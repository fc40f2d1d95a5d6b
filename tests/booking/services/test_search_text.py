"""What a booking is found by is always what stands in it now."""

from datetime import UTC, datetime

import pytest

from accounts.models import CustomerProfile
from booking.models import Address, Booking, Contact
from booking.services.search_text import plain_words, refresh_search, search_columns
from tests.factories import make_booking, make_catalogue, make_customer

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


def test_search_words_are_plain() -> None:
    assert plain_words(" (Zoë's)  2 × Crib, PH-2 ") == ["zoe's", "2", "crib", "ph-2"]


def test_search_columns_hold_each_word_once_and_phones_as_digits() -> None:
    columns = search_columns(
        contact=Contact("Ann Ames", "ann@example.com", "+1 (212) 555-0148"),
        other_contact=("Rosa Ames", ""),
        places=[],
        things=["2 × Surfboard"],
    )
    assert columns.sort_name == "ann ames"
    assert columns.search_text == " ann ames ann@example.com 12125550148 rosa 2 surfboard"


@pytest.mark.django_db
class TestRefresh:
    @pytest.fixture(autouse=True)
    def _catalogue(self) -> None:
        make_catalogue()

    def text_of(self, booking: Booking) -> set[str]:
        booking.refresh_from_db()
        return set(booking.search_text.split())

    def test_new_booking_has_what_a_refresh_would_write(self) -> None:
        booking = make_booking(
            now=NOW, service="standard_delivery", package=None, items=2, specialty={"surfboard": 1}
        )
        written = (booking.sort_name, self.text_of(booking))
        Booking.objects.update(sort_name="", search_text="")
        refresh_search([booking.pk])
        assert (booking.sort_name, self.text_of(booking)) == written
        assert {"claire", "ellery", "12125550171", "10128", "manhattan", "surfboard"} < written[1]

    def test_booking_of_an_account_is_found_by_the_accounts_own_name(self) -> None:
        customer = make_customer("zoe@example.com")
        customer.name = "Zoë Ashworth"
        customer.save(update_fields=["name"])
        booking = make_booking(now=NOW, customer_id=customer.pk, contact_email=customer.email)
        assert (booking.customer_id, {"zoe", "ashworth"} < self.text_of(booking)) == (
            customer.pk,
            True,
        )

    def test_change_of_an_account_reaches_its_bookings(self) -> None:
        customer = make_customer("zoe@example.com")
        booking = make_booking(now=NOW, customer_id=customer.pk, contact_email=customer.email)
        customer.name = "Imogen Pemberton"
        customer.save(update_fields=["name"])
        profile = CustomerProfile.objects.get(user=customer)
        profile.phone = "+16465550199"
        profile.save(update_fields=["phone", "updated_at"])
        words = self.text_of(booking)
        assert words & {"imogen", "16465550199", "claire"} == {"imogen", "16465550199"}
        assert booking.sort_name == "imogen pemberton"

    def test_change_of_an_address_is_written_by_a_refresh(self) -> None:
        booking = make_booking(now=NOW)
        Address.objects.filter(booking=booking, leg="pickup").update(street="9 Dune Road")
        refresh_search([booking.pk])
        assert self.text_of(booking) & {"dune", "93rd"} == {"dune"}
