"""The catalogue: looked at with its preview, then saved."""

from django.http import HttpResponse

from booking.models import DiscountCode, SurchargeRule
from tests.factories import make_catalogue
from tests.staff.posts.stage import Post, Stage

READS = frozenset({"catalogue", "catalogue_part", "catalogue_row"})
RULE = {"name": "Noon", "kind": "late", "at_or_after": "12:00", "flat_cents": "40"}


def saved(stage: Stage, route: str, *args: object, **data: object) -> HttpResponse:
    """Send a form, and send it again with what it carries after its preview."""
    seen = stage.post(route, *args, **data)
    if "sheet" not in (seen.context or {}):
        return seen
    sheet = seen.context["sheet"]
    marks = {"opened": sheet.opened, "previewed": sheet.previewed, "do": "save"}
    return stage.post(route, *args, **(data | marks))


def add(stage: Stage) -> HttpResponse:
    make_catalogue()
    return saved(stage, "catalogue_add", "surcharge-rules", **RULE)


def change(stage: Stage) -> HttpResponse:
    add(stage)
    rule = SurchargeRule.objects.get(name="Noon")
    return _twice(stage, "catalogue_change", "surcharge-rules", rule.pk, **RULE, is_active="on")


def _twice(stage: Stage, route: str, *args: object, **data: object) -> HttpResponse:
    """The first answer to a form without its mark says that the row is another one."""
    opened = stage.post(route, *args, **data).context["sheet"].opened
    return saved(stage, route, *args, **data, opened=opened)


def paste_zips(stage: Stage) -> HttpResponse:
    make_catalogue()
    return saved(stage, "catalogue_zips", zips="12561 12562", area="New Paltz", zone="outer")


def add_code(stage: Stage) -> HttpResponse:
    return saved(stage, "discount_code_add", code="spring", percent="10", is_active="on")


def change_code(stage: Stage) -> HttpResponse:
    add_code(stage)
    code = DiscountCode.objects.get()
    return _twice(stage, "discount_code_change", code.pk, code="x", percent="12")


POSTS: dict[str, Post] = {
    "catalogue_add": add,
    "catalogue_change": change,
    "catalogue_zips": paste_zips,
    "discount_code_add": add_code,
    "discount_code_change": change_code,
}
