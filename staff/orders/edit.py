"""One section of a booking being edited: what was typed, what is wrong, what it would do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from booking.catalogue.snapshot import Snapshot, get_snapshot
from booking.changes import ChangeSet, Wish, compute_change_set
from booking.models import Booking
from booking.pricing.engine import quote_partial
from booking.pricing.types import Allowances, PartialQuote, Refused
from booking.services.order import stored_request
from booking.wizard.answers import SPECIALTY
from booking.wizard.choices import sold_specialty
from payments.money import MoneyState, money_state
from staff.orders.sections import Section
from staff.orders.values import Values, names_in, saved_values
from staff.orders.wishes import section_form, section_wish

# Where a refusal of the request's key is told. What has no field here is told above all fields.
FIELD_OF_KEY = {"service": "choice", "package": "choice"}


@dataclass(kw_only=True)
class Edit:
    """A section of a booking with what was typed, as of `now`.

    `saved` are all fields of the booking as it is. `wish` None: nothing is wished yet, because
    nothing differs or something is wrong; without `errors` and `general` it is the former.
    """

    booking: Booking
    section: Section
    saved: Values
    values: Values
    money: MoneyState
    snapshot: Snapshot
    allowances: Allowances
    now: datetime
    wish: Wish | None = None
    change_set: ChangeSet | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)
    general: list[str] = field(default_factory=list)

    @property
    def is_wrong(self) -> bool:
        """Whether it cannot be saved as it was typed."""
        return bool(self.errors or self.general)

    @property
    def has_account(self) -> bool:
        """Whether the contact is an account's."""
        return self.booking.customer_id is not None

    def tell(self, refusals: dict[str, list[str]]) -> None:
        """Put refusals of a change where they belong: at their fields, or above all of them."""
        names = names_in(self.section.key, self.values)
        counts = [name for name in self.values if name.startswith(SPECIALTY)]
        for key, sentences in refusals.items():
            name = FIELD_OF_KEY.get(key, key)
            if key == "specialty" and self.section.key == "what" and counts:
                name = counts[0]
            if name in names:
                self.errors.setdefault(name, []).extend(sentences)
            else:
                self.general += sentences


def open_edit(booking: Booking, section: Section, *, allowances: Allowances, now: datetime) -> Edit:
    """A section as it is saved. Raises ValueError where the booking's request cannot be read."""
    snapshot = get_snapshot()
    saved = saved_values(booking, snapshot)
    names = names_in(section.key, saved)
    return Edit(
        booking=booking,
        section=section,
        saved=saved,
        values={name: text for name, text in saved.items() if name in names},
        money=money_state(booking),
        snapshot=snapshot,
        allowances=allowances,
        now=now,
    )


def work_out(edit: Edit, values: Values) -> Edit:
    """The same section with what was typed: its errors, or what saving it would do."""
    edit = replace(edit, values=values, errors={}, general=[], wish=None, change_set=None)
    form = section_form(
        edit.section.key,
        values,
        price=_price(edit),
        specialty=sold_specialty(edit.snapshot.book),
        has_account=edit.has_account,
    )
    if not form.is_valid():
        edit.tell({name: [str(text) for text in texts] for name, texts in form.errors.items()})
        return edit
    wish = section_wish(edit.section.key, edit.booking, form.cleaned_data, values)
    return edit if wish is None else work_out_wish(edit, wish)


def work_out_wish(edit: Edit, wish: Wish) -> Edit:
    """What a wish would do, or why it cannot be."""
    change_set = compute_change_set(
        edit.booking,
        wish,
        money=edit.money,
        now=edit.now,
        snapshot=edit.snapshot,
        allowances=edit.allowances,
    )
    if change_set.is_possible:
        return replace(edit, wish=wish, change_set=change_set)
    edit.tell(change_set.refusals)
    return edit


def _price(edit: Edit) -> PartialQuote:
    """A price that refuses nothing: what the rules say is told by the change as a whole, which
    knows what was agreed before.
    """
    quoted = quote_partial(stored_request(edit.booking), edit.snapshot.book, edit.now)
    return replace(quoted, refused=Refused(()), missing=frozenset())
