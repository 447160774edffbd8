"""What a draft would do: the night's own statements over the last night, and who sees it."""

import csv
import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from conftest import as_role
from core.context import acting
from core.errors import RefusedError
from core.models import Version
from core.versions import open_partitions, seal_partitions
from customers.models import Customer
from organization.models import User
from segmentation import reports
from segmentation.jobs import (
    classify,
    write_curves,
    write_figures,
    write_portfolios,
    write_rhythm,
    write_scores,
)
from segmentation.models import Classification, RuleSet, SimulatedClass, Simulation, TierOverride
from segmentation.rules.sizes import TierCuts
from segmentation.ruleset import DEFAULT_RULES, AbcRules, Ruleset
from segmentation.services import (
    activate_rules,
    active_rules,
    delete_draft,
    edit_draft,
    write_draft,
)
from segmentation.simulation import ask_simulation, make_good, work_on
from segmentation.tests.make import ship
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY, NEXT = dt.date(2026, 3, 31), dt.date(2026, 4, 1)
PAGE = "/segmentation/rules/2/simulation/"
LOWER = replace(DEFAULT_RULES, tiers=TierCuts(large=Decimal("1000000.00")))


def night(rules: Ruleset = DEFAULT_RULES, day: dt.date = DAY) -> Version:
    """A published night."""
    version = Version.objects.create(business_date=day, rule_version=1 if day == DAY else 2)
    open_partitions(version.pk)
    write_figures(day, version.pk)
    write_rhythm(day, version.pk, rules)
    write_scores(day, version.pk, rules)
    classify(day, version.pk, rules)
    write_curves(version.pk)
    seal_partitions(version.pk)
    Version.objects.filter(is_current=True).update(is_current=False)
    Version.objects.filter(pk=version.pk).update(status="published", is_current=True)
    write_portfolios(version.pk)
    version.refresh_from_db()
    return version


@pytest.fixture
def book(cast: Cast) -> Version:
    """ACME 2 million, BOLT 300 thousand, WOLF 1.5 million."""
    for customer, amount in ((cast.acme, 2_000_000), (cast.bolt, 300_000), (cast.wolf, 1_500_000)):
        ship(customer, "2026-03-01", amount)
    return night()


@pytest.fixture
def draft(cast: Cast, book: Version) -> RuleSet:
    active_rules()
    return write_draft(LOWER, note="large from one million", actor=cast.greta)


def tried(draft: RuleSet, actor: User) -> Simulation:
    """Asked for and done by a worker."""
    simulation = ask_simulation(draft, actor=actor)
    with as_role("crm_job"):
        work_on(simulation.pk)
    simulation.refresh_from_db()
    return simulation


def page(client: Client, user: User, address: str = PAGE, status: int = 200) -> str:
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def test_it_says_who_would_move_and_why(cast: Cast, client: Client, draft):
    simulation = tried(draft, cast.greta)
    assert (simulation.state, simulation.flows) == ("done", [["medium", "large", 2]])
    html = page(client, cast.greta)
    for words in (
        '<dt>Would move</dt><dd class="v"><span class="num">2</span>',
        "¥3.50M",  # of the two
        "Large: revenue of 12 months ¥2,000,000.00 ≥ ¥1,000,000.00",
        "Unit WEST-1",
    ):
        assert words in html
    movers = html.split('class="tbl movers"')[1]
    assert movers.index("Customer ACME") < movers.index("Customer WOLF")
    assert "Customer BOLT" not in movers


def test_it_equals_the_night_that_the_draft_would_make(cast: Cast, book, draft):
    """The same statement: what the simulation writes is what a night by these rules writes."""
    rules = replace(LOWER, abc=AbcRules(a=Decimal("0.50"), b=Decimal("0.60")))
    edit_draft(draft, rules, note="n", actor=cast.greta)
    tried(draft, cast.greta)
    found = dict(SimulatedClass.objects.values_list("customer__code", "reasons"))
    activate_rules(draft)
    after = night(rules, NEXT)
    before = {row.customer_id: row for row in Classification.objects.filter(version=book)}
    expected = {
        row.customer.code: row.reasons
        for row in Classification.objects.filter(version=after).select_related("customer")
        if (row.tier, row.size, row.abc_class)
        != tuple(getattr(before[row.customer_id], n) for n in ("tier", "size", "abc_class"))
    }
    assert found == expected
    assert set(found) == {"ACME", "BOLT", "WOLF"}


def test_a_tier_that_somebody_chose_is_no_move_by_the_draft(cast: Cast, draft):
    TierOverride.objects.create(
        customer=cast.acme, tier="risk", reason="Dispute", asked_by=cast.greta,
        starts_on=NEXT, ends_on=NEXT,
    )  # fmt: skip
    assert tried(draft, cast.greta).flows == [["medium", "large", 1]]  # WOLF


def test_nothing_of_the_night_is_touched(cast: Cast, book, draft):
    before = list(Classification.objects.order_by("customer_id").values())
    tiers = list(Customer.objects.order_by("pk").values_list("tier", flat=True))
    tried(draft, cast.greta)
    assert list(Classification.objects.order_by("customer_id").values()) == before
    assert list(Customer.objects.order_by("pk").values_list("tier", flat=True)) == tiers
    assert Version.objects.count() == 1


SEEN = {  # moved, revenue, movers
    "greta": (2, 3_500_000, ["ACME", "WOLF"]),
    "bruno": (1, 2_000_000, ["ACME"]),
    "walter": (1, 1_500_000, ["WOLF"]),
    "alice": (1, 2_000_000, ["ACME"]),
    "bob": (0, 0, []),
}


@pytest.mark.parametrize("person", SEEN)
def test_everybody_sees_their_own_only(cast: Cast, client: Client, draft, person: str):
    user, (moved, revenue, codes) = getattr(cast, person), SEEN[person]
    simulation = tried(draft, cast.greta)
    with acting(user_id=user.pk, actor=user.username), as_role("crm_app"):
        found = reports.outcome(user, simulation)
        listed = list(reports.simulated_movers(user, simulation))
        visible = SimulatedClass.objects.count()
    assert (found.moved, found.revenue) == (moved, revenue)
    assert [mover.customer.code for mover in listed] == codes
    assert visible == len(codes)
    html = page(client, user)
    assert {code for code in ("ACME", "WOLF") if f"Customer {code}<" in html} == set(codes)


def test_classes_before_and_after(cast: Cast, client: Client, draft):
    """2.0, 1.5 and 0.3 of 3.8 million: with A up to half of it only the first is left of three."""
    rules = replace(LOWER, abc=AbcRules(a=Decimal("0.50"), b=Decimal("0.60")))
    edit_draft(draft, rules, note="n", actor=cast.greta)
    found = reports.outcome(cast.greta, tried(draft, cast.greta))
    rows = {row.name: (row.before, row.after) for row in found.classes}
    assert rows == {"A": (2, 1), "B": (1, 1), "C": (0, 1), "N": (0, 0)}
    shares = {row.name: row.share_after for row in found.classes}
    assert shares["A"] == Decimal(20) / 38
    assert "A: 2 customers now, 1 by the draft" in page(client, cast.greta)


def test_shares_of_another_value_are_not_compared(cast: Cast, draft):
    rules = replace(LOWER, abc=AbcRules(basis="margin"))
    edit_draft(draft, rules, note="n", actor=cast.greta)
    found = reports.outcome(cast.greta, tried(draft, cast.greta))
    assert {row.share_before for row in found.classes} == {None}


def test_an_administrator_sees_numbers_and_no_customer(cast: Cast, client: Client, draft):
    tried(draft, cast.greta)
    html = page(client, cast.adam)
    assert "administrators see no customers" in html
    assert '<td class="h-up"><span class="num">2</span></td>' in html
    assert "Customer ACME" not in html
    page(client, cast.adam, f"{PAGE}export/", status=403)


def test_the_table_has_those_one_may_see(cast: Cast, client: Client, draft):
    tried(draft, cast.greta)
    for user, codes in ((cast.greta, ["ACME", "WOLF"]), (cast.walter, ["WOLF"])):
        client.force_login(user)
        answer = client.get(f"{PAGE}export/")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [row["customer_code"] for row in rows] == codes
        assert {(row["tier_before"], row["tier"]) for row in rows} == {("medium", "large")}
    client.force_login(cast.sam)
    assert client.get(f"{PAGE}export/").status_code == 403


def test_who_may_write_rules_has_them_tried_and_a_worker_does_it(cast: Cast, client: Client, draft):
    for stranger in (cast.bruno, cast.alice):
        client.force_login(stranger)
        assert client.post(PAGE).status_code == 403
    client.force_login(cast.adam)
    assert client.post(PAGE).status_code == 302
    assert 'hx-trigger="every 2s"' in page(client, cast.adam)
    with as_role("crm_job"):
        make_good()
    assert "every 2s" not in page(client, cast.adam)


def test_a_result_of_another_draft_or_night_says_so(cast: Cast, client: Client, draft):
    tried(draft, cast.greta)
    assert "has changed since" not in page(client, cast.greta)
    edit_draft(draft, replace(LOWER, abc=AbcRules(a=Decimal("0.7"))), note="n", actor=cast.greta)
    assert "has changed since" in page(client, cast.greta)
    tried(draft, cast.greta)
    assert "has changed since" not in page(client, cast.greta)
    night(day=NEXT)
    assert "has changed since" in page(client, cast.greta)


def test_it_goes_with_its_draft(cast: Cast, draft):
    tried(draft, cast.greta)
    with acting(user_id=cast.adam.pk, actor="adam"):
        RuleSet.objects.filter(pk=draft.pk).update(author=cast.adam)
        with as_role("crm_app"):
            delete_draft(draft, actor=cast.adam)  # who sees none of the customers
    assert not SimulatedClass.objects.exists()


def test_what_was_in_force_is_not_tried(cast: Cast, draft):
    with pytest.raises(RefusedError, match="Only a draft"):
        ask_simulation(RuleSet.objects.get(version=1), actor=cast.greta)


def test_without_a_night_there_is_nothing_to_try_it_on(cast: Cast):
    active_rules()
    made = write_draft(LOWER, note="n", actor=cast.greta)
    with pytest.raises(RefusedError, match="no night"):
        ask_simulation(made, actor=cast.greta)
