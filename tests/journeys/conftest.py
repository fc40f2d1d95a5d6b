"""Browsers of the staff, as the tests of the back office have them."""

from tests.staff.conftest import signed_in

__all__ = ["signed_in"]
