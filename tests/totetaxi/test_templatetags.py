"""How money, days, icons and the road are written."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from django.template import Context, Template

from totetaxi.templatetags import drawing, formats

ROOT = Path(__file__).resolve().parents[2]
SPRITE = ROOT / "static" / "img" / "icons.svg"


def render(source: str, **context):
    return Template("{% load formats drawing %}" + source).render(Context(context))


# ------------------------------------------------------------------------------- money and time


@pytest.mark.parametrize(
    ("cents", "full", "short"),
    [
        (0, "$0.00", "$0"),
        (9_500, "$95.00", "$95"),
        (99_500, "$995.00", "$995"),
        (198_375, "$1,983.75", "$1,983.75"),
        (119_400, "$1,194.00", "$1,194"),
        (1_389_750, "$13,897.50", "$13,897.50"),
    ],
)
def test_usd_never_rounds_a_price(cents, full, short):
    assert (formats.usd(cents), formats.usd_short(cents)) == (full, short)


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("day", "Saturday, December 5"),
        ("full", "Saturday, December 5, 2026"),
        ("short", "Sat, Dec 5"),
        ("brief", "Dec 5, 2026"),
        ("month", "December 5"),
        ("iso", "2026-12-05"),
    ],
)
def test_ny_date_writes_a_date_in_each_style(style, expected):
    assert formats.ny_date(date(2026, 12, 5), style) == expected


def test_ny_date_takes_the_day_of_new_york():
    just_before_midnight = datetime(2026, 12, 6, 4, 59, tzinfo=UTC)
    at_midnight = datetime(2026, 12, 6, 5, 0, tzinfo=UTC)
    assert formats.ny_date(just_before_midnight) == "Saturday, December 5"
    assert formats.ny_date(at_midnight) == "Sunday, December 6"


def test_ny_time_follows_daylight_saving():
    before, after = (
        datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
        datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
    )
    assert (formats.ny_time(before), formats.ny_time(after)) == ("1:30 AM", "1:30 AM")
    assert formats.ny_time(datetime(2026, 11, 1, 7, 30, tzinfo=UTC)) == "2:30 AM"


def test_ny_time_writes_wall_clock_times_as_they_are():
    written = [formats.ny_time(time(0)), formats.ny_time(time(9)), formats.ny_time(time(12, 30))]
    assert written == ["12:00 AM", "9:00 AM", "12:30 PM"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("15.00"), "15%"),
        (Decimal("7.50"), "7.5%"),
        (Decimal(100), "100%"),
        (Decimal("0.00"), "0%"),
    ],
)
def test_percent_leaves_out_empty_decimals(value, expected):
    assert formats.percent(value) == expected


@pytest.mark.parametrize("phone", ["(212) 555-0148", "+1 212 555 0148", "212.555.0148"])
def test_tel_makes_an_address_of_a_number(phone):
    assert formats.tel(phone) == "tel:+12125550148"


def test_listed_joins_names_as_people_do():
    written = [formats.listed(["A"]), formats.listed(["A", "B"]), formats.listed(["A", "B", "C"])]
    assert written == ["A", "A and B", "A, B and C"]


def test_policy_text_makes_paragraphs_headings_and_lists():
    body = "First line\nwent on.\r\n\r\n## Fees & taxes\nBelow it.\n\n- one\n- two\n"
    assert formats.policy_text(body).split("\n") == [
        "<p>First line went on.</p>",
        '<h2 class="type-sub">Fees &amp; taxes</h2><p>Below it.</p>',
        '<ul class="list-disc pl-5"><li>one</li><li>two</li></ul>',
    ]


def test_policy_text_escapes_what_people_wrote():
    body = "## <b>\n\n- <i>\n\n<script>alert(1)</script>"
    assert formats.policy_text(body) == (
        '<h2 class="type-sub">&lt;b&gt;</h2>\n'
        '<ul class="list-disc pl-5"><li>&lt;i&gt;</li></ul>\n'
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    )


# --------------------------------------------------------------------------------------- drawings


def symbols():
    namespace = "{http://www.w3.org/2000/svg}symbol"
    return {symbol.get("id") for symbol in ET.parse(SPRITE).getroot().iter(namespace)}  # noqa: S314  our own file


def test_icon_is_decoration_unless_it_has_a_label():
    assert render('{% icon "check" %}') == (
        '<svg class="icon " width="20" height="20" aria-hidden="true">'
        '<use href="/static/img/icons.svg#check"></use></svg>'
    )
    assert render('{% icon "warn" size=16 label=label css="text-red" %}', label="Late & lost") == (
        '<svg class="icon text-red" width="16" height="16" role="img" aria-label="Late &amp; lost">'
        '<use href="/static/img/icons.svg#warn"></use></svg>'
    )


def test_icon_names_in_templates_are_drawn():
    texts = [path.read_text() for path in (ROOT / "templates").rglob("*.html")]
    used = {name for text in texts for name in re.findall(r'{% icon "([\w-]+)"', text)}
    passed = {
        name
        for text in texts
        for name in re.findall(r'\b(?:icon|icon_after|drawing|foot_icon)="([\w-]+)"', text)
    }
    assert len(used) > 10
    assert (used | passed) - symbols() == set()


def test_icon_names_of_items_and_states_are_drawn():
    items = {f"item-{code.replace('_', '-')}" for code in drawing.DRAWN_ITEMS}
    states = {f"status-{name}" for name in ("pending", "paid", "in_progress", "completed")}
    assert (items | states | {"status-cancelled", "item-box", "van"}) - symbols() == set()


def test_item_icon_draws_a_box_for_what_is_new():
    assert "#item-wardrobe-box" in render('{% item_icon "wardrobe_box" %}')
    assert "#item-box" in render('{% item_icon "harp" %}')


@pytest.mark.parametrize("road", [drawing.WIDE, drawing.PHONE])
def test_road_lies_level_but_for_the_bridge(road):
    middle = (road.bridge_from + road.bridge_to) / 2
    heights = [road.height_at(x) for x in (0, road.bridge_from, middle, road.bridge_to, road.end)]
    assert heights == [96, 96, 78, 96, 96]


@pytest.mark.parametrize("road", [drawing.WIDE, drawing.PHONE])
def test_van_drives_east_without_a_step_back(road):
    places = [road.van_at(step / 100)[0] for step in range(101)]
    assert places == sorted(set(places))
    assert places[-1] + drawing.VAN_LENGTH * road.van_scale < road.end


@pytest.mark.parametrize("road", [drawing.WIDE, drawing.PHONE])
def test_van_stands_level_at_both_ends_and_climbs_the_bridge(road):
    assert (road.van_at(0)[1:], road.van_at(1)[1:]) == ((96, 0), (96, 0))
    assert road.van_at(0.25)[2] < 0 < road.van_at(0.43)[2]


@pytest.mark.parametrize(("progress", "same_as"), [(-1, 0), (7, 1)])
def test_route_drawing_stays_on_the_road(progress, same_as):
    out, inside = (drawing.route_drawing(share, "") for share in (progress, same_as))
    assert out == inside


def test_route_drawing_says_in_words_what_it_shows():
    html = render('{% route_drawing progress=0.62 label="Past the bridge" %}')
    assert re.findall(r'aria-label="([^"]*)"', html) == ["Past the bridge"]
    assert re.findall(r'<image href="([^"]*)"', html) == [
        "/static/img/route-wide.svg",
        "/static/img/route-phone.svg",
    ]
    assert "style=" not in html


def test_favicon_is_the_drawing_itself() -> None:
    scheme, _, data = render("{% favicon %}").partition(",")
    drawn = (ROOT / "static" / "img" / "favicon.svg").read_text().strip()
    assert (scheme, unquote(data)) == ("data:image/svg+xml", drawn)
