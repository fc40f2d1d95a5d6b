"""Leaving and coming back: the private link, another device, an e-mail for an unserved ZIP."""

from django.conf import settings
from django.test import Client
from django.urls import reverse

from booking.models import AccessToken, Draft, Message, ServiceInterest
from tests.booking.wizard.visitor import Visitor
from tests.factories import make_booking


def shown_link(visitor: Visitor) -> str:
    visitor.client.post(reverse("booking:save_for_later"), {"show": "1"})
    return str(visitor.client.get(reverse("booking:save_for_later")).context["link"])


def test_link_is_shown_once_and_only_its_hash_is_kept(visitor: Visitor) -> None:
    visitor.answer_before("when")
    link = shown_link(visitor)
    token = link.rstrip("/").rpartition("/")[2]
    assert link == f"{settings.SITE_URL}/book/resume/{token}/"
    row = AccessToken.objects.get()
    assert row.draft_id == visitor.draft.pk
    assert token != row.token_hash
    assert visitor.client.get(reverse("booking:save_for_later")).context["link"] == ""


def test_link_opens_the_draft_on_another_device(visitor: Visitor) -> None:
    visitor.answer_before("when")
    other = Client()
    response = other.get(shown_link(visitor), follow=True)
    assert [url for url, _status in response.redirect_chain] == [
        reverse("booking:start"),
        reverse("booking:when"),
    ]
    assert other.session["draft"] == visitor.client.session["draft"]
    assert AccessToken.objects.get().last_used_at is not None


def test_wrong_or_revoked_link_is_not_found_and_opens_nothing(visitor: Visitor) -> None:
    visitor.answer_before("when")
    link = shown_link(visitor)
    AccessToken.objects.update(revoked_at="2026-11-22T15:00:00Z")
    for address in (link, reverse("booking:resume", args=["x" * 43])):
        other = Client()
        assert other.get(address).status_code == 404
        assert "draft" not in other.session


def test_token_of_a_booking_opens_no_draft(visitor: Visitor) -> None:
    token = AccessToken.issue(booking=make_booking())
    assert Client().get(reverse("booking:resume", args=[token])).status_code == 404


def test_link_is_sent_once_an_hour_to_one_address(visitor: Visitor) -> None:
    visitor.answer_before("when")
    for email in ("claire@example.com", "Claire+x@example.com"):
        response = visitor.client.post(reverse("booking:save_for_later"), {"email": email})
        assert (response.status_code, response["Location"]) == (
            303,
            reverse("booking:save_for_later"),
        )
    message = Message.objects.get()
    assert (message.kind, message.recipient) == ("resume_link", "claire@example.com")
    assert message.context == {"draft": str(visitor.draft.pk)}


def test_letters_to_whatever_address_come_to_an_end(visitor: Visitor) -> None:
    visitor.answer_before("when")
    later = reverse("booking:save_for_later")
    for number in range(10):
        visitor.client.post(later, {"email": f"claire{number}@example.com"})
    assert visitor.client.post(later, {"email": "claire@example.com"}).status_code == 429
    assert Message.objects.count() == 10


def test_interests_of_one_sender_come_to_an_end(visitor: Visitor) -> None:
    for number in range(21):
        visitor.send("interest", delivery_zip="11901", interest_email=f"a{number}@example.com")
    assert ServiceInterest.objects.count() == 20


def test_address_to_send_to_is_judged_at_its_field(visitor: Visitor) -> None:
    visitor.answer_before("when")
    response = visitor.client.post(reverse("booking:save_for_later"), {"email": "claire"})
    assert response.status_code == 422
    assert dict(response.context["form"].errors) == {
        "email": ["Enter an e-mail address, such as name@example.com"]
    }
    assert Message.objects.count() == 0


def test_nothing_is_kept_of_a_visitor_who_typed_nothing(visitor: Visitor) -> None:
    response = visitor.see("save_for_later")
    assert (response.status_code, response["Location"]) == (303, reverse("booking:where"))
    assert Draft.objects.count() == 0


def test_start_leads_to_the_first_step_without_an_answer(visitor: Visitor) -> None:
    assert visitor.see("start")["Location"] == reverse("booking:where")
    visitor.answer_before("who")
    assert visitor.see("start")["Location"] == reverse("booking:who")
    visitor.send("who")
    assert visitor.see("start")["Location"] == reverse("booking:review")


def test_zips_of_the_home_page_stand_in_the_first_step(visitor: Visitor) -> None:
    response = visitor.client.get(
        reverse("booking:start"), {"pickup_zip": "10019", "delivery_zip": "11968"}, follow=True
    )
    assert response.context["pickup"]["pickup_zip"].value == "10019"
    assert response.context["delivery"]["delivery_zip"].value == "11968"
    assert response.context["to_name"] == "The Hamptons"
    assert Draft.objects.count() == 0


def test_interest_in_an_unserved_zip_is_kept_once(visitor: Visitor) -> None:
    form = {"delivery_zip": "11901-1234", "delivery_city": "Riverhead"}
    for email in ("claire@example.com", "Claire@Example.com"):
        response = visitor.send("interest", **form, interest_email=email)
        assert (response.status_code, response["Location"]) == (303, reverse("booking:where"))
    assert list(ServiceInterest.objects.values_list("email", "zip")) == [
        ("claire@example.com", "11901")
    ]
    assert visitor.draft.typed["where"]["delivery_city"] == "Riverhead"


def test_interest_without_an_address_is_refused_at_its_field(visitor: Visitor) -> None:
    response = visitor.send("interest", delivery_zip="11901", interest_email="claire")
    assert response.status_code == 422
    assert response.context["interest_errors"] == [
        "Enter an e-mail address, such as name@example.com"
    ]
    assert ServiceInterest.objects.count() == 0


def test_interest_in_a_served_zip_is_not_kept(visitor: Visitor) -> None:
    form = {"pickup_zip": "10128", "delivery_zip": "11937", "interest_email": "a@example.com"}
    assert visitor.send("interest", **form)["Location"] == reverse("booking:where")
    assert ServiceInterest.objects.count() == 0


def test_answers_of_two_tabs_do_not_undo_each_other(visitor: Visitor) -> None:
    visitor.answer_before("who")
    from booking.wizard.drafts import load_draft, save_step
    from booking.wizard.steps import WHAT, WHEN
    from tests.booking.wizard.conftest import NOW

    tabs = [load_draft(visitor.draft.pk), load_draft(visitor.draft.pk)]
    for tab, step, typed in zip(tabs, (WHAT, WHEN), ({"items": "7"}, {"x": "1"}), strict=True):
        save_step(tab, step, typed, is_valid=False, shown_total_cents=None, now=NOW)
    assert visitor.draft.typed["what"] == {"items": "7"}
    assert visitor.draft.typed["when"] == {"x": "1"}
    assert visitor.draft.typed["valid"] == ["where"]
