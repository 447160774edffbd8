"""What people type into a form."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from core.form_fields import DayField, PercentField


@pytest.mark.parametrize("typed", ["1799-12-31", "2200-01-01", "0001-01-01", "9999-12-31"])
def test_a_day_lies_in_a_year_that_tables_take_as_well(typed: str):
    with pytest.raises(ValidationError, match="Choose a year from 1800 to 2199"):
        DayField().clean(typed)
    assert DayField().clean("1800-01-01") == dt.date(1800, 1, 1)
    assert DayField().clean("2199-12-31") == dt.date(2199, 12, 31)
    assert DayField(required=False).clean("") is None


def test_a_share_is_typed_in_per_cent_and_is_a_fraction():
    field = PercentField(most=Decimal(1), places=2)
    assert field.clean("98.25") == Decimal("0.9825")
    assert field.prepare_value(Decimal("0.982500")) == "98.25"
    for typed in ("1e99999999", "sNaN", "NaN", "-Infinity", "x"):
        with pytest.raises(ValidationError, match="Enter a number"):
            field.clean(typed)
    for typed in ("100.01", "1e9999"):
        with pytest.raises(ValidationError, match="At most 100%"):
            field.clean(typed)
