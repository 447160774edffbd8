"""Who hangs on lost customers: the rule by its example, the night by the rule, one alert each."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Customer
from engagement.models import Alert
from segmentation.health import network_alerts, write_exposures
from segmentation.models import Exposure, Figures, Rhythm
from segmentation.rules.network import NetworkRules, exposures, revenue_at_risk
from segmentation.ruleset import DEFAULT_RULES
from segmentation.tests.make import night
from shipments.jobs import check_rollups
from shipments.tests.make import load, waybill
from tests.cast import Cast, make_customer

DAY = dt.date(2026, 11, 24)
RULES = NetworkRules()
S1, S2, C1, C2, C3 = range(5)
EXAMPLE = {
    (S1, C1): Decimal(600), (S1, C2): Decimal(300), (S1, C3): Decimal(100),
    (S2, C1): Decimal(200), (S2, C3): Decimal(800),
}  # fmt: skip


def test_a_lost_shipper_takes_its_consignees_along_by_what_it_was_to_them():
    found = exposures(EXAMPLE, {S1}, RULES)
    assert {one: found[one] for one in (S1, C1, C2, C3)} == {
        S1: 1, C1: Decimal("0.375"), C2: Decimal("0.5"), C3: Decimal("0.055556"),
    }  # fmt: skip
    assert found[S2] == Decimal("0.059722")  # by C1 and C3, one hop further
    assert revenue_at_risk(found[C1], Decimal(1000)) == Decimal("375.00")
    assert exposures(EXAMPLE, set(), RULES) == {}


def test_two_hops_and_no_further():
    chain = {(n, n + 1): Decimal(1) for n in range(4)}
    assert exposures(chain, {0}, RULES) == {0: 1, 1: Decimal("0.25"), 2: Decimal("0.0625")}


def test_a_hub_is_not_exposed_and_passes_nothing_on_but_its_share_counts():
    hub = {(0, one): Decimal(300) for one in range(1, 5)} | {(5, 1): Decimal(100)}
    rules = replace(RULES, hub=3)
    assert exposures(hub, {0}, rules) == {}
    assert exposures(hub, {5}, rules) == {5: 1, 1: Decimal("0.125")}  # not .5


WEIGHT = st.sampled_from([0, 1, 3, 100, 250, 700])
LINKS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), WEIGHT), min_size=1, max_size=14)


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    links=LINKS, lost=st.sets(st.integers(0, 7), max_size=4), hub=st.sampled_from([1, 2, 3, 200]),
    passed_on=st.sampled_from(["0.5", "0.3", "1"]),
)  # fmt: skip
def test_the_night_counts_as_the_rule(cast: Cast, links, lost, hub, passed_on):
    rules = replace(RULES, hub=hub, passed_on=Decimal(passed_on))
    first = Customer.objects.count()
    people = [make_customer(f"N{first + n}", cast.east_outlet) for n in range(8)]
    version = sent(people, links, lost, rules)
    weights: dict[tuple[int, int], Decimal] = {}
    for one, other, weight in links:
        pair = (people[one].pk, people[other].pk)
        weights[pair] = weights.get(pair, Decimal(0)) + weight
    gone = {people[n].pk for n in lost}
    revenue = dict(
        Figures.objects.filter(version=version).values_list("customer_id", "revenue_12m")
    )
    expected = {
        one: (share, revenue_at_risk(share, revenue[one]), one in gone)
        for one, share in exposures(weights, gone, rules).items()
    }
    rows = Exposure.objects.filter(version=version, customer__in=people)
    assert {
        row.customer_id: (row.exposure, row.revenue_at_risk, row.is_lost) for row in rows
    } == expected


def sent(people: list[Customer], links, lost, rules: NetworkRules = RULES) -> int:
    """A night in which these are lost and that went from whom to whom, consignees paying."""
    load(*(
        waybill(f"N{people[0].pk}-{n}", people[one], "2026-04-15 10:00", revenue=Decimal(weight),
                consignee_id=people[other].pk, payer="consignee", billed_id=None)
        for n, (one, other, weight) in enumerate(links)
    ))  # fmt: skip
    check_rollups()
    return exposed(people, lost, DAY, rules)


def exposed(people: list[Customer], lost, day: dt.date, rules: NetworkRules = RULES) -> int:
    """The version of a night in which these are lost."""
    version = night(day)
    Rhythm.objects.bulk_create(
        Rhythm(
            version_id=version, customer=person, state="lost" if n in lost else "active", gaps=9,
            usual_days=3, typical_days=2, is_own=True, silent_days=9, last_on=DAY, recent=1,
            base=9, recent_weeks=4, base_weeks=12,
        )
        for n, person in enumerate(people)
    )  # fmt: skip
    write_exposures(day, version, replace(DEFAULT_RULES, network=rules))
    return version


def told(customer: Customer) -> list[tuple[str, str, str, int]]:
    return [
        (a.key, a.status, a.closing_reason, int(a.amount))
        for a in Alert.objects.filter(customer=customer).order_by("opened_on")
    ]


@pytest.fixture
def network(cast: Cast) -> list[Customer]:
    """The example a hundredfold: S1, S2, C1, C2, C3."""
    people = [make_customer(code, cast.east_outlet) for code in ("S1", "S2", "C1", "C2", "C3")]
    links = [(one, other, 100 * weight) for (one, other), weight in EXAMPLE.items()]
    sent(people, links, set())
    return people


@pytest.mark.django_db
def test_the_manager_of_an_exposed_customer_is_told_once_until_it_is_over(network):
    day = DAY
    assert network_alerts(day, exposed(network, {S1}, day), DEFAULT_RULES) == 2
    alert = Alert.objects.get(customer=network[C1])
    assert (alert.amount, alert.severity) == (Decimal("30000.00"), "medium")  # .375 of 80,000
    assert alert.params == {"exposure": 0.375, "partners": 2, "lost": 1}
    assert told(network[C2]) == [("network:C2:2026-11-24", "open", "", 15_000)]
    assert told(network[C3]) == told(network[S1]) == []
    day += dt.timedelta(1)
    Customer.objects.filter(code="C1").update(tier="large")
    assert network_alerts(day, exposed(network, {S1, S2}, day), DEFAULT_RULES) == 1  # C3
    alert.refresh_from_db()
    assert (alert.amount, alert.severity) == (Decimal("40000.00"), "high")
    day += dt.timedelta(1)
    Customer.objects.filter(code="C2").update(status="lost")
    network_alerts(day, exposed(network, {C2}, day), DEFAULT_RULES)
    assert told(network[C1]) == [("network:C1:2026-11-24", "closed", "recovered", 40_000)]
    assert told(network[C2]) == [("network:C2:2026-11-24", "closed", "lost", 15_000)]


@pytest.mark.django_db
def test_nobody_is_told_of_a_customer_that_brings_next_to_nothing(cast: Cast):
    people = [make_customer(code, cast.east_outlet) for code in ("S", "LESS", "MORE")]
    version = sent(people, [(0, 1, 19_998), (0, 2, 20_000)], {0})
    assert network_alerts(DAY, version, DEFAULT_RULES) == 1
    assert told(people[1]) == []
    assert told(people[2]) == [("network:MORE:2026-11-24", "open", "", 10_000)]


@pytest.mark.django_db
def test_the_lost_partner_that_weighed_most_is_known(network):
    version = exposed(network, {S1, S2}, DAY)
    row = Exposure.objects.get(version=version, customer=network[C3])
    assert (row.lost_partner, row.lost_partners, row.partners) == (network[S2], 2, 2)
    assert (row.lost_share, row.exposure) == (1, Decimal("0.5"))


@pytest.mark.django_db
def test_who_only_stopped_paying_is_not_lost_to_its_partners(network):
    """S1 pays nothing any more, but S2 sends to it in October."""
    s1, s2 = network[S1], network[S2]
    load(waybill("W-LATE", s2, "2026-10-15 10:00", revenue=Decimal(1), consignee_id=s1.pk,
                 payer="shipper", billed_id=None))  # fmt: skip
    check_rollups()
    assert not Exposure.objects.filter(version=exposed(network, {S1}, DAY)).exists()
    Customer.objects.filter(pk=s1.pk).update(status="lost")  # somebody knows better
    assert Exposure.objects.filter(version=exposed(network, {S1}, DAY), customer=s1).exists()
