"""Beginning and ending to see the site as a customer."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from staff.access import StaffRequest, staff_page
from staff.audit import record, record_opening
from staff.customers.edit.views import get_open
from staff.customers.search import customer_address
from staff.customers.viewing import session
from staff.models import Action
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect


@require_POST
@staff_page("view_as", confirmed=True)
@transaction.atomic
def view_as(request: HttpRequest, customer_id: UUID) -> HttpResponseBase:
    """See the portal as this customer does, to read, for half an hour."""
    customer = get_open(customer_id)
    if not customer.is_active:
        messages.error(request, _("This account is deactivated: there is nothing to see."))
        return redirect(request, customer_address(customer.pk))
    record_opening(cast(StaffRequest, request).staff, customer, request=request)
    session.begin(request, customer, clock.now())
    return redirect(request, reverse("accounts:portal"))


@require_POST
@staff_page(None)
@transaction.atomic
def end_view_as(request: HttpRequest) -> HttpResponseBase:
    """See the site as oneself again, and go back to the customer."""
    viewing = session.find_viewing(request)
    if viewing is None:
        return redirect(request, reverse("staff:home"))
    session.end(request)
    customer = User.objects.filter(pk=viewing.customer_id).first()
    record(cast(StaffRequest, request).staff, Action.ENDED_VIEW_AS, customer, request=request)
    return redirect(request, customer_address(viewing.customer_id))
