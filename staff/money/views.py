"""Every dollar explained: the page, what somebody says a movement is, and the report by day."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payments.models import BalanceMovement
from payments.reconciliation.currency import in_words
from payments.reconciliation.differences import WITH_BOOKING
from payments.reconciliation.explain import (
    AlreadyExplainedError,
    ExplainRefusedError,
    is_decided_elsewhere,
)
from payments.reconciliation.paper import csv_rows
from payments.reconciliation.report import Report, report_on
from staff.access import StaffRequest, staff_page
from staff.audit import record
from staff.models import Action
from staff.money import services
from staff.money.addresses import thing_of
from staff.money.forms import ExplainForm
from staff.money.movements import explained_words, open_row
from staff.money.page import MoneyPage
from staff.money.period import PERIODS, Chosen, read_period
from staff.money.report import report_context
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect, render_list

LIST = "money"


@require_safe
@staff_page("view_money")
def money(request: HttpRequest) -> HttpResponse:
    """What moved at Stripe beside what we have. Its own links and form swap the rows alone."""
    staff = cast(StaffRequest, request).staff
    context = MoneyPage(request.GET, staff, clock.now()).context()
    return render_list(
        request, "staff/money/money.html", context, part="staff/money/list.html", target=LIST
    )


@require_POST
@staff_page("override_payment")
def compare_money(request: HttpRequest) -> HttpResponseBase:
    """Compare the last days with Stripe now, not in a quarter of an hour."""
    staff = cast(StaffRequest, request).staff
    if services.compare_now(staff, request=request, now=clock.now()):
        messages.success(request, _("The last two days are being compared: look again soon."))
    else:
        messages.info(request, _("A comparison is under way already: look again soon."))
    return redirect(request, reverse("staff:money"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("override_payment")
def explain_movement(request: HttpRequest, movement_id: UUID) -> HttpResponseBase:
    """Say what a movement at Stripe is that nothing of ours explains."""
    staff = cast(StaffRequest, request).staff
    movement = get_object_or_404(BalanceMovement, pk=movement_id)
    if movement.standing == BalanceMovement.Standing.OPEN and is_decided_elsewhere(movement):
        return redirect(request, reverse("staff:payment", args=[movement.payment_id]))
    form = ExplainForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _explain_page(request, movement_id, form, status=422 if form.is_bound else 200)
    asked = {"why": request.POST.get("why", ""), "explanation": form.cleaned_data["explanation"]}
    try:
        services.explain(staff, movement.pk, **asked, request=request, now=clock.now())
    except AlreadyExplainedError:
        messages.error(request, _("Nothing was done: it is not open any more."))
    except ExplainRefusedError as refused:
        form.add_error(None, refused.sentence)
        return _explain_page(request, movement_id, form, status=409)
    else:
        messages.success(request, _("It is explained, and stands with what is expected."))
    return redirect(request, reverse("staff:money"))


def _explain_page(
    request: HttpRequest, movement_id: UUID, form: ExplainForm, *, status: int
) -> HttpResponse:
    staff, now = cast(StaffRequest, request).staff, clock.now()
    rows = BalanceMovement.objects.select_related("explained_by", *WITH_BOOKING)
    movement = rows.get(pk=movement_id)
    is_open = movement.standing == BalanceMovement.Standing.OPEN
    context = {
        "movement": movement,
        "amount": in_words(movement.amount_cents, movement.currency),
        "fee": in_words(movement.fee_cents, movement.currency),
        "row": open_row(movement, staff, now) if is_open else None,
        "of": thing_of(movement),
        "said": explained_words(movement),
        "form": form,
    }
    return render(request, "staff/money/explain_movement.html", context, status=status)


@require_safe
@staff_page("view_money")
def money_report(request: HttpRequest) -> HttpResponse:
    """The days of a period, ours beside Stripe's."""
    chosen, report = _report(request)
    context = report_context(report) | {"chosen": chosen, "periods": PERIODS.items()}
    return render(request, "staff/money/money_report.html", context)


@require_POST
@staff_page("export_data")
def export_money_report(request: HttpRequest) -> StreamingHttpResponse:
    """The same as a CSV file. That it was taken is in the audit log."""
    staff = cast(StaffRequest, request).staff
    chosen, report = _report(request)
    days = {"since": chosen.period.first, "until": chosen.period.last}
    record(staff, Action.EXPORTED, after={"what": "money", **days}, request=request)
    response = StreamingHttpResponse(_lines(report), content_type="text/csv; charset=utf-8")
    name = f"totetaxi-money-{chosen.period.first}-{chosen.period.last}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _report(request: HttpRequest) -> tuple[Chosen, Report]:
    now = clock.now()
    chosen = read_period(request.GET, clock.today(now))
    return chosen, report_on(chosen.period, now=now)


class _Line:
    """What `csv` writes to: it hands each line on."""

    def write(self, line: str) -> str:
        return line


def _lines(report: Report) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff"  # spreadsheets read a file with this mark as UTF-8
    for row in csv_rows(report):
        yield writer.writerow(row)
