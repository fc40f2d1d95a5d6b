"""Form fields in the house's dress: what a reader hears, and where errors lead."""

import re

import pytest
from django import forms
from django.template import Context, Template


def render(source: str, **context):
    return Template("{% load fields %}" + source).render(Context(context))


class EveryKind(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the bell")
    unit = forms.CharField(label="Unit", required=False)
    state = forms.ChoiceField(label="State", choices=[("NY", "New York"), ("NJ", "New Jersey")])
    lift = forms.ChoiceField(
        label="Lift",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        help_text="Ask the doorman",
    )
    days = forms.MultipleChoiceField(
        label="Days", choices=[("sat", "Saturday")], widget=forms.CheckboxSelectMultiple
    )
    terms = forms.BooleanField(label="Terms")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def sent(**data):
    form = EveryKind(data)
    form.is_valid()
    return form


def ids(html):
    return set(re.findall(r'\bid="([^"]+)"', html))


@pytest.mark.parametrize("name", ["name", "state", "lift", "days", "terms"])
def test_field_descriptions_lead_to_what_is_there(name):
    html = render('{% include "components/field.html" with field=field only %}', field=sent()[name])
    described = re.findall(r'aria-describedby="([^"]+)"', html)
    assert described != []
    assert {target for value in described for target in value.split()} - ids(html) == set()
    assert f"id_{name}_error" in described[0].split()


def test_field_descriptions_of_crispy_forms_lead_to_what_is_there():
    html = Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(
        Context({"form": sent()})
    )
    targets = {
        t for value in re.findall(r'aria-describedby="([^"]+)"', html) for t in value.split()
    }
    assert len(targets) == 7  # five errors, two help texts
    assert targets - ids(html) == set()


def test_field_shows_each_fault_with_an_icon_and_words():
    html = render(
        '{% include "components/field.html" with field=field only %}', field=sent()["name"]
    )
    assert re.findall(r'class="field-error"><svg.*?</svg><span>([^<]*)', html) == [
        "This field is required."
    ]


def test_field_says_what_may_be_left_out():
    form = EveryKind()
    optional = [
        name
        for name in form.fields
        if "(optional)" in render('{% include "components/field.html" %}', field=form[name])
    ]
    assert optional == ["unit"]


def test_field_keeps_what_was_typed_and_chosen():
    form = sent(name='O"Hara', state="NJ", lift="no", days=["sat"], terms="on")
    html = render(
        "{% for field in form %}{% include 'components/field.html' %}{% endfor %}", form=form
    )
    assert 'value="O&quot;Hara"' in html
    assert re.findall(r'value="(\w+)"[^>]*\b(?:checked|selected)', html) == ["NJ", "no", "sat"]
    assert re.search(r'<input type="checkbox" name="terms"[^>]* checked', html) is not None


def test_field_classes_tell_the_kind_of_control():
    form = EveryKind()
    html = render(
        "{% for field in form %}{% include 'components/field.html' %}{% endfor %}", form=form
    )
    classes = dict(re.findall(r'<(?:input|select)[^>]*name="(\w+)"[^>]*class="([^"]+)"', html))
    assert classes == {
        "name": "input",
        "unit": "input",
        "state": "input select",
        "lift": "dot",
        "days": "tick",
        "terms": "tick",
    }


def test_widget_leaves_the_form_as_it_was():
    form = EveryKind()
    form.fields["name"].widget.attrs["class"] = "wide"
    twice = render("{% widget f %}|{% widget f %}", f=form["name"]).split("|")
    assert twice[0] == twice[1]
    assert 'class="input wide"' in twice[0]
    assert form.fields["name"].widget.attrs == {"class": "wide"}


def test_error_summary_leads_to_each_faulty_field():
    form = sent(name="Claire", state="NY")
    form.add_error(None, "The two addresses are the same")
    html = render('{% include "components/error_summary.html" with form=form only %}', form=form)
    fields = render(
        "{% for field in form %}{% include 'components/field.html' %}{% endfor %}", form=form
    )
    targets = re.findall(r'href="#([^"]+)"', html)
    assert targets == ["id_lift_0", "id_days_0", "id_terms"]
    assert set(targets) - ids(fields) == set()
    assert "4 things need a change" in html
    assert "The two addresses are the same" in html


def test_error_summary_is_absent_without_errors():
    source = '{% include "components/error_summary.html" with form=form only %}'
    assert render(source, form=EveryKind()).strip() == ""
