"""Who there is: the customers of the demonstration, from a seed, a first day and a scale."""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from random import Random
from statistics import NormalDist

from workspace.demo.chance import between, pick, stream
from workspace.demo.company import managers_of, outlets
from workspace.demo.names import TRADE_OF, TRADES, Trade, brand, registered_name
from workspace.demo.places import CITIES, City
from workspace.demo.profiles import Habit, Lane, Profile, Settlement, Trend
from workspace.demo.stories import STORIES, Story

CUSTOMERS = 2000  # at scale 1
MONTHS = 24  # of past at the first day
_REVENUE = NormalDist(9.1, 2.3)  # of the logarithm of a year's revenue: a few have most of it
_MOST = 9_000_000.0
_HABITS: tuple[tuple[Habit, float], ...] = (
    (Habit(late=-2, spread=3), 40),
    (Habit(late=4, spread=6, part=0.08), 38),
    (Habit(late=17, spread=9, part=0.15), 15),
    (Habit(late=42, spread=22, part=0.3, never=0.05), 4),
    (Habit(late=3, spread=5, bills=0.6), 2),
)


@dataclass(frozen=True)
class World:
    """The whole company's customers; the same for the same three values."""

    seed: int
    first_day: dt.date  # the last day of the past that the first load makes
    scale: float

    @cached_property
    def start(self) -> dt.date:
        """The first day with waybills: a first of a month."""
        months = self.first_day.year * 12 + self.first_day.month - 1 - MONTHS
        return dt.date(months // 12, months % 12 + 1, 1)

    @cached_property
    def thinning(self) -> float:
        """How many times fewer, and dearer, waybills are than at full scale."""
        return float(min(max(self.scale, 0.0001) ** -0.5, 5.0))

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        """All customers; the number of each is its place here."""
        told = [self._told(number, story) for number, story in enumerate(STORIES)]
        count = max(round(CUSTOMERS * self.scale) - len(told), 10)
        profiles = [*told, *self._drawn(len(told), count)]
        receivers: dict[str, list[int]] = defaultdict(list)
        for each in profiles:
            if each.status != "prospect" and each.party_role != "shipper":
                receivers[each.city.name].append(each.number)
        return tuple(replace(each, lanes=self._lanes(each, receivers)) for each in profiles)

    def offset(self, day: dt.date) -> int:
        """Days since the first day."""
        return (day - self.first_day).days

    def _told(self, number: int, story: Story) -> Profile:
        chance = stream(self.seed, "story", number)
        city, trade = CITIES[story.city], TRADE_OF[story.trade]
        code = _code(city, number)
        heads = enumerate(STORIES)
        parents = {each.brand: _code(CITIES[each.city], n) for n, each in heads if not each.parent}
        return Profile(
            number=number,
            code=code,
            name=f"{city.name}{story.brand}{trade.word}{story.form}",
            short=story.brand + trade.short,
            trade=trade,
            city=city,
            outlet=story.outlet,
            manager=story.manager or managers_of(story.outlet)[0].username,
            status=story.status,
            party_role="both",
            revenue=story.revenue,
            margin=story.margin,
            mood=story.mood,
            since=self._since(chance, story.years, story.trend),
            trend=story.trend,
            habit=story.habit,
            settlement=story.settlement,
            account=f"YJ{code.replace('-', '')}" if story.settlement.kind else "",
            parent=parents[story.parent] if story.parent else "",
            credit_limit=_limit(story.limit, story.revenue, story.settlement),
            advance=Decimal(story.advance),
            story=story.key,
            tags=story.tags,
            attention=story.attention,
        )

    def _drawn(self, first: int, count: int) -> Iterator[Profile]:
        ranks = list(range(count))
        stream(self.seed, "ranks").shuffle(ranks)
        shorts = {story.brand for story in STORIES}
        for number, rank in enumerate(ranks, start=first):
            revenue = _REVENUE.inv_cdf((rank + 0.5) / count)
            profile = self._one(number, min(max(math.exp(revenue), 400.0), _MOST), shorts)
            shorts.add(profile.short)
            yield profile

    def _one(self, number: int, revenue: float, taken: set[str]) -> Profile:
        chance = stream(self.seed, "customer", number)
        outlet = pick(chance, [(unit, unit.weight) for unit in outlets()])
        city = CITIES[outlet.city] if chance.random() < 0.8 else self._near(chance, outlet.city)
        trade = pick(chance, [(each, each.weight) for each in TRADES])
        mark = brand(chance)
        while mark in taken or mark + trade.short in taken:
            mark = brand(chance)
        status, party_role, trend = self._course(chance, revenue)
        settlement = _settlement(chance, revenue, status)
        code = _code(city, number)
        return Profile(
            number=number,
            code=code,
            name=registered_name(chance, city.name, mark, trade, revenue),
            short=mark + trade.short,
            trade=trade,
            city=city,
            outlet=outlet.code,
            manager=chance.choice(managers_of(outlet.code)).username,
            status=status,
            party_role=party_role,
            revenue=0.0 if status == "prospect" else revenue,
            margin=between(chance, -0.08, 0.34, 0.15, 0.06),
            mood=between(chance, 0.05, 1.0, 0.75, 0.17),
            since=self._since(chance, chance.choice((0, 1, 1, 2, 3, 4, 5, 7, 9)), trend),
            trend=trend,
            habit=pick(chance, _HABITS if revenue < 500_000 else _HABITS[:3]),
            settlement=settlement,
            account=f"YJ{code.replace('-', '')}" if settlement.kind == "monthly" else "",
            credit_limit=_limit(None, revenue, settlement),
            tags=_tags(chance, trade, revenue),
        )

    def _near(self, chance: Random, name: str) -> City:
        """A city of the same province, or the outlet's own."""
        province = CITIES[name].province
        return chance.choice([city for city in CITIES.values() if city.province == province])

    def _course(self, chance: Random, revenue: float) -> tuple[str, str, Trend]:
        """Status, part in shipments, and how volume changes; the largest stay customers."""
        growth = between(chance, -0.5, 1.2, 0.1, 0.22)
        days = chance.randrange(1, 600)
        courses = (  # status, part, trend, how many
            (("active", "both", Trend(growth)), 47.0),
            (("active", "shipper", Trend(growth)), 20.0),
            (("active", "both", Trend(abs(growth), since=-20 - days)), 12.0),
            (("active", "both", Trend(growth, fades_from=-30 - days // 5)), 3.0),
            (("active", "consignee", Trend(growth)), 5.0),
            (("dormant", "both", Trend(growth, until=-45 - days // 5)), 4.5),
            (("lost", "both", Trend(growth, until=-120 - days)), 3.5),
            (("prospect", "both", Trend()), 5.0),
        )
        return pick(chance, courses if revenue < 1_500_000 else courses[:2])

    def _since(self, chance: Random, years: int, trend: Trend) -> dt.date:
        if trend.since is not None:
            return self.first_day + dt.timedelta(days=trend.since)
        return self.start - dt.timedelta(days=years * 365 + chance.randrange(360))

    def _lanes(self, profile: Profile, receivers: Mapping[str, list[int]]) -> tuple[Lane, ...]:
        """Three to twelve cities; in many of them the consignee is a customer as well."""
        if not profile.ships:
            return ()
        chance = stream(self.seed, "lanes", profile.number)
        count = 12 if profile.revenue > 1_000_000 else chance.randrange(3, 9)
        cities = list(CITIES.values())
        chosen = dict.fromkeys(chance.choices(cities, [city.weight for city in cities], k=count))
        lanes = []
        for city in chosen:
            there = [number for number in receivers[city.name] if number != profile.number]
            known = chance.choice(there) if there and chance.random() < 0.45 else None
            lanes.append(Lane(city, chance.paretovariate(1.2), known))
        return tuple(lanes)


def _code(city: City, number: int) -> str:
    return f"{city.prefix}-{number + 1:05}"


def _settlement(chance: Random, revenue: float, status: str) -> Settlement:
    """Monthly for all who send much and some others; the rest pays at once."""
    if status == "prospect":
        return Settlement()
    terms = (chance.choice((31, 31, 31, 25, 20)), chance.choice((30, 30, 30, 45, 60)))
    month = chance.randrange(1, 13)
    if revenue > 120_000 or (revenue > 20_000 and chance.random() < 0.4):
        return Settlement("monthly", *terms, month)
    if revenue > 30_000 or chance.random() < 0.08:
        return Settlement(pick(chance, (("cash", 3), ("prepaid", 1))), 31, 0, month)
    return Settlement()


def _limit(fixed: int | None, revenue: float, settlement: Settlement) -> Decimal | None:
    """As written, else what about two terms of credit come to, in ten thousands."""
    if fixed is not None:
        return Decimal(fixed)
    if settlement.kind != "monthly":
        return None
    return Decimal(max(round(revenue * (settlement.credit_days + 45) / 300 / 1e4), 1) * 10_000)


def _tags(chance: Random, trade: Trade, revenue: float) -> tuple[str, ...]:
    tags = ["大客户"] if revenue > 3_000_000 else []
    if "冷链" in dict(trade.services):
        tags.append("冷链")
    if chance.random() < 0.12:
        tags.append(
            chance.choice(("需装卸", "预约送货", "送货上楼", "夜间提货", "签单返还", "园区客户"))
        )
    return tuple(tags)
