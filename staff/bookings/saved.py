"""Views that somebody saved: written with the audit row that tells of it."""

from django.db import transaction
from django.http import HttpRequest

from staff.audit import record
from staff.models import Action, SavedFilter, StaffProfile


@transaction.atomic
def save_filter(
    owner: StaffProfile, *, name: str, query: str, is_shared: bool, request: HttpRequest
) -> SavedFilter:
    """Keep a view. Raises IntegrityError when the owner has one of that name."""
    saved = SavedFilter.objects.create(owner=owner, name=name, query=query, is_shared=is_shared)
    after = {"view": name, "query": query, "is_shared": is_shared}
    record(owner, Action.SAVED_FILTER, saved, after=after, request=request)
    return saved


@transaction.atomic
def delete_filter(owner: StaffProfile, saved: SavedFilter, *, request: HttpRequest) -> None:
    """Forget a view of one's own."""
    before = {"view": saved.name, "query": saved.query, "is_shared": saved.is_shared}
    record(owner, Action.DELETED_FILTER, saved, before=before, request=request)
    saved.delete()
