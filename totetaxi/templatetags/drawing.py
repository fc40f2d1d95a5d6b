"""Icons and the road that is also progress. Positions are computed here: no inline style needed."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import atan2, degrees
from typing import Any, Final
from urllib.parse import quote

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

SPRITE = "img/icons.svg"
DRAWN_ITEMS = frozenset({"peloton", "surfboard", "crib", "wardrobe_box"})


@register.simple_tag
def icon(name: str, size: int = 20, label: str = "", css: str = "") -> SafeString:
    """A symbol of `static/img/icons.svg`, `size` pixels square.

    It is decoration unless `label` says what it means to somebody who cannot see it.
    """
    if label:
        return _symbol(name, size, css, format_html('role="img" aria-label="{}"', label))
    return _decoration(name, size, css)


@lru_cache(maxsize=512)
def _decoration(name: str, size: int, css: str) -> SafeString:
    """A symbol without a meaning of its own: the same in every language, and on every page."""
    return _symbol(name, size, css, SafeString('aria-hidden="true"'))


def _symbol(name: str, size: int, css: str, meaning: SafeString) -> SafeString:
    return format_html(
        '<svg class="icon {}" width="{}" height="{}" {}><use href="{}#{}"></use></svg>',
        css,
        size,
        size,
        meaning,
        static(SPRITE),
        name,
    )


@register.simple_tag
@lru_cache(maxsize=1)
def favicon() -> str:
    """The address of the site's mark: the drawing itself, which is smaller than asking for it."""
    drawing = settings.BASE_DIR / "static" / "img" / "favicon.svg"
    return f"data:image/svg+xml,{quote(drawing.read_text().strip(), safe=' /:=')}"


@register.simple_tag
def item_icon(code: str, size: int = 36) -> SafeString:
    """The drawing of a catalogue item by its code; a box for what has no drawing of its own."""
    return icon(f"item-{code.replace('_', '-')}" if code in DRAWN_ITEMS else "item-box", size)


@dataclass(frozen=True, slots=True)
class Road:
    """The measures of one drawing, in the units of its view box.

    `stops` are (progress, x of the van's rear): at the door, on the crown of the bridge, past the
    bridge, at the house.
    """

    image: str
    width: int
    end: float
    bridge_from: float
    bridge_to: float
    van_scale: float
    stops: tuple[tuple[float, float], ...]

    def height_at(self, x: float) -> float:
        """How far down the road lies at x: level, but for the bridge."""
        half = (self.bridge_to - self.bridge_from) / 2
        share = 1 - abs(x - self.bridge_from - half) / half
        return ROAD_LEVEL - BRIDGE_RISE * _between(RISE, max(share, 0.0))

    def path(self) -> str:
        """The road as one polyline, from the left edge to the house."""
        half = (self.bridge_to - self.bridge_from) / 2
        middle = self.bridge_from + half
        offsets = [-half * (1 - share) for share, _ in RISE]
        xs = [0.0, *(middle + dx for dx in offsets), *(middle - dx for dx in offsets[-2::-1])]
        return "M" + "L".join(f"{x:g} {self.height_at(x):.1f}" for x in [*xs, self.end])

    def van_at(self, progress: float) -> tuple[float, float, float]:
        """(x, y, angle in degrees) of the van's rear wheel line for a progress of 0 to 1."""
        x = _between(self.stops, progress)
        length = VAN_LENGTH * self.van_scale
        rear, front = self.height_at(x + length * 0.2), self.height_at(x + length * 0.8)
        angle = degrees(atan2(front - rear, length * 0.6))
        return x, self.height_at(x + length * 0.5), angle


ROAD_LEVEL: Final = 96.0
BRIDGE_RISE: Final = 18.0
VAN_LENGTH: Final = 112.0
# (share of the way from the bridge's end to its crown, share of its rise)
RISE: Final = (
    (0.0, 0.0),
    (0.12, 0.12),
    (0.24, 0.29),
    (0.35, 0.49),
    (0.47, 0.66),
    (0.59, 0.79),
    (0.71, 0.89),
    (0.82, 0.96),
    (0.94, 0.99),
    (1.0, 1.0),
)
WIDE: Final = Road(
    image="img/route-wide.svg",
    width=720,
    end=658,
    bridge_from=197.4,
    bridge_to=383.8,
    van_scale=0.52,
    stops=((0.0, 88), (0.35, 262), (0.5, 392), (1.0, 538)),
)
PHONE: Final = Road(
    image="img/route-phone.svg",
    width=342,
    end=288,
    bridge_from=69.6,
    bridge_to=193.4,
    van_scale=0.44,
    stops=((0.0, 15), (0.35, 107), (0.5, 178), (1.0, 199)),
)


def _between(points: tuple[tuple[float, float], ...], at: float) -> float:
    """Linear interpolation; outside the points, the nearest one."""
    if at <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if at <= x1:
            return y0 + (y1 - y0) * (at - x0) / (x1 - x0)
    return points[-1][1]


@register.inclusion_tag("components/route.html")
def route_drawing(progress: float, label: str) -> dict[str, Any]:
    """The van between the city (0) and the house (1). `label` says the same in words."""
    share = min(max(float(progress), 0.0), 1.0)
    return {"label": label, "drawings": [_drawing(WIDE, share), _drawing(PHONE, share)]}


def _drawing(road: Road, progress: float) -> dict[str, Any]:
    x, y, angle = road.van_at(progress)
    front = x + VAN_LENGTH * road.van_scale * 0.9
    return {
        "image": road.image,
        "width": road.width,
        "path": road.path(),
        "travelled": f"{100 * front / road.end:.1f}",
        "transform": (
            f"translate({x:.1f} {y + 0.5:.1f}) rotate({angle:.1f} "
            f"{VAN_LENGTH * road.van_scale / 2:.1f} 0) scale({road.van_scale})"
        ),
        "css": "hidden sm:block" if road is WIDE else "sm:hidden",
    }
