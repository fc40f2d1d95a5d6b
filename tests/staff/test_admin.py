"""The Django admin: behind the staff's sign-in, for admins."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.urls import reverse

from staff.models import StaffSignIn
from staff.permissions import Role
from tests.factories import make_colleague, make_customer, sign_in_staff

pytestmark = pytest.mark.django_db


def test_admin_has_no_sign_in_of_its_own(client):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain == [
        ("/admin/login/?next=/admin/", 302),
        ("/staff/login/?next=%2Fadmin%2F", 302),
    ]
    assert client.post("/admin/login/", {"username": "a", "password": "b"}).status_code == 302


def test_admin_opens_to_admins_who_showed_their_second_factor(client):
    ada = make_colleague(Role.ADMIN)
    ada.user.is_superuser = True
    ada.user.save()
    client.force_login(ada.user)
    assert client.get("/admin/").status_code == 302
    sign_in_staff(client, ada)
    assert client.get("/admin/").status_code == 200


def test_admin_is_closed_to_other_roles_and_customers(client):
    sign_in_staff(client, make_colleague(Role.MANAGER))
    assert client.get("/admin/", follow=True).status_code == 403
    client.logout()
    client.force_login(make_customer())
    chain = client.get("/admin/", follow=True).redirect_chain
    assert chain[-1] == ("/staff/login/?next=%2Fadmin%2F", 302)


def test_leaving_the_admin_ends_the_session(client):
    sign_in_staff(client, make_colleague(Role.ADMIN))
    assert client.post(reverse("admin:logout"))["Location"] == "/staff/login/"
    assert StaffSignIn.objects.get().end == "signed_out"


def test_admin_shows_no_key_and_changes_nobodys_address(client):
    ada = make_colleague(Role.ADMIN)
    ada.user.is_superuser = True
    ada.user.save()
    sign_in_staff(client, ada)
    ann = make_customer()
    address = EmailAddress.objects.create(user=ann, email=ann.email, verified=False)
    app = Authenticator.objects.create(user=ann, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    page = client.get(reverse("admin:mfa_authenticator_change", args=[app.pk]))
    assert (page.status_code, "JBSWY3DPEHPK3PXP" in page.content.decode()) == (200, False)
    refused = [
        client.post(reverse("admin:mfa_authenticator_change", args=[app.pk])),
        client.post(reverse("admin:account_emailaddress_change", args=[address.pk])),
        client.post(reverse("admin:account_emailaddress_add")),
    ]
    assert [answer.status_code for answer in refused] == [403] * 3
