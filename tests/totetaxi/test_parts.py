"""Parts that are the same for everybody are rendered once, and see nothing of the page."""

from django.template import Context, Template
from django.utils.translation import override

from totetaxi.templatetags.parts import remembered

PAGE = '{% load parts %}{% part "components/phone_link.html" phone=phone css=css %}'


def shown(**given: str) -> str:
    return Template(PAGE).render(Context(given))


def test_part_is_what_including_it_shows():
    include = '{% include "components/phone_link.html" with phone=phone css=css only %}'
    given = {"phone": "631-555-0134", "css": "wide"}
    assert shown(**given) == Template(include).render(Context(given))


def test_part_escapes_its_arguments():
    assert "<b>" not in shown(phone="<b>", css="")
    assert "&lt;b&gt;" in shown(phone="<b>", css="")


def test_part_sees_its_arguments_alone():
    page = '{% load parts %}{% part "components/phone_link.html" css="wide" %}'
    assert "631" not in Template(page).render(Context({"phone": "631-555-0134"}))


def test_part_is_rendered_once_for_its_arguments_and_language():
    remembered.cache_clear()
    for phone in ("631-555-0134", "631-555-0134", "631-555-0199"):
        shown(phone=phone, css="")
    with override("de"):
        shown(phone="631-555-0134", css="")
    assert (remembered.cache_info().hits, remembered.cache_info().misses) == (1, 3)


def test_part_is_rendered_anew_while_developing(settings):
    settings.DEBUG = True
    remembered.cache_clear()
    shown(phone="631-555-0134", css="")
    assert remembered.cache_info().misses == 0
