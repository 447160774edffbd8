"""How a stage is judged: worked examples."""

from decimal import Decimal

import pytest

from shipments.rules.plans import Passed, judge, trend


def passed(**counts: int) -> Passed:
    return Passed(**{"waybills": 100, "timed": 100, "promised": 100} | counts)


@pytest.mark.parametrize(
    ("measure", "target", "counts", "tone"),
    [
        ("duration_hours", Decimal(24), {"within": 90}, "ok"),
        ("duration_hours", Decimal(24), {"within": 89}, "warn"),
        ("duration_hours", Decimal(24), {"within": 74}, "bad"),
        ("duration_hours", Decimal(24), {"within": 0, "timed": 9}, ""),  # too few waybills
        ("on_time_rate", Decimal("0.95"), {"on_time": 95}, "ok"),
        ("on_time_rate", Decimal("0.95"), {"on_time": 90}, "warn"),
        ("on_time_rate", Decimal("0.95"), {"on_time": 89}, "bad"),
        ("on_time_rate", Decimal("0.95"), {"on_time": 0, "promised": 0}, ""),
        ("exception_rate", Decimal("0.01"), {"exceptions": 1}, "ok"),
        ("exception_rate", Decimal("0.01"), {"exceptions": 2}, "warn"),
        ("exception_rate", Decimal("0.01"), {"exceptions": 3}, "bad"),
        ("", None, {"exceptions": 100}, ""),
    ],
)
def test_a_stage_is_judged_by_its_measure(measure, target, counts, tone):
    assert judge(measure, target, passed(**counts)) == tone


def test_a_trend_needs_enough_waybills_on_both_sides():
    now, before = passed(on_time=96), passed(on_time=90)
    assert trend("on_time_rate", now, before) == Decimal("0.06")
    assert trend("on_time_rate", now, passed(promised=9)) is None
