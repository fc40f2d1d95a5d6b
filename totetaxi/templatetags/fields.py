"""Form fields in our dress. Widgets are rendered with a class for their kind, never changed."""

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.safestring import SafeString

register = template.Library()

# The first kind that fits decides: (widget, kind, class)
KINDS: tuple[tuple[type[forms.Widget], str, str], ...] = (
    (forms.CheckboxSelectMultiple, "choices", "tick"),
    (forms.RadioSelect, "choices", "dot"),
    (forms.CheckboxInput, "checkbox", "tick"),
    (forms.MultiWidget, "group", "input"),
    (forms.SelectDateWidget, "group", "input select"),
    (forms.Select, "control", "input select"),
    (forms.Textarea, "control", "input"),
    (forms.Widget, "control", "input"),
)


def _kind(widget: forms.Widget) -> tuple[str, str]:
    return next((kind, css) for base, kind, css in KINDS if isinstance(widget, base))


@register.filter
def field_kind(field: BoundField) -> str:
    """`control`, `checkbox`, `choices` (a group of ticks or dots) or `group` (several controls)."""
    return _kind(field.field.widget)[0]


@register.simple_tag
def widget(field: BoundField, css: str = "") -> SafeString:
    """The control alone, with its class, and `aria-describedby` for its help text and errors."""
    names = [_kind(field.field.widget)[1], field.field.widget.attrs.get("class", ""), css]
    return field.as_widget(attrs={"class": " ".join(filter(None, names))})


@register.simple_tag
def choice_input(option: BoundWidget) -> SafeString:
    """One tick or dot of a group, without its label."""
    data: dict[str, Any] = option.data
    css = "tick" if data["type"] == "checkbox" else "dot"
    names = " ".join(filter(None, [css, data["attrs"].get("class", "")]))
    attrs = {**data["attrs"], "class": names}
    context = {"widget": {**data, "attrs": attrs, "wrap_label": False}}
    return SafeString(option.renderer.render(data["template_name"], context))


@register.filter
def error_target(field: BoundField) -> str:
    """The id to which an error about this field leads: its control, or the first of its group."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def fields_with_errors(form: forms.BaseForm) -> list[BoundField]:
    """The fields to be put right, in the order of the page."""
    return [field for field in form if field.errors]


@register.filter
def error_count(form: forms.BaseForm) -> int:
    """How many things need a change: one for each faulty field, one for each fault of the whole."""
    return len(fields_with_errors(form)) + len(form.non_field_errors())
