"""How sums are spread over links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.services.link_amounts import SMALLEST_CENTS, plan_links, refit

LIMIT = 10_000_00
sums = st.integers(min_value=SMALLEST_CENTS, max_value=LIMIT)


@pytest.mark.parametrize(
    ("due", "planned"),
    [
        (99500, [99500]),
        (LIMIT, [LIMIT]),
        (LIMIT + 234500, [LIMIT, 234500]),
        (3 * LIMIT, [LIMIT, LIMIT, LIMIT]),
        (50, [50]),
        (LIMIT + 20, [LIMIT - 30, 50]),  # 20 cents are too little for a card
        (49, []),
        (0, []),
        (-100, []),
    ],
)
def test_sum_is_planned_in_as_few_links_as_the_limit_allows(due, planned):
    assert plan_links(due, LIMIT) == planned


@given(due=st.integers(min_value=SMALLEST_CENTS, max_value=20 * LIMIT))
def test_planned_links_ask_for_all_of_it_each_within_what_a_card_takes(due):
    planned = plan_links(due, LIMIT)
    assert sum(planned) == due
    assert all(SMALLEST_CENTS <= cents <= LIMIT for cents in planned)


@pytest.mark.parametrize(
    ("asked", "due", "fitted"),
    [
        ([99500], 109500, [109500]),
        ([99500], 85000, [85000]),
        ([400000, 400000, 400000], 1150000, [400000, 400000, 350000]),
        ([400000, 400000, 400000], 1250000, [400000, 400000, 450000]),
        ([400000, 400000], 300000, [300000, 0]),
        ([LIMIT, 234500], 2 * LIMIT + 100, [LIMIT, LIMIT]),  # $1.00 needs another link
        ([40000, 40000], 40020, [39970, 50]),
        ([60, 100], 90, [90, 0]),
        ([99500], 30, [0]),
        ([40000, 40000], 0, [0, 0]),
    ],
)
def test_links_follow_what_is_due_from_the_last_one(asked, due, fitted):
    assert refit(asked, due, LIMIT) == fitted


@given(asked=st.lists(sums, min_size=1, max_size=5), due=st.integers(0, 6 * LIMIT))
def test_links_never_ask_for_more_than_is_due_nor_for_less_than_they_can(asked, due):
    fitted = refit(asked, due, LIMIT)
    carried = sum(fitted)
    assert len(fitted) == len(asked)
    assert carried <= due
    assert carried == min(due, len(asked) * LIMIT) or due - carried < SMALLEST_CENTS
    assert all(not cents or SMALLEST_CENTS <= cents <= LIMIT for cents in fitted)
