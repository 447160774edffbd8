"""What people type into a form."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from core.form_fields import DayField


@pytest.mark.parametrize("typed", ["1799-12-31", "2200-01-01", "0001-01-01", "9999-12-31"])
def test_a_day_lies_in_a_year_that_tables_take_as_well(typed: str):
    with pytest.raises(ValidationError, match="Choose a year from 1800 to 2199"):
        DayField().clean(typed)
    assert DayField().clean("1800-01-01") == dt.date(1800, 1, 1)
    assert DayField().clean("2199-12-31") == dt.date(2199, 12, 31)
    assert DayField(required=False).clean("") is None
