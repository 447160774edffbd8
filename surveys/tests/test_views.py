"""Survey results as people see them: whose answers, small samples, groups, trend, words."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import Version
from core.versions import open_partitions, seal_partitions
from customers.models import Customer
from surveys.jobs import write_scores
from surveys.models import Survey
from surveys.tests.make import HEADER, import_answers
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 31)
HTMX = {"HTTP_HX_REQUEST": "true"}


def night(day: dt.date = DAY) -> None:
    """The scores of a night, published."""
    Version.objects.filter(is_current=True).update(is_current=False)
    version = Version.objects.create(business_date=day)
    open_partitions(version.pk)
    write_scores(day, version.pk)
    seal_partitions(version.pk)
    Version.objects.filter(pk=version.pk).update(status="published", is_current=True)


class Answers:
    """Lines of a file of answers."""

    def __init__(self, folder) -> None:
        self.folder, self.lines, self.nights = folder, [], 0

    def say(self, customer: Customer, survey: str, day: str, role: str = "user", **given) -> None:
        """One response; `given` are answers by question, `comment` words."""
        number = f"R{len(self.lines)}"
        for question, value in given.items():
            said = f",{value}" if question == "comment" else f"{value},"
            head = f"{number},{survey},{customer.code},{role},{day} 12:00"
            self.lines.append(f"{head},{question},{said}")

    def publish(self, **names: str) -> None:
        """Take them in and compute the night."""
        import_answers(self.folder, *self.lines, header=HEADER)
        for code, name in names.items():
            Survey.objects.filter(code=code).update(name=name)
        night(DAY + self.nights * dt.timedelta(days=1))
        self.nights += 1


@pytest.fixture
def answers(tmp_path) -> Answers:
    return Answers(tmp_path)


def page(client: Client, user, path: str, **headers) -> str:
    client.force_login(user)
    response = client.get(path, **headers)
    assert response.status_code == 200, response.status_code
    return " ".join(response.content.decode().split())


def many(answers: Answers, customer: Customer, good: int, bad: int, **parts) -> None:
    """So many promoters and detractors at one customer."""
    options = {"survey": "W1", "day": "2026-03-01", "role": "user"} | parts
    for _ in range(good):
        answers.say(customer, options["survey"], options["day"], options["role"], nps=10)
    for _ in range(bad):
        answers.say(customer, options["survey"], options["day"], options["role"], nps=2)


def test_before_the_first_night_the_list_says_what_will_come(cast: Cast, client: Client):
    assert "No survey answers yet" in page(client, cast.greta, "/surveys/")


def test_everybody_reads_the_score_of_what_they_may_see(cast: Cast, client: Client, answers):
    many(answers, cast.acme, good=8, bad=2)  # Alice's, of the branch EAST
    many(answers, cast.bolt, good=5, bad=5)  # Bob's, of the branch EAST
    many(answers, cast.wolf, good=0, bad=10)  # of the branch WEST
    answers.publish(W1="Spring survey")
    scores = {
        cast.greta: "−13.3",
        cast.bruno: "+30.0",
        cast.alice: "+60.0",
        cast.bob: "0.0",
        cast.wendy: "−100.0",
    }
    for person, score in scores.items():
        html = page(client, person, "/surveys/W1/")
        assert f'<p class="big">{score}</p>' in html, person
        assert "Spring survey" in html


def test_a_survey_nobody_of_ones_own_answered_is_not_there(cast: Cast, client: Client, answers):
    many(answers, cast.wolf, good=3, bad=3)
    answers.publish()
    client.force_login(cast.alice)
    unseen, unknown = client.get("/surveys/W1/"), client.get("/surveys/none/")
    assert unseen.status_code == unknown.status_code == 404
    assert "No survey answers yet" in page(client, cast.alice, "/surveys/")


def test_the_interval_and_the_mix_stand_beside_the_score(cast: Cast, client: Client, answers):
    many(answers, cast.acme, good=26, bad=8)
    for _ in range(16):
        answers.say(cast.acme, "W1", "2026-03-01", nps=7)
    answers.publish()
    html = page(client, cast.greta, "/surveys/W1/")
    assert "95 % interval +13.9 to +54.0" in html
    assert "n = 50" in html
    for word, share in (
        ("Promoters", "52% (26)"),
        ("Passives", "32% (16)"),
        ("Detractors", "16% (8)"),
    ):
        assert f"</i>{word}</dt><dd>{share}</dd>" in html


@pytest.mark.parametrize("person", ["greta", "alice"])
def test_four_answers_are_hidden_and_five_are_marked(cast: Cast, client, answers, person):
    many(answers, cast.acme, good=4, bad=0)
    many(answers, cast.acme, good=5, bad=0, survey="W2")
    answers.publish()
    few = page(client, getattr(cast, person), "/surveys/W1/")
    assert "Fewer than five people answered" in few
    assert 'class="big"' not in few
    assert '<th scope="row">2026-03 n = 4</th><td class="r">—</td>' in few
    enough = page(client, getattr(cast, person), "/surveys/W2/")
    assert '<p class="big">+100.0</p>' in enough
    assert "few answers" in enough


@pytest.mark.parametrize("person", ["greta", "alice"])
def test_a_small_group_is_hidden_with_the_next_smallest(cast: Cast, client, answers, person):
    for role, good in (("user", 9), ("decider", 4), ("finance", 7)):
        many(answers, cast.acme, good=good, bad=0, role=role)
    answers.publish()
    html = page(client, getattr(cast, person), "/surveys/W1/")
    groups = html.split("By group")[1].split("</section>")[0]
    assert groups.count("hidden: few answers") == 2
    shown = groups.split("User of the service")[1].split("</tr>")[0]
    assert "+100.0" in shown
    assert "+100.0" not in groups.split("Decider")[1].split("</tr>")[0]
    assert "+100.0" not in groups.split("Finance")[1].split("</tr>")[0]


def test_a_head_sees_the_units_below(cast: Cast, client: Client, answers):
    many(answers, cast.acme, good=6, bad=0)
    many(answers, cast.wolf, good=0, bad=6)
    answers.publish()
    groups = page(client, cast.greta, "/surveys/W1/").split("By group")[1].split("</section>")[0]
    assert "+100.0" in groups.split("Unit EAST")[1].split("</tr>")[0]
    assert "−100.0" in groups.split("Unit WEST")[1].split("</tr>")[0]
    assert "WEST" not in page(client, cast.bruno, "/surveys/W1/")


def test_the_change_since_the_survey_before_says_whether_it_is_more_than_chance(
    cast: Cast, client: Client, answers
):
    for survey, day, (good, bad, none) in (
        ("W1", "2025-06-01", (26, 8, 16)),
        ("W2", "2025-12-01", (34, 20, 26)),
        ("W3", "2026-03-01", (70, 5, 5)),
    ):
        many(answers, cast.acme, good=good, bad=bad, survey=survey, day=day)
        for _ in range(none):
            answers.say(cast.acme, survey, day, nps=8)
    answers.publish()
    first, second, third = (page(client, cast.alice, f"/surveys/W{n}/") for n in (1, 2, 3))
    assert "nothing to compare with" in first
    assert "−18.5 since the survey before: no clear change" in second
    assert "+63.8 since the survey before: a clear change" in third
    for label, value in (("2025-06 n = 50", "+36.0"), ("2025-12 n = 80", "+17.5")):
        assert f'<th scope="row">{label}</th><td class="r">{value}</td>' in third


def test_an_only_survey_is_shown_by_month(cast: Cast, client: Client, answers):
    many(answers, cast.acme, good=5, bad=5, day="2026-02-10")
    many(answers, cast.acme, good=10, bad=0, day="2026-03-10")
    answers.publish()
    html = page(client, cast.greta, "/surveys/W1/")
    assert '<th scope="row">2026-02 n = 10</th><td class="r">0.0</td>' in html
    assert '<th scope="row">2026-03 n = 10</th><td class="r">+100.0</td>' in html


def test_scales_are_never_mixed(cast: Cast, client: Client, answers):
    for _ in range(6):
        answers.say(cast.acme, "W1", "2025-06-01", csat4=4)
        answers.say(cast.acme, "W2", "2026-03-01", csat5=5)
    answers.publish()
    html = page(client, cast.greta, "/surveys/W2/")
    assert "nothing to compare with" in html
    assert "100.0%" in html
    assert "2025-06" not in html


def test_the_measure_can_be_switched_alone(cast: Cast, client: Client, answers):
    for effort in (1, 2, 2, 3, 5, 5):
        answers.say(cast.acme, "W1", "2026-03-01", nps=9, csat5=4, ces5=effort)
    answers.publish()
    html = page(client, cast.greta, "/surveys/W1/?measure=ces", **HTMX)
    assert html.startswith('<div class="smain" id="measured">')
    assert '<p class="big">3.00</p>' in html
    assert "low is easy" in html


def test_satisfaction_says_both_not_satisfied_and_dissatisfied(cast: Cast, client, answers):
    for value, times in {1: 2, 2: 3, 3: 10, 4: 20, 5: 15}.items():
        for _ in range(times):
            answers.say(cast.acme, "W1", "2026-03-01", csat5=value)
    answers.publish()
    html = page(client, cast.greta, "/surveys/W1/")
    assert '<p class="big">70.0%</p>' in html
    assert "</i>Dissatisfied</dt><dd>10% (5)</dd>" in html
    assert "<dt>Not satisfied, neutral included</dt><dd>30.0%</dd>" in html
    assert "<dt>Mean</dt><dd>3.86</dd>" in html
    assert "<dt>Index, 0 to 100</dt><dd>71.5</dd>" in html


def test_effort_says_which_way_is_good(cast: Cast, client: Client, answers):
    for value, times in {1: 20, 2: 30, 3: 25, 4: 15, 5: 10}.items():
        for _ in range(times):
            answers.say(cast.acme, "W1", "2026-03-01", ces5=value)
    answers.publish()
    html = page(client, cast.greta, "/surveys/W1/")
    assert '<p class="big">2.65</p>' in html
    assert "</i>Easy</dt><dd>50% (50)</dd>" in html
    assert "</i>Hard</dt><dd>25% (25)</dd>" in html
    assert "<dt>Easy less hard, in points</dt><dd>+25.0</dd>" in html
    assert "<dt>Index, 0 to 100</dt><dd>58.8</dd>" in html


def test_a_survey_with_more_questions_lists_them_all(cast: Cast, client: Client, answers):
    for _ in range(6):
        answers.say(cast.acme, "W1", "2026-03-01", csat5=5, csat4=1)
    answers.publish()
    html = page(client, cast.greta, "/surveys/W1/")
    questions = html.split("All questions</h2>")[1]
    assert "100.0%" in questions.split("Satisfaction (1–5)</th>")[1].split("</tr>")[0]
    assert "0.0%" in questions.split("Satisfaction (1–4)</th>")[1].split("</tr>")[0]


def test_expected_and_found_are_compared_over_complete_pairs(cast: Cast, client, answers):
    for _ in range(5):
        answers.say(cast.acme, "W1", "2026-03-01", nps=9, rater_r1_e=7, rater_r1_p=5)
    answers.say(cast.acme, "W1", "2026-03-01", nps=9, rater_r1_e=1)  # a pair without its other side
    answers.publish()
    for person in (cast.greta, cast.alice):
        html = page(client, person, "/surveys/W1/")
        gaps = html.split("Gaps</h2>")[1]
        row = gaps.split("Reliability</th>")[1].split("</tr>")[0]
        assert ">5.00<" in row
        assert ">7.00<" in row
        assert "−2.00" in row
        assert "furthest below: Reliability" in html


def test_words_come_low_scores_first_and_lead_to_the_customer(cast: Cast, client, answers):
    answers.say(cast.acme, "W1", "2026-03-01", "decider", nps=3, comment="Three days late")
    answers.say(cast.acme, "W1", "2026-03-02", nps=10, comment="Always friendly")
    answers.say(cast.wolf, "W1", "2026-03-03", nps=0, comment="Not for EAST to read")
    answers.publish()
    low = page(client, cast.bruno, "/surveys/W1/")
    assert "Three days late" in low
    assert f'href="/customers/{cast.acme.pk}/"' in low
    assert "Always friendly" not in low
    everything = page(client, cast.bruno, "/surveys/W1/?tone=all", **HTMX)
    assert everything.startswith('<section class="card" id="words">')
    assert everything.index("Always friendly") < everything.index("Three days late")
    assert "Not for EAST to read" not in everything


def test_more_words_come_behind_the_last(cast: Cast, client: Client, answers):
    for number in range(25):
        answers.say(cast.acme, "W1", f"2026-03-{number + 1:02}", nps=1, comment=f"word {number}.")
    answers.publish()
    first = page(client, cast.greta, "/surveys/W1/")
    assert first.count("word ") == 20
    link = first.split('class="more"><a')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    rest = page(client, cast.greta, f"/surveys/W1/{link}", **HTMX)
    assert rest.startswith("<li>")
    assert [f"word {number}." in rest for number in (4, 5, 0)] == [True, False, True]


@pytest.mark.parametrize("person", ["greta", "bruno", "alice"])
def test_ten_times_the_answers_take_no_more_queries(cast: Cast, client, answers, person):
    for path in ("/surveys/", "/surveys/W1/"):
        many(answers, cast.acme, good=6, bad=6)
        answers.publish()
        once = queries(client, getattr(cast, person), path)
        for number in range(9):
            other = make_customer(f"X{path.count('/')}{number}", cast.east_outlet, cast.alice)
            for survey in ("W1", f"S{number}"):
                many(answers, other, good=6, bad=6, survey=survey, role="decider")
        answers.publish()
        assert queries(client, getattr(cast, person), path) <= once <= 25


def queries(client: Client, person, path: str) -> int:
    client.force_login(person)
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len([one for one in captured if "SET ROLE" not in one["sql"]])
