"""Browsers of the staff."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from accounts.models import User
from staff.models import StaffProfile
from tests.factories import sign_in_staff

SignedIn = Callable[[Page, User | StaffProfile], Page]


@pytest.fixture
def signed_in(site: str) -> SignedIn:
    """Sign a page in as somebody of the staff, without the pages of the sign-in."""

    def sign_in(page: Page, who: User | StaffProfile) -> Page:
        client = Client()
        sign_in_staff(client, who)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
        return page

    return sign_in
