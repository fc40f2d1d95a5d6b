"""Colleagues and invitations."""

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from staff.models import Invitation
from staff.people.mails import token_of
from tests.staff.codes import give_app
from tests.staff.posts.stage import Post, Stage


def invite(stage: Stage) -> HttpResponse:
    return stage.post("invite", email="nina@totetaxi.example", role="support")


def _invited(stage: Stage) -> Invitation:
    invite(stage)
    return Invitation.objects.get()


def accept(stage: Stage) -> HttpResponse:
    invitation = _invited(stage)
    stage.client = Client()
    stage.client.get(reverse("staff:open_invitation", args=[token_of(invitation)]))
    return stage.post("accept", name="Nina Okoye", password="lighthouse over montauk")


def reactivate(stage: Stage) -> HttpResponse:
    stage.post("deactivate", stage.colleague.pk)
    return stage.post("reactivate", stage.colleague.pk)


def reset_factors(stage: Stage) -> HttpResponse:
    give_app(stage.colleague)
    return stage.post("reset_factors", stage.colleague.pk)


POSTS: dict[str, Post] = {
    "invite": invite,
    "resend_invitation": lambda stage: stage.post("resend_invitation", _invited(stage).pk),
    "withdraw_invitation": lambda stage: stage.post("withdraw_invitation", _invited(stage).pk),
    "accept": accept,
    "change_role": lambda stage: stage.post("change_role", stage.colleague.pk, role="viewer"),
    "deactivate": lambda stage: stage.post("deactivate", stage.colleague.pk),
    "reactivate": reactivate,
    "reset_factors": reset_factors,
}
