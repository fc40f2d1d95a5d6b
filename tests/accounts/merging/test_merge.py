"""Two records of one person become one: what moves, what stays, what goes."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.identity.people import find_customer
from accounts.merging.merge import MergeOutdatedError, MergeRefusedError
from accounts.merging.plan import Source
from accounts.models import CustomerProfile, ErasedCustomer, SavedAddress, User
from accounts.privacy.erase import erase_customer
from accounts.privacy.person import find_person
from booking.models import Booking, ChangeRequest, DiscountRedemption, Draft, Message, Note
from booking.models import DiscountCode as Code
from booking.notifications.messages import write_letter
from payments.models import SavedCard, StripeCustomer
from tests.accounts.merging.moves import book, make_confirmed, merge, of, plan
from tests.factories import make_booking, make_draft, make_payment, make_staff
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM
from totetaxi.lib.work import WorkState


def keep_address(user: User, label: str, street: str = "1 Elm Street", **more: object) -> None:
    SavedAddress.objects.create(
        user=user, label=label, street=street, city="New York", state="NY", zip="10128", **more
    )


def give_card(user: User, last4: str) -> None:
    StripeCustomer.objects.create(
        user=user, account_key=user.pk, stripe_id=f"cus_{last4}", idempotency_key=last4
    )
    SavedCard.objects.create(
        user=user,
        stripe_id=f"pm_{last4}",
        brand="visa",
        last4=last4,
        exp_month=4,
        exp_year=2030,
        saved_at=clock.now(),
    )


# ---------------------------------------------------------------------------------------- bookings


def test_bookings_move_with_who_counts_as_the_person_and_the_search(kept: User, gone: User):
    booking = book(gone)
    User.objects.filter(pk=kept.pk).update(name="Claire Sayre")
    merge(kept, of(gone))
    booking.refresh_from_db()
    assert (booking.customer_id, booking.person_key, booking.email_key) == (
        kept.pk,
        f"user:{kept.pk}",
        "claire@example.com",
    )
    assert (booking.sort_name, "claire@example.com" in booking.search_text) == (
        "claire sayre",
        True,
    )
    assert "claire@work.example" not in booking.search_text
    assert booking.revision == 1  # who has it open for editing is told


def test_deleted_bookings_move_too(kept: User, gone: User):
    booking = book(gone)
    Booking.objects.filter(pk=booking.pk).update(deleted_at=clock.now())
    merge(kept, of(gone))
    assert Booking.all_objects.get(pk=booking.pk).customer_id == kept.pk


def test_guests_bookings_become_the_accounts_and_others_stay(kept: User):
    mine = make_booking(contact_email="Claire+boat@sea.example", contact_name="C. Ellery")
    other = make_booking(contact_email="bo@example.com")
    merge(kept, Source(guest_key="claire@sea.example"))
    mine.refresh_from_db()
    assert (mine.customer_id, mine.guest_name, mine.guest_email, mine.guest_phone) == (
        kept.pk,
        "",
        "",
        "",
    )
    assert Booking.objects.get(pk=other.pk).customer_id is None


def test_name_and_phone_are_taken_over_only_where_there_is_none(kept: User, gone: User):
    User.objects.filter(pk=kept.pk).update(name="")
    CustomerProfile.objects.filter(user=kept).update(phone="+16465550188")
    merge(kept, of(gone))
    kept = User.objects.get(pk=kept.pk)
    assert (kept.name, kept.customer_profile.phone) == ("Claire Ellery", "+16465550188")


def test_a_code_once_used_counts_for_the_person_and_for_the_old_address(kept: User, gone: User):
    booking = book(gone)
    code = Code.objects.create(code="WELCOME10", percent=10)
    DiscountRedemption.objects.create(
        code=code, booking=booking, person_key=booking.person_key, email_key=booking.email_key
    )
    merge(kept, of(gone))
    used = DiscountRedemption.objects.get()
    assert (used.person_key, used.email_key) == (f"user:{kept.pk}", "claire@work.example")


def test_money_and_requests_follow_their_booking(kept: User, gone: User):
    booking = book(gone)
    payment = make_payment(booking, actor=gone)
    ChangeRequest.objects.create(booking=booking, kind="cancel", asked_by_kind="customer")
    assert merge(kept, of(gone)).requests == 1
    payment.refresh_from_db()
    assert (payment.booking.customer_id, payment.actor_id) == (kept.pk, gone.pk)


def test_a_payment_page_that_shows_the_other_accounts_cards_is_given_up(kept: User, gone: User):
    booking = book(gone)
    facts = {"status": "pending", "succeeded_at": None, "session_expires_at": clock.now()}
    page = make_payment(booking, actor=gone, actor_kind="customer", **facts)
    merge(kept, of(gone))
    page.refresh_from_db()
    assert (page.status, page.session_to_expire) == ("cancelled", True)


# ------------------------------------------------------------------------------------- belongings


def test_addresses_move_under_free_labels_and_doubles_do_not(kept: User, gone: User):
    keep_address(kept, "Home", is_default=True)
    keep_address(gone, "home", "5 Pondview Lane", is_default=True)
    keep_address(gone, "The same house", "1 ELM STREET")
    merge(kept, of(gone))
    book_of = SavedAddress.objects.filter(user=kept)
    assert list(book_of.values_list("label", "is_default")) == [("Home", True), ("home (2)", False)]
    assert SavedAddress.objects.count() == 2


def test_the_first_address_becomes_the_default_where_there_was_none(kept: User, gone: User):
    keep_address(gone, "Home", is_default=True)
    merge(kept, of(gone))
    assert SavedAddress.objects.get().is_default


def test_drafts_and_notes_move(kept: User, gone: User):
    make_draft(customer=gone)
    Note.objects.create(customer=gone, body="Rings twice", author=make_staff())
    merge(kept, of(gone))
    assert (Draft.objects.get().customer_id, Note.objects.get().customer_id) == (kept.pk, kept.pk)


def test_cards_of_the_account_that_goes_are_forgotten_by_the_queue(kept: User, gone: User):
    give_card(kept, "4242")
    give_card(gone, "1881")
    merge(kept, of(gone))
    assert list(SavedCard.objects.values_list("user", "last4")) == [(kept.pk, "4242")]
    lost = StripeCustomer.objects.get(stripe_id="cus_1881")
    assert (lost.user_id, lost.work_state) == (None, WorkState.DUE)


# --------------------------------------------------------------------------- the account that goes


def test_the_other_account_keeps_nothing_of_the_person_and_points_to_the_kept(
    kept: User, gone: User
):
    Authenticator.objects.create(user=gone, type="totp", data={"secret": "x"})
    older = make_confirmed("claire@old.example")
    merge(gone, of(older))
    merge(kept, of(gone))
    gone = User.objects.get(pk=gone.pk)
    assert (gone.name, gone.email, gone.is_active, gone.merged_into_id) == (
        "",
        f"merged-{gone.pk}@erased.invalid",
        False,
        kept.pk,
    )
    assert (gone.has_usable_password(), Authenticator.objects.count()) == (False, 0)
    assert not CustomerProfile.objects.filter(user=gone).exists()
    assert User.objects.get(pk=older.pk).merged_into_id == kept.pk


def test_its_confirmed_address_opens_the_kept_account(kept: User, gone: User):
    EmailAddress.objects.create(user=kept, email=gone.email)  # asked to change to it once
    merge(kept, of(gone))
    assert find_customer("Claire@Work.example") == kept
    assert list(
        EmailAddress.objects.order_by("email").values_list("user", "email", "verified", "primary")
    ) == [
        (kept.pk, "claire@example.com", True, True),
        (kept.pk, "claire@work.example", True, False),
    ]


def test_an_address_that_was_never_confirmed_opens_nothing(kept: User, gone: User):
    EmailAddress.objects.filter(user=gone).update(verified=False)
    assert merge(kept, of(gone)).further == ()
    assert find_customer("claire@work.example") is None


def test_nobody_signs_up_with_an_address_that_opens_an_account(
    kept: User, gone: User, client: Client
):
    merge(kept, of(gone))
    client.post("/account/signup/", {"email": "claire@work.example", "password1": "pondview lane"})
    assert not User.objects.filter(email="claire@work.example").exists()
    assert Message.objects.filter(kind="account_exists").count() == 1


def test_open_browsers_of_the_other_account_end(kept: User, gone: User, client: Client):
    client.force_login(gone)
    merge(kept, of(gone))
    assert client.get("/account/").status_code == 303


def test_both_addresses_are_told(kept: User, gone: User):
    merge(kept, of(gone))
    told = Message.objects.filter(kind="account_notice").order_by("recipient")
    assert [(row.recipient, row.context["change"]) for row in told] == [
        ("claire@example.com", "accounts_merged"),
        ("claire@work.example", "accounts_merged"),
    ]
    letter = write_letter(told[1], now=clock.now())
    assert (letter.recipient, letter.context["asks_to_call"]) == ("claire@work.example", True)
    assert letter.context["change"] == (
        "You had two accounts with us. They are one now, under claire@example.com, "
        "with all your bookings and addresses."
    )


def test_erasing_the_kept_account_reaches_all_that_was_merged(kept: User, gone: User):
    merge(kept, of(gone))
    assert find_person(User.objects.get(pk=kept.pk)).emails == (
        "claire@example.com",
        "claire@work.example",
    )
    erase_customer(kept.pk, by=SYSTEM, now=clock.now())
    assert set(ErasedCustomer.objects.values_list("user_key", flat=True)) == {kept.pk, gone.pk}
    assert not EmailAddress.objects.exists()


# --------------------------------------------------------------------------------------- refusals


def refusals(kept: User, source: Source) -> tuple[str, ...]:
    """What is said; and that nothing happens then."""
    found = plan(kept, source).refusals
    with pytest.raises(MergeRefusedError) as refused:
        merge(kept, source)
    assert refused.value.refusals == found
    return found


def test_two_bookings_at_one_time_are_refused_by_name(kept: User, gone: User):
    first, second = book(kept), book(gone)
    (words,) = refusals(kept, of(gone))
    assert words.startswith(f"{first.code} and {second.code} are at the same time")
    assert User.objects.get(pk=gone.pk).merged_into is None


def test_a_booking_that_is_being_paid_is_refused(kept: User, gone: User):
    booking = book(gone, draft_id=make_draft(customer=gone).pk)
    (words,) = refusals(kept, of(gone))
    assert words.startswith(f"{booking.code} is waiting for its payment.")


@pytest.mark.parametrize("which", ["kept", "gone"])
def test_staff_are_never_merged(kept: User, gone: User, which: str):
    User.objects.filter(pk={"kept": kept, "gone": gone}[which].pk).update(is_staff=True)
    stays = {"kept": "stays", "gone": "goes"}[which]
    assert refusals(kept, of(gone)) == (
        f"The account that {stays} is one of the staff. Those are never merged.",
    )


def test_itself_the_erased_and_the_merged_are_refused(kept: User, gone: User):
    assert refusals(kept, of(kept)) == ("These are one and the same record.",)
    merge(kept, of(gone))
    assert refusals(kept, of(gone)) == ("The account that goes was merged already.",)
    erased = make_confirmed("bo@example.com")
    erase_customer(erased.pk, by=SYSTEM, now=clock.now())
    assert refusals(kept, of(erased)) == (
        "The account that goes was erased. There is nothing left to merge.",
    )
    assert refusals(erased, of(kept)) == (
        "The account that stays is closed for good. Choose the other one.",
    )


def test_a_closed_account_is_not_kept_and_may_go(kept: User, gone: User):
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert refusals(gone, of(kept)) == (
        "The account that stays is deactivated. Reactivate it first, or keep the other.",
    )
    assert merge(kept, of(gone)).refusals == ()


def test_the_one_whose_address_was_confirmed_is_kept(kept: User, gone: User):
    EmailAddress.objects.filter(user=kept).update(verified=False)
    (words,) = refusals(kept, of(gone))
    assert words.startswith("The account that stays has never confirmed its e-mail")


def test_more_addresses_than_an_account_keeps_are_refused(kept: User, gone: User):
    for number in range(30):
        keep_address(kept, f"Mine {number}", f"{number} Elm Street")
        keep_address(gone, f"Other {number}", f"{number} Oak Street")
    (words,) = refusals(kept, of(gone))
    assert words.startswith("Together they have 60 addresses")


def test_a_guest_of_whom_nothing_is_left_is_refused(kept: User):
    assert refusals(kept, Source(guest_key="nobody@example.com")) == (
        "No guest has booked with this e-mail, or somebody has merged them already.",
    )


def test_nothing_is_merged_that_was_not_shown(kept: User, gone: User):
    seen = plan(kept, of(gone)).fingerprint
    booking = book(gone)
    with pytest.raises(MergeOutdatedError) as outdated:
        merge(kept, of(gone), expected=seen)
    assert [row.pk for row in outdated.value.plan.bookings] == [booking.pk]
    assert Booking.objects.get().customer_id == gone.pk


def test_unknown_accounts_are_not_found(kept: User, gone: User):
    expected = plan(kept, of(gone)).fingerprint
    User.objects.filter(pk=gone.pk).delete()
    with pytest.raises(User.DoesNotExist):
        merge(kept, of(gone), expected=expected)
