"""What a page says of one thing, a line each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """One fact: its word and what it is. `note` stands below it, smaller; `href` makes a link."""

    label: str
    text: str
    note: str = ""
    href: str = ""
