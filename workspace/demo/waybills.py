"""The waybills of any day, as they stood at the end of any later one.

A day's waybills depend on the world and the day alone: whenever they are made, they are the same.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import accumulate
from random import Random
from typing import Any, NamedTuple

from workspace.demo.chance import one_of, stream
from workspace.demo.company import LATE_OUTLET, outlet_of
from workspace.demo.names import COLD, FAST, FTL, LTL, STANDARD
from workspace.demo.places import kilometres
from workspace.demo.profiles import YEAR, Profile
from workspace.demo.seasons import DAY, busy, strained
from workspace.demo.world import World

SETTLED_DAYS = 16  # after so many days nothing about a waybill changes any more
LATE_SINCE = -90  # days before the first day: the late outlet's trouble begins
_BUSY_MEAN = 0.86  # of a year's days
_USUAL_VALUE, _VALUE_GROWS = 125.0, 0.45  # CNY a waybill of a customer of 5,000 CNY a year
# Value against the customer's mean, CNY a kilogram for 1,000 km, days against the road's.
_SERVICES = {
    STANDARD: (0.8, 4.2, 0),
    FAST: (1.0, 7.5, -1),
    LTL: (1.1, 1.5, 1),
    FTL: (3.5, 0.55, 0),
    COLD: (1.2, 3.2, 0),
}
_MINUTES = [f"{minute // 60:02}:{minute % 60:02}:00+08" for minute in range(24 * 60)]
_CLOCK = (8.5, 20.5, 16.5)  # earliest, latest and busiest hour of acceptance
COLUMNS = (
    *("waybill_no", "shipper_id", "consignee_id", "payer", "billed_code", "billed_id", "service"),
    *("accepted_at", "promised_at", "delivered_at", "origin", "destination", "pickup_unit_id"),
    *("delivery_unit_id", "pieces", "weight_kg", "billed_weight_kg", "volume_m3", "revenue"),
    *("cost", "declared_value", "cod_amount", "status", "exception", "claim_amount"),
    *("waiting_minutes", "storage_days", "source"),
)


class Shipment(NamedTuple):
    """One waybill: who pays how much, and its values in the order of COLUMNS.

    Customers and units stand in `values` as numbers of profiles and codes.
    """

    payer: int
    cents: int  # 0 for a cancelled one
    values: tuple[Any, ...]


class Route(NamedTuple):
    """A lane with all that follows from its two ends."""

    destination: str
    consignee: int | None
    delivery_unit: str
    distance: float  # 1,000 km
    days: int


class Sender(NamedTuple):
    """A shipper, prepared for drawing many waybills."""

    profile: Profile
    rate: float  # waybills on an ordinary workday
    value: float  # CNY of one, before the service
    routes: Sequence[Route]
    route_weights: Sequence[float]
    services: Sequence[str]
    service_weights: Sequence[float]


class Waybills:
    """Draws the waybills of days."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.senders = [
            _sender(profile, world.thinning) for profile in world.profiles if profile.ships
        ]
        self._week: tuple[int, list[float]] = (-(10**9), [])

    def of(self, day: dt.date, as_of: dt.date) -> Iterator[Shipment]:
        """The day's waybills as at the end of `as_of`, in the order of acceptance."""
        chance = stream(self.world.seed, "waybills", day)
        weights = self._weights(day)
        expected = weights[-1] * busy(day) * chance.gauss(1, 0.03) if weights else 0.0
        count = int(expected + chance.random())
        if not count or not weights[-1]:
            return
        senders = chance.choices(self.senders, cum_weights=weights, k=count)
        hours = sorted(chance.triangular(*_CLOCK) for _ in range(count))
        made = _Day(self.world, day, as_of, chance)
        for number, (sender, hour) in enumerate(zip(senders, hours, strict=True), start=1):
            yield made.shipment(number, sender, hour)

    def _weights(self, day: dt.date) -> list[float]:
        """What the shippers send, added up; it changes from week to week."""
        monday = self.world.offset(day - day.weekday() * DAY)
        if self._week[0] != monday:
            levels = (sender.rate * sender.profile.trend.at(monday) for sender in self.senders)
            self._week = (monday, list(accumulate(levels)))
        return self._week[1]


class _Day:
    """What all waybills of one day have in common."""

    def __init__(self, world: World, day: dt.date, as_of: dt.date, chance: Random) -> None:
        self.profiles = world.profiles
        self.day, self.as_of, self.chance = day, as_of, chance
        self.prefix = f"YC{day:%y%m%d}"
        self.strain = 0.042 * strained(day)
        self.offset = world.offset(day)
        self.has_late_outlet = self.offset >= LATE_SINCE
        self.age = (as_of - day).days
        self.dates = [str(day + number * DAY) for number in range(SETTLED_DAYS + 14)]

    def shipment(self, number: int, sender: Sender, hour: float) -> Shipment:
        """Draw one. The draws are the same whatever `as_of` is."""
        draw = self.chance.random
        profile = sender.profile
        route = one_of(sender.routes, sender.route_weights, draw())
        service = one_of(sender.services, sender.service_weights, draw())
        times, per_kg, faster = _SERVICES[service]
        cents = max(int(sender.value * times * self.chance.lognormvariate(-0.15, 0.55) * 100), 600)
        weight = max(cents / 100 / (per_kg * (0.35 + route.distance)) * (0.8 + 0.4 * draw()), 0.2)
        payer = self._payer(profile, route.consignee, draw())
        pays_at_end = payer != profile.number
        delivery = self._delivery(profile, route, max(route.days + faster, 1), draw(), draw())
        outcome = self._outcome(draw(), draw(), delivery, cents)
        account = "" if pays_at_end else profile.account
        freight = service in (LTL, FTL)
        values = (
            f"{self.prefix}{number:06}",
            profile.number,
            route.consignee,
            "consignee" if pays_at_end else "shipper",
            account,
            profile.number if account else None,
            service,
            f"{self.dates[0]} {_clock(hour)}",
            f"{self.dates[delivery.promised]} 18:00:00+08",
            outcome.delivered_at,
            profile.city.name,
            route.destination,
            profile.outlet,
            route.delivery_unit,
            max(int(weight / (6 + 16 * draw())), 1),
            f"{weight:.3f}",
            f"{int(weight * (1 + 0.2 * draw())) + 1}",
            f"{weight / (150 + 120 * draw()):.4f}",
            f"{cents / 100:.2f}",
            f"{cents * (1 - profile.margin + _far(route) + 0.06 * (draw() - 0.5)) / 100:.2f}",
            f"{cents // 100 * 20}.00" if draw() < 0.08 else None,
            f"{cents // 100 * 3}.00" if draw() < profile.trade.cod else None,
            outcome.status,
            outcome.exception,
            outcome.claim,
            int(self.chance.expovariate(1 / 28)) if freight else None,
            int(draw() * 9) if service == LTL and draw() < 0.1 else None,
            "TMS",
        )
        return Shipment(payer, 0 if outcome.status == "cancelled" else cents, values)

    def _payer(self, profile: Profile, consignee: int | None, luck: float) -> int:
        """Number of the shipper, at times of a consignee who is a customer that day."""
        if consignee is None or luck > 0.07:
            return profile.number
        other = self.profiles[consignee]
        until = other.trend.until
        is_customer = other.since <= self.day and (until is None or self.offset < until)
        return consignee if is_customer else profile.number

    def _delivery(
        self, profile: Profile, route: Route, days: int, luck: float, delay: float
    ) -> "_Delivery":
        """The day promised, and the one on which it comes."""
        risk = self.strain
        if self.has_late_outlet and LATE_OUTLET in (profile.outlet, route.delivery_unit):
            risk += 0.3
        if luck < risk:
            late = 1 if delay < 0.7 else 2 if delay < 0.9 else 3 + int(delay * 30) % 3
            return _Delivery(days, days + late, delay)
        early = 1 if days > 1 and delay < 0.35 else 0
        return _Delivery(days, days - early, delay)

    def _outcome(self, luck: float, harm: float, delivery: "_Delivery", cents: int) -> "_Outcome":
        """What is known of it at the end of `as_of`."""
        if luck < 0.011:
            return _Outcome("cancelled")
        if luck < 0.0116:
            claim = f"{cents // 100 * 5}.00"
            return (
                _Outcome("lost", "loss", claim=claim) if self.age >= 12 else _Outcome("in_transit")
            )
        if self.age < delivery.comes:
            return _Outcome("in_transit" if self.age else "accepted")
        if luck < 0.019:
            return _Outcome("returned", "other")
        moment = f"{self.dates[delivery.comes]} {_clock(9 + 9.5 * delivery.hour)}"
        if harm < 0.006:
            return _Outcome(
                "delivered", "damage", moment, f"{int(cents * (1 + harm * 500)) // 100}.00"
            )
        late = delivery.comes > delivery.promised
        return _Outcome("delivered", "delay" if late and harm > 0.6 else "", moment)


def _far(route: Route) -> float:
    """What a route beyond 2,500 km costs more, as a share of its revenue: no return loads."""
    return 0.16 * max(route.distance - 2.5, 0)


class _Delivery(NamedTuple):
    promised: int  # days after acceptance
    comes: int
    hour: float  # 0 early .. 1 late in the day


class _Outcome(NamedTuple):
    status: str
    exception: str = ""
    delivered_at: str | None = None
    claim: str | None = None


def _sender(profile: Profile, thinning: float) -> Sender:
    routes = [
        Route(
            lane.city.name,
            lane.consignee,
            outlet_of(lane.city.name),
            kilometres(profile.city, lane.city) / 1000,
            1 + round(kilometres(profile.city, lane.city) / 750),
        )
        for lane in profile.lanes
    ]
    kinds = dict(profile.trade.services)
    mean = sum(_SERVICES[name][0] * weight for name, weight in kinds.items()) / sum(kinds.values())
    value = _USUAL_VALUE * (profile.revenue / 5000) ** _VALUE_GROWS * thinning
    return Sender(
        profile,
        profile.revenue / value / YEAR / _BUSY_MEAN,
        value / mean,
        routes,
        list(accumulate(lane.weight for lane in profile.lanes)),
        list(kinds),
        list(accumulate(kinds.values())),
    )


def _clock(hour: float) -> str:
    return _MINUTES[int(hour * 60)]
