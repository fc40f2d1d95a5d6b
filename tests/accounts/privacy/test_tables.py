"""Every table and column is judged: shown to the customer, or not about them, with a reason."""

import pytest
from django.apps import apps

from accounts.privacy.holdings import Holding, keep
from accounts.privacy.tables import HOLDINGS
from accounts.privacy.tables.others import OTHERS

HELD = {holding.model._meta.label: holding for holding in HOLDINGS}


def test_every_table_is_judged() -> None:
    models = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    unjudged = sorted(models - set(HELD) - set(OTHERS))
    assert unjudged == [], (
        "What do these hold about a customer? Add a Holding in accounts/privacy/tables/ "
        "(export and erasure follow from it), or a reason in accounts/privacy/tables/others.py."
    )
    assert sorted((set(HELD) | set(OTHERS)) - models) == []
    assert sorted(set(HELD) & set(OTHERS)) == []


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda holding: holding.key)
def test_every_column_is_shown_or_hidden(holding: Holding) -> None:
    columns = {column.name for column in holding.model._meta.concrete_fields}
    shown = {holding.source(name).split("__")[0] for name in holding.shown}
    hidden = set(holding.hidden)
    assert sorted(columns - shown - hidden) == [], "Show it to the customer, or say it is hidden."
    assert sorted(hidden - columns) == []
    assert sorted(hidden & shown) == []
    assert set(holding.file_only) <= set(holding.shown)


def test_bookings_come_before_their_parts() -> None:
    order = [holding.key for holding in HOLDINGS]
    parts = [holding.key for holding in HOLDINGS if holding.booking]
    assert order[-len(parts) :] == parts
    assert order[-len(parts) - 1] == "bookings"


def test_history_and_money_are_never_touched() -> None:
    """DECISIONS.md, 14."""
    kept = {holding.key for holding in HOLDINGS if holding.erased is keep}
    assert kept == {
        "lines",
        "items",
        "events",
        "payments",
        "payment_attempts",
        "refunds",
        "documents",
    }
