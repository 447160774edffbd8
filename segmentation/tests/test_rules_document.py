"""The rule set document: what is exported can be imported, and every mistake is named."""

import json
from copy import deepcopy
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.rules.sizes import TierCuts
from segmentation.ruleset import (
    DEFAULT_RULES,
    AbcRules,
    AlertRules,
    PublicationRules,
    Ruleset,
    RulesetError,
    dump_ruleset,
    load_ruleset,
    parse_ruleset,
)

DOCUMENT = {
    "abc": {
        "basis": "revenue",
        "a": "0.80",
        "b": "0.95",
        "head_a": "0.05",
        "head_b": "0.15",
        "head_minimum": 20,
    },
    "tiers": {"basis": "revenue", "large": "3000000.00", "medium": "250000.00"},
    "alerts": {"payment_due_stages": [-7, -3, 0, 1, 7, 15, 30, 45, 60, 90]},
    "publication": {"max_moved_share": "0.10", "max_moved_floor": 20},
    "rhythm": {
        "shortest_gap": 3,
        "fewest_gaps": 5,
        "unknown_gap": 30,
        "at_risk": 2,
        "dormant": 4,
        "dormant_days": 30,
        "lost_days": 180,
        "new_days": 30,
        "decay_amber": "0.70",
        "decay_red": "0.50",
        "decay_shipments": 12,
    },
    "serving": {
        "free_minutes": 30,
        "minute_rate": "1.00",
        "waiting_billed": False,
        "free_days": 3,
        "day_rate": "15.00",
        "storage_billed": True,
        "touch_cost": "60.00",
        "lane_shipments": 12,
    },
    "credit": {
        "watch_use": "0.80",
        "hold_use": "1.00",
        "stop_use": "1.20",
        "watch_days": 1,
        "hold_days": 16,
        "stop_days": 46,
        "least_overdue": "500.00",
        "margin": "0.05",
        "fresh_days": 7,
        "counts_orders": True,
    },
    "ladder": {
        "told_from": {"unit_head": 7, "branch": 30, "finance": 45, "group": 90},
        "tiers": {
            "risk": {
                "stages": None,
                "told_from": {"unit_head": 1, "branch": 15, "finance": 30, "group": 60},
            }
        },
    },
    "provision": {
        "not_due": "0.00",
        "d1_30": "0.01",
        "d31_60": "0.05",
        "d61_90": "0.10",
        "d91_180": "0.30",
        "d181_365": "0.50",
        "d365_plus": "1.00",
    },
    "value": {
        "least_customers": 200,
        "least_weeks": 26,
        "most_off": "0.20",
        "least_contracts": 50,
        "discount": "0.10",
    },
    "health": {
        "volume": "0.25",
        "payment": "0.20",
        "service": "0.20",
        "sentiment": "0.15",
        "engagement": "0.10",
        "network": "0.10",
        "least_known": "0.60",
        "red": "51",
        "yellow": "76",
        "heavy": "0.20",
        "poor": "30",
        "sentiment_days": 180,
    },
    "network": {"passed_on": "0.50", "hub": 200, "alarm": "0.30"},
    "hysteresis": {"share": "0.02", "amount": "0.10", "nights_up": 7, "nights_down": 30},
    "scores": {
        "current_revenue": "0.35",
        "current_contribution": "0.25",
        "current_volume": "0.20",
        "current_collection": "0.20",
        "potential_volume": "0.30",
        "potential_growth": "0.25",
        "potential_loyalty": "0.25",
        "potential_efficiency": "0.20",
        "grade_current": "0.60",
        "grade_potential": "0.40",
        "least_known": "0.60",
        "high": "70",
        "mid": "40",
        "overlay": "70",
    },
}
DOCUMENT["policies"] = {
    "large": {
        "call_days": 7,
        "visit_days": 30,
        "leader_days": 180,
        "review_days": 90,
        "survey_days": 90,
        "answer_hours": 2,
        "solution_days": 1,
        "callback_days": 1,
        "discount": "0.10",
        "credit_days": 60,
        "manager": "group",
        "first": True,
        "best": True,
        "favourable": True,
        "cost_share": None,
    },
    "medium": {
        "call_days": 14,
        "visit_days": 90,
        "leader_days": None,
        "review_days": 180,
        "survey_days": 180,
        "answer_hours": 4,
        "solution_days": 2,
        "callback_days": 2,
        "discount": "0.05",
        "credit_days": 45,
        "manager": "branch",
        "first": True,
        "best": False,
        "favourable": False,
        "cost_share": None,
    },
    "small": {
        "call_days": 30,
        "visit_days": None,
        "leader_days": None,
        "review_days": None,
        "survey_days": 365,
        "answer_hours": 8,
        "solution_days": 3,
        "callback_days": 3,
        "discount": "0.00",
        "credit_days": 30,
        "manager": "none",
        "first": False,
        "best": False,
        "favourable": False,
        "cost_share": "0.10",
    },
    "potential": {
        "call_days": 14,
        "visit_days": 90,
        "leader_days": None,
        "review_days": None,
        "survey_days": 180,
        "answer_hours": 8,
        "solution_days": 3,
        "callback_days": 3,
        "discount": "0.05",
        "credit_days": 30,
        "manager": "outlet",
        "first": False,
        "best": False,
        "favourable": True,
        "cost_share": None,
    },
    "prospect": {
        "call_days": 7,
        "visit_days": 90,
        "leader_days": None,
        "review_days": None,
        "survey_days": None,
        "answer_hours": 8,
        "solution_days": 3,
        "callback_days": 3,
        "discount": "0.05",
        "credit_days": 30,
        "manager": "outlet",
        "first": False,
        "best": False,
        "favourable": True,
        "cost_share": None,
    },
    "risk": {"credit_days": 30},
}
GONE = object()


def changed(path, value):
    """The default document with one value replaced or removed."""
    document = deepcopy(DOCUMENT)
    *sections, key = path.split(".")
    target = document
    for section in sections:
        target = target[section]
    if value is GONE:
        del target[key]
    else:
        target[key] = value
    return document


def problems(document):
    with pytest.raises(RulesetError) as caught:
        load_ruleset(document)
    return [str(problem) for problem in caught.value.problems]


def test_the_default_rules_as_a_document():
    assert dump_ruleset(DEFAULT_RULES) == DOCUMENT
    assert load_ruleset(DOCUMENT) == DEFAULT_RULES


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("scores.current_volume", "0.30",
         "scores.current_revenue makes 1.10 together with current_contribution, current_volume,"
         " current_collection; it must be 1"),
        ("scores.mid", "70", "scores.mid must be below scores.high (70)"),
        ("scores.overlay", "101", "scores.overlay must be at most 100"),
        ("hysteresis.nights_up", 0,
         "hysteresis.nights_up must be a whole number from 1 to 1000000000"),
    ],
)  # fmt: skip
def test_weights_are_parts_of_a_whole_and_marks_in_order(path, value, problem):
    assert problems(changed(path, value)) == [problem]


def test_changed_rules_are_read():
    document = changed("abc.a", "0.7")
    document["alerts"] = {"payment_due_stages": [0]}
    document["tiers"]["basis"] = "margin"
    rules = load_ruleset(document)
    assert rules.abc.a == Decimal("0.7")
    assert rules.alerts.payment_due_stages == (0,)
    assert rules.tiers.basis == "margin"


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("abc", GONE, "abc is missing"),
        ("abc", [], "abc must be an object"),
        ("abc.a", GONE, "abc.a is missing"),
        ("abc.c", "0.99", "abc.c is unknown; remove it"),
        ("debit", {}, "debit is unknown; remove it"),
        ("ladder.told_from.branch", GONE, "ladder.told_from.branch is missing"),
        (
            "ladder.tiers.risk.stages",
            [3, 1],
            "ladder.tiers.risk.stages[1] must be above the stage before it (3)",
        ),
        ("ladder.tiers.huge", {}, "ladder.tiers.huge is unknown; remove it"),
        ("policies.large", GONE, "policies.large is missing"),
        ("policies.risk.call_days", 7, "policies.risk.call_days is unknown; remove it"),
        ("policies.small.first", GONE, "policies.small.first is missing"),
        (
            "policies.small.call_days",
            None,
            "policies.small.call_days must be a whole number from 1 to 365",
        ),
        (
            "policies.large.answer_hours",
            2.5,
            "policies.large.answer_hours must be a whole number from 1 to 80",
        ),
        ("policies.large.discount", "1.1", "policies.large.discount must be at most 1"),
        (
            "policies.large.discount",
            "0.12345",
            "policies.large.discount must have at most four decimals",
        ),
        ("policies.large.first", "yes", "policies.large.first must be true or false"),
        (
            "policies.small.manager",
            "boss",
            "policies.small.manager must be one of group, branch, outlet, none",
        ),
        ("abc.basis", "profit", "abc.basis must be one of revenue, margin"),
        ("tiers.basis", ["revenue"], "tiers.basis must be one of revenue, margin"),
        ("abc.a", 0.8, 'abc.a must be a decimal number written as text, like "0.80"'),
        ("abc.a", "80 %", 'abc.a must be a decimal number written as text, like "0.80"'),
        ("abc.a", "-0.8", 'abc.a must be a decimal number written as text, like "0.80"'),
        ("abc.a", "0.80\n", 'abc.a must be a decimal number written as text, like "0.80"'),
        ("abc.a", "0", "abc.a must be above 0 and at most 1"),
        ("abc.b", "1.01", "abc.b must be above 0 and at most 1"),
        ("abc.a", "0.95", "abc.a must be below abc.b (0.95)"),
        ("abc.a", "0.96", "abc.a must be below abc.b (0.95)"),
        ("abc.head_b", "0.96", "abc.head_b makes more than 1 together with abc.head_a"),
        ("abc.head_minimum", 0, "abc.head_minimum must be a whole number from 1 to 1000000000"),
        ("abc.head_minimum", True, "abc.head_minimum must be a whole number from 1 to 1000000000"),
        ("credit.stop_use", "0.90", "credit.hold_use must be below credit.stop_use (0.90)"),
        ("credit.hold_use", "11", "credit.hold_use must be above 0 and at most 10"),
        ("tiers.large", "250000.00", "tiers.medium must be below tiers.large (250000.00)"),
        (
            "tiers.large",
            "3000000.005",
            "tiers.large must be an amount above 0 with at most two decimals",
        ),
        (
            "tiers.medium",
            "0.00",
            "tiers.medium must be an amount above 0 with at most two decimals",
        ),
        (
            "alerts.payment_due_stages",
            [],
            "alerts.payment_due_stages must be a list of at least one number of days",
        ),
        (
            "alerts.payment_due_stages",
            "0, 7",
            "alerts.payment_due_stages must be a list of at least one number of days",
        ),
        (
            "alerts.payment_due_stages",
            [0, 7, 7],
            "alerts.payment_due_stages[2] must be above the stage before it (7)",
        ),
        (
            "alerts.payment_due_stages",
            [0, 1.5],
            "alerts.payment_due_stages[1] must be a whole number from -365 to 3650",
        ),
        (
            "alerts.payment_due_stages",
            [-366],
            "alerts.payment_due_stages[0] must be a whole number from -365 to 3650",
        ),
        (
            "publication.max_moved_share",
            "2",
            "publication.max_moved_share must be above 0 and at most 1",
        ),
        (
            "publication.max_moved_floor",
            -1,
            "publication.max_moved_floor must be a whole number from 0 to 1000000000",
        ),
        ("rhythm.at_risk", 4, "rhythm.at_risk must be below rhythm.dormant (4)"),
        ("serving.waiting_billed", 1, "serving.waiting_billed must be true or false"),
    ],
)
def test_a_mistake_is_named_with_its_place(path, value, expected):
    assert problems(changed(path, value)) == [expected]


def test_a_document_from_before_a_section_was_a_rule_means_what_is_delivered():
    document = {name: DOCUMENT[name] for name in ("abc", "tiers", "alerts", "publication")}
    assert load_ruleset(document) == DEFAULT_RULES


def test_heads_may_all_be_a_or_b():
    assert load_ruleset(changed("abc.head_b", "0.95")).abc.head_b == Decimal("0.95")


@pytest.mark.parametrize("document", [None, [], "abc", 5])
def test_the_document_is_an_object(document):
    assert problems(document)[0] == "$ must be an object"


def test_all_mistakes_are_named_at_once():
    document = changed("abc.a", "0.99")
    del document["publication"]
    document["tiers"]["medium"] = 5
    document["alerts"]["payment_due_stages"] = [3, 1]
    assert problems(document) == [
        "publication is missing",
        "abc.a must be below abc.b (0.95)",
        'tiers.medium must be a decimal number written as text, like "0.80"',
        "alerts.payment_due_stages[1] must be above the stage before it (3)",
    ]
    with pytest.raises(
        RulesetError, match="The rule set is not valid: publication is missing; abc"
    ):
        load_ruleset(document)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "$ is no JSON (line 1, column 1)"),
        ('{"abc":\n }', "$ is no JSON (line 2, column 2)"),
        ('{"abc": {"a": "0.1", "a": "0.2"}}', "$ has the key a twice"),
        ('{"abc": NaN}', "$ holds NaN, which is no number"),
    ],
)
def test_a_text_that_is_no_such_document(text, expected):
    with pytest.raises(RulesetError) as caught:
        parse_ruleset(text)
    assert [str(problem) for problem in caught.value.problems] == [expected]


shares = st.decimals(Decimal("0.0001"), Decimal("0.4999"), places=4)
amounts = st.decimals(Decimal("0.01"), Decimal("999999.99"), places=2)
bases = st.sampled_from(["revenue", "margin"])
rulesets = st.builds(
    Ruleset,
    abc=st.builds(
        lambda basis, a, more, heads, minimum: AbcRules(basis, a, a + more, *heads, minimum),
        bases,
        shares,
        shares,
        st.tuples(shares, shares),
        st.integers(1, 500),
    ),
    tiers=st.builds(
        lambda low, more, basis: TierCuts(low + more, low, basis), amounts, amounts, bases
    ),
    alerts=st.builds(
        AlertRules,
        st.sets(st.integers(-365, 3650), min_size=1).map(lambda each: tuple(sorted(each))),
    ),
    publication=st.builds(PublicationRules, shares, st.integers(0, 10**9)),
)


@given(rulesets)
def test_what_is_exported_is_imported_unchanged(rules):
    text = json.dumps(dump_ruleset(rules))
    assert parse_ruleset(text) == rules
    assert dump_ruleset(parse_ruleset(text)) == dump_ruleset(rules)
