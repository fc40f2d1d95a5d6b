"""Where the demo's trips begin and end: real streets in served ZIPs, invented numbers."""

import random
from dataclasses import dataclass, field

from booking.services.order import OrderAddress


@dataclass(frozen=True, kw_only=True)
class Street:
    """A street, and what its houses are like. `units` empty: houses without flats."""

    name: str
    city: str
    state: str = "NY"
    zip: str
    numbers: tuple[int, int]
    units: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


_FLATS = ("Apt 3C", "Apt 6B", "Apt 9A", "Apt 12F", "Apt 14D", "PH 2", "Apt 21E")
_WALK_UPS = ("Apt 2", "Apt 3R", "Apt 4", "Garden level")
_SERVICE = ("Service entrance round the corner.", "The doorman has the freight elevator's key.")
_LANE = ("Gravel drive, room to turn.", "Gate code follows by text.", "The side door is open.", "")

CITY = (
    Street(
        name="East 72nd Street",
        city="New York",
        zip="10021",
        numbers=(120, 440),
        units=_FLATS,
        notes=_SERVICE,
    ),
    Street(
        name="East 93rd Street",
        city="New York",
        zip="10128",
        numbers=(60, 340),
        units=_FLATS,
        notes=_SERVICE,
    ),
    Street(name="Park Avenue", city="New York", zip="10075", numbers=(880, 990), units=_FLATS),
    Street(name="East 66th Street", city="New York", zip="10065", numbers=(30, 390), units=_FLATS),
    Street(
        name="Central Park West",
        city="New York",
        zip="10024",
        numbers=(200, 320),
        units=_FLATS,
        notes=_SERVICE,
    ),
    Street(name="West End Avenue", city="New York", zip="10023", numbers=(200, 300), units=_FLATS),
    Street(
        name="West 11th Street",
        city="New York",
        zip="10014",
        numbers=(150, 340),
        units=_WALK_UPS,
    ),
    Street(
        name="West 22nd Street",
        city="New York",
        zip="10011",
        numbers=(200, 450),
        units=_FLATS,
    ),
    Street(
        name="Greenwich Street",
        city="New York",
        zip="10013",
        numbers=(290, 480),
        units=_FLATS,
    ),
    Street(
        name="Pierrepont Street",
        city="Brooklyn",
        zip="11201",
        numbers=(10, 120),
        units=_WALK_UPS,
    ),
    Street(
        name="Carroll Street",
        city="Brooklyn",
        zip="11215",
        numbers=(700, 890),
        units=_WALK_UPS,
    ),
)
EAST = (
    Street(name="Further Lane", city="East Hampton", zip="11937", numbers=(40, 290), notes=_LANE),
    Street(name="Egypt Lane", city="East Hampton", zip="11937", numbers=(20, 150), notes=_LANE),
    Street(name="Meadow Lane", city="Southampton", zip="11968", numbers=(300, 980), notes=_LANE),
    Street(
        name="First Neck Lane",
        city="Southampton",
        zip="11968",
        numbers=(80, 300),
        notes=_LANE,
    ),
    Street(name="Ocean Road", city="Bridgehampton", zip="11932", numbers=(200, 760), notes=_LANE),
    Street(name="Parsonage Lane", city="Sagaponack", zip="11962", numbers=(90, 480), notes=_LANE),
    Street(name="Madison Street", city="Sag Harbor", zip="11963", numbers=(40, 310), notes=_LANE),
    Street(name="Cobb Road", city="Water Mill", zip="11976", numbers=(100, 540), notes=_LANE),
    Street(
        name="Stephen Hands Path",
        city="Wainscott",
        zip="11975",
        numbers=(20, 260),
        notes=_LANE,
    ),
)
# Outer zones: each end there costs a distance fee.
FAR = (
    Street(
        name="Old Montauk Highway",
        city="Montauk",
        zip="11954",
        numbers=(200, 480),
        notes=_LANE,
    ),
    Street(name="Bluff Road", city="Amagansett", zip="11930", numbers=(40, 240), notes=_LANE),
    Street(
        name="Lake Avenue",
        city="Greenwich",
        state="CT",
        zip="06830",
        numbers=(100, 420),
        notes=_LANE,
    ),
    Street(
        name="Hudson Street",
        city="Hoboken",
        state="NJ",
        zip="07030",
        numbers=(600, 1200),
        units=_FLATS,
    ),
)


def draw_trip(rng: random.Random) -> tuple[OrderAddress, OrderAddress]:
    """Pickup and delivery: mostly out east, sometimes back, now and then farther."""
    city = _draw_address(rng, CITY)
    away = _draw_address(rng, FAR if rng.random() < 0.15 else EAST)
    return (city, away) if rng.random() < 0.68 else (away, city)


def _draw_address(rng: random.Random, streets: tuple[Street, ...]) -> OrderAddress:
    street = rng.choice(streets)
    tall = street.units == _FLATS
    return OrderAddress(
        street=f"{rng.randint(*street.numbers)} {street.name}",
        unit=rng.choice(street.units) if street.units else "",
        city=street.city,
        state=street.state,
        zip=street.zip,
        has_doorman=tall and rng.random() < 0.7,
        has_elevator=tall,
        access_notes=rng.choice(street.notes) if street.notes and rng.random() < 0.5 else "",
    )
