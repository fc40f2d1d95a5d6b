"""Cells of CSV files that no spreadsheet takes for formulas."""

from typing import Any

# A spreadsheet computes what begins with one of these (OWASP, "CSV Injection").
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠")


def cell(value: Any) -> Any:
    """A value for a cell: text that could be a formula gets an apostrophe before it.

    Numbers stay numbers; None is an empty cell.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    return f"'{value}" if value.lstrip(" \u00a0").startswith(_BEGINS_FORMULA) else value
