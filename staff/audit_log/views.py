"""The page of the audit log."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from staff.access import staff_page
from staff.audit_log.forms import AuditForm
from staff.audit_log.queries import Entry, find_rows, page_of


@require_safe
@staff_page("view_audit")
def audit_log(request: HttpRequest) -> HttpResponse:
    """Who did what: searched by the form, fifty to a page. A wrong filter shows no rows."""
    form = AuditForm(request.GET)
    entries: list[Entry] = []
    older = None
    if form.is_valid():
        entries, older = page_of(find_rows(form.wanted()), form.cleaned_data["before"])
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "form": form,
        "entries": entries,
        "query": query.urlencode(),
        "older": older,
        "is_filtered": any(query.values()),
        "is_first": not request.GET.get("before"),
    }
    return render(
        request, "staff/audit_log/audit_log.html", context, status=200 if form.is_valid() else 422
    )
