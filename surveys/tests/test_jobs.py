"""Scores of a night: the examples of A1-A14 through import and SQL, cuts, dates, row security."""

import datetime as dt
import random
from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection

from conftest import as_role
from core.context import acting
from core.models import Version
from core.tables.errors import TableError
from core.tables.write import ExportRequest, iter_csv
from core.versions import open_partitions
from surveys.exports import SURVEY_SCORES
from surveys.jobs import write_scores
from surveys.models import Score
from surveys.rules import metrics, scales
from surveys.tests.make import answers, import_answers, scores
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 31)
AGREEMENT = {1: 2, 2: 3, 3: 5, 4: 10, 5: 20, 6: 35, 7: 25}


def shown(score: Score) -> tuple[str | None, ...]:
    """Value and interval as exported."""
    write = SURVEY_SCORES.columns[4].type.write
    return tuple(None if v is None else write(v) for v in (score.value, score.low, score.high))


@pytest.mark.parametrize(
    ("question", "given", "metric", "expected"),
    [
        ("csat5", {1: 2, 2: 3, 3: 10, 4: 20, 5: 15}, "csat", (50, "0.700000", None, None)),
        ("csat4", {4: 6, 3: 8, 2: 7, 1: 3}, "csat", (24, "0.583333", "0.388347", "0.755324")),
        ("csat10", {1: 10}, "csat", (10, "0.000000", "0.000000", "0.277533")),
        ("csat3", {3: 10}, "csat", (10, "1.000000", "0.722467", "1.000000")),
        ("nps", {9: 20, 10: 6, 8: 16, 6: 8}, "nps", (50, "36.000000", "13.915304", "54.009225")),
        ("nps", {7: 4}, "nps", (4, "0.000000", "-34.292155", "34.292155")),
        ("nps5", {1: 2, 2: 3, 3: 10, 4: 20, 5: 15}, "nps5", (50, "60.000000", None, None)),
        ("ces5", {1: 20, 2: 30, 3: 25, 4: 15, 5: 10}, "ces", (100, "2.650000", None, None)),
        (
            "ces7",
            AGREEMENT,
            "ces",
            (100, "0.800000", None, None),
        ),
    ],
)
def test_examples(cast, tmp_path, question, given, metric, expected):
    n, value, low, high = expected
    import_answers(tmp_path, *answers(cast.acme, question, given))
    score = scores(DAY)[metric, "all"]
    assert score.n == n
    assert shown(score)[0] == value
    if low is not None:
        assert abs(Decimal(shown(score)[1]) - Decimal(low)) <= Decimal("0.0001")
        assert abs(Decimal(shown(score)[2]) - Decimal(high)) <= Decimal("0.0001")


def test_five_who_declined_change_nothing(cast: Cast, tmp_path):
    given = list(answers(cast.acme, "csat5", {4: 2, 1: 1}))
    declined = [f"D{n},S,ACME,user,2026-03-01,csat5,," for n in range(5)]
    import_answers(tmp_path, *given, *declined)
    score = scores(DAY)["csat", "all"]
    assert (score.n, shown(score)[0]) == (3, "0.666667")


def test_nobody_answered_is_null_and_no_zero(cast: Cast, tmp_path):
    import_answers(tmp_path, "D,S,ACME,user,2026-03-01,csat4,,")
    score = scores(DAY)["csat", "all"]
    assert (score.n, score.value, score.low, score.high) == (0, None, None, None)


def test_cuts_by_unit_region_and_role_each_count_their_own(cast: Cast, tmp_path):
    cast.wolf.province = "浙江"
    cast.wolf.save(update_fields=["province"])
    import_answers(
        tmp_path,
        *answers(cast.acme, "csat5", {5: 3}),
        *answers(cast.wolf, "csat5", {1: 1}),
        "X,S,BOLT,executive,2026-03-01,csat5,1,",
    )
    found = {name: (score.n, shown(score)[0]) for (_, name), score in scores(DAY).items()}
    assert found == {
        "all": (5, "0.600000"),
        "unit:HQ": (5, "0.600000"),
        "unit:EAST": (4, "0.750000"),
        "unit:EAST-1": (4, "0.750000"),
        "unit:WEST": (1, "0.000000"),
        "unit:WEST-1": (1, "0.000000"),
        "region:浙江": (1, "0.000000"),
        "role:user": (4, "0.750000"),
        "role:executive": (1, "0.000000"),
    }


def test_cuts_by_tier_and_class_are_those_of_the_same_night(cast: Cast, tmp_path):
    cast.acme.tier = "small"  # of the night before
    cast.acme.save(update_fields=["tier"])
    import_answers(tmp_path, *answers(cast.acme, "csat5", {5: 1}))
    version = Version.objects.create(business_date=DAY).pk
    open_partitions(version)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO segmentation_classification VALUES (%s, %s, 1, 0, 1, 'A', '', 'large',"
            " 'risk', true, false, '[]')",
            [version, cast.acme.pk],
        )
    write_scores(DAY, version)
    slices = set(Score.objects.filter(version=version).values_list("slice", flat=True))
    assert {"tier:risk", "abc:A"} <= slices
    assert "tier:small" not in slices


def test_answers_count_by_their_date_in_shanghai(cast: Cast, tmp_path):
    line = "{no},S,ACME,user,{at},csat5,{value},"
    import_answers(
        tmp_path,
        line.format(no="in", at="2026-03-31T15:59:59+00:00", value=5),
        line.format(no="out", at="2026-03-31T16:00:00+00:00", value=1),
    )
    assert scores(DAY)["csat", "all"].n == 1
    assert scores(dt.date(2026, 4, 1))["csat", "all"].n == 2
    assert scores(dt.date(2025, 12, 31)) == {}


def test_with_two_scales_of_one_kind_the_overall_one_gives_the_name(cast: Cast, tmp_path):
    import_answers(
        tmp_path,
        *answers(cast.acme, "csat5", {5: 1}),
        *answers(cast.bolt, "csat10", {1: 2}),
        "C,S,ACME,user,2026-03-01,comment,,words",
    )
    found = {key: score.n for key, score in scores(DAY).items()}
    assert (found["csat", "all"], found["item:csat10", "all"]) == (1, 2)
    assert found["item:csat10", "unit:HQ"] == 2
    assert not any("comment" in metric for metric, _ in found)


def test_a_day_computed_twice_gives_the_same_scores(cast: Cast, tmp_path):
    import_answers(tmp_path, *answers(cast.acme, "csat5", {5: 3, 2: 1}))
    first, second = scores(DAY), scores(DAY)
    assert {k: (s.n, shown(s)) for k, s in first.items()} == {
        k: (s.n, shown(s)) for k, s in second.items()
    }


def test_sql_counts_equal_a_plain_count_of_random_answers(cast: Cast, tmp_path):
    chance = random.Random(14)
    people = [cast.acme, cast.bolt, cast.wolf]
    people += [make_customer(f"N{n}", chance.choice([cast.east, cast.west])) for n in range(5)]
    given, lines = [], []
    for number in range(300):
        customer = chance.choice(people)
        question = chance.choice(["csat5", "nps", "ces7"])
        value = chance.choice([*scales.SCALES[question].points, ""])
        day = DAY + dt.timedelta(days=chance.randint(-300, 3))
        given.append((customer, question, value, day))
        lines.append(f"{number},S,{customer.code},staff,{day} 00:00,{question},{value},")
    import_answers(tmp_path, *lines)
    found = scores(DAY)
    branch = {cast.acme.pk, cast.bolt.pk} | {p.pk for p in people[3:] if p.org_unit == cast.east}
    for name, keep in [("all", {p.pk for p in people}), ("unit:EAST", branch)]:
        for question, metric in [("csat5", "csat"), ("nps", "nps"), ("ces7", "ces")]:
            counts = Counter(
                value
                for customer, asked, value, day in given
                if customer.pk in keep and asked == question and value != "" and day <= DAY
            )
            expected = metrics.score(scales.SCALES[question], counts)
            score = found[metric, name]
            assert (score.n, score.value, score.low, score.high) == (
                expected.n,
                expected.value,
                expected.low,
                expected.high,
            )


def test_the_export_is_of_the_published_night_and_says_which_exist(cast: Cast, tmp_path):
    import_answers(tmp_path, *answers(cast.acme, "csat5", {5: 3, 2: 1}))
    with pytest.raises(TableError, match="no night"):
        SURVEY_SCORES.rows(ExportRequest())
    scores(DAY)
    Version.objects.update(status="published", is_current=True)
    text = "".join(iter_csv(SURVEY_SCORES.columns, SURVEY_SCORES.rows(ExportRequest(as_of=DAY))))
    assert text.splitlines()[:2] == [
        "survey,metric,slice,n,value,low,high",
        "S,csat,all,4,0.750000,0.300642,0.954413",
    ]
    with pytest.raises(TableError, match="2026-03-31"):
        SURVEY_SCORES.rows(ExportRequest(as_of=dt.date(2026, 3, 30)))


def test_a_branch_reads_its_own_units_cuts_and_only_the_group_reads_all(cast: Cast, tmp_path):
    import_answers(
        tmp_path, *answers(cast.acme, "csat5", {5: 3}), *answers(cast.wolf, "nps", {9: 1})
    )
    scores(DAY)

    def slices(user):
        with acting(user_id=user.pk, actor="x"), as_role("crm_app"):
            return set(Score.objects.values_list("slice", flat=True))

    assert slices(cast.bruno) == {"unit:EAST", "unit:EAST-1"}
    assert slices(cast.alice) == set()
    assert {"all", "unit:WEST"} <= slices(cast.greta)
