"""What people typed never becomes a formula in somebody's spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totetaxi.lib.csv_cells import cell


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "|calc"]
)
def test_cell_defuses_what_begins_like_a_formula(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Claire", "118 East 93rd Street", "a=b", "", 12, -3, 0])
def test_cell_leaves_all_else_as_it_is(value):
    assert cell(value) == value


def test_cell_of_nothing_is_empty():
    assert cell(None) == ""


@given(st.text(max_size=20))
def test_cell_survives_a_file_and_begins_no_formula(text):
    file = io.StringIO(newline="")
    csv.writer(file).writerow([cell(text), "end"])
    file.seek(0)
    [read] = csv.reader(file)
    assert read == [cell(text), "end"]
    assert not read[0].lstrip().startswith(("=", "+", "-", "@"))
