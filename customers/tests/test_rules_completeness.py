"""How complete a file is against what is asked for (02 §1.3)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules.completeness import (
    ITEMS,
    SECTION_OF,
    SECTIONS,
    completeness,
    is_stale,
    kind_of_file,
)

DAY = dt.date(2026, 11, 28)
_SUBSETS = st.sets(st.sampled_from(ITEMS))


def test_what_is_asked_for_and_there_counts_and_nothing_else():
    found = completeness(["uscc", "city", "contact"], ["uscc", "industry"], [])
    assert (found.score, found.missing, found.stale) == (33, ("city", "contact"), ())
    assert [(part.section, part.asked, part.there) for part in found.parts] == [
        ("identity", 1, 1), ("place", 1, 0), ("people", 1, 0),
    ]  # fmt: skip


def test_a_section_that_is_too_old_counts_as_missing():
    asked, stale = ["uscc", "founded_on", "city"], ["identity", "logistics"]
    found = completeness(asked, ["uscc", "city"], stale)
    assert (found.score, found.missing, found.stale) == (33, ("founded_on",), ("identity",))


def test_where_nothing_is_asked_for_nothing_is_missing():
    assert completeness([], [], ["identity"]).score == 100


@pytest.mark.parametrize(("age", "stale"), [(0, False), (180, False), (181, True)])
def test_facts_grow_old_after_the_last_day_allowed(age, stale):
    assert is_stale(DAY - dt.timedelta(age), DAY, 180) is stale


@pytest.mark.parametrize(
    ("tier", "size", "status", "kind"),
    [
        ("large", "large", "active", "large"),
        ("risk", "large", "active", "large"),
        ("potential", "small", "active", "potential"),
        ("", "", "prospect", "potential"),
        ("", "", "active", "small"),
        ("medium", "medium", "prospect", "medium"),
    ],
)
def test_risk_counts_by_its_size_and_prospects_have_their_own(tier, size, status, kind):
    assert kind_of_file(tier=tier, size=size, status=status) == kind


@given(_SUBSETS, _SUBSETS, st.sampled_from(ITEMS), st.sets(st.sampled_from(SECTIONS)))
def test_learning_more_never_lowers_the_score(asked, there, item, stale):
    before = completeness(asked, there, stale)
    after = completeness(asked, there | {item}, stale)
    assert 0 <= before.score <= after.score <= 100
    if SECTION_OF[item] not in stale:
        assert item not in after.missing
    assert completeness(asked, set(ITEMS), []).score == 100
