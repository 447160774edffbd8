"""Rows of the tables of 01 §2: what the importers are given."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from workspace.demo import texts
from workspace.demo.chance import between, pick, stream
from workspace.demo.company import Person, Unit
from workspace.demo.money import Contract, Line, Receipt
from workspace.demo.names import landline, mobile, person_name, social_credit_code
from workspace.demo.profiles import Profile
from workspace.demo.seasons import DAY
from workspace.demo.voices import Answer, Note
from workspace.demo.world import World

Row = dict[str, Any]
Named = tuple[str, str, str, int | None]  # name, title, part in deciding, attitude
STORY_CONTACTS: Mapping[str, Sequence[Named]] = {  # the people named in a story's notes, by its key
    "fading": (
        ("陆远航", "总经理", "decider", 0),
        ("孟琪", "财务总监", "finance", None),
        ("韩磊", "物流总监", "influencer", -2),
        ("许静", "采购经理", "purchaser", -1),
        ("高翔", "仓储主管", "user", 2),
        ("白雪", "客服主管", "user", 1),
        ("邹敏", "应付会计", "finance", 0),
    ),
    "dispute": (
        ("王敏", "物流总监", "influencer", -1),
        ("曹立", "总经理", "decider", 0),
    ),
}


def org_units(units: Iterable[Unit]) -> Iterator[Row]:
    """The unit tree."""
    for unit in units:
        yield {"code": unit.code, "name": unit.name, "level": unit.level, "parent": unit.parent}


def users(people: Iterable[Person]) -> Iterator[Row]:
    """The people who work here."""
    for person in people:
        yield {
            "username": person.username,
            "name": person.name,
            "email": f"{person.username}@yicheng.example",
            "org_unit": person.unit,
            "role": person.role,
        }


def customers(world: World) -> Iterator[Row]:
    """The customers' files."""
    for profile in world.profiles:
        yield _customer(profile, stream(world.seed, "file", profile.number), world)


def _customer(profile: Profile, chance: Random, world: World) -> Row:
    revenue = profile.revenue
    output = round(max(revenue, 20_000) * chance.uniform(12, 60), -4)
    domain = f"{profile.code.replace('-', '').lower()}.example"
    growth = between(chance, -0.3, 1.5, profile.trend.growth + 0.05, 0.08)
    is_known = revenue > 60_000 or profile.story != ""
    row: Row = {
        "code": profile.code,
        "name": profile.name,
        "short_name": profile.short,
        "uscc": social_credit_code(chance, profile.city, enterprise="公司" in profile.name),
        "parent": profile.parent,
        "credit_limit": profile.credit_limit,
        "deposit": round(revenue / 60, -3)
        if profile.is_monthly and chance.random() < 0.1
        else None,
        "party_role": profile.party_role,
        "status": profile.status,
        "org_unit": profile.outlet,
        "account_manager": profile.manager,
        "industry": profile.trade.industry,
        "ownership": pick(chance, texts.OWNERSHIPS),
        "legal_representative": person_name(chance),
        "founded_on": profile.since - chance.randrange(200, 6000) * DAY,
        "employees": int(max(output / chance.uniform(4e5, 1.2e6), 1) + chance.randrange(2, 12)),
        "registered_capital": chance.choice((10, 50, 100, 200, 500, 1000, 2000, 5000)) * 10_000,
        "province": profile.city.province,
        "city": profile.city.name,
        "district": chance.choice(profile.city.districts),
        "address": f"{chance.choice(texts.STREETS)}{chance.randrange(1, 900)}号",
        "phone": landline(chance, profile.city),
        "email": f"info@{domain}",
        "website": f"https://www.{domain}" if is_known else "",
        "customer_since": profile.since if profile.status != "prospect" else None,
        "source": chance.choice(texts.SOURCES),
        "tags": ";".join(profile.tags),
        "attention": profile.attention,
    }
    return row | (_business(profile, chance, output, growth) if is_known else _NO_BUSINESS)


def _business(profile: Profile, chance: Random, output: float, growth: float) -> Row:
    """What is known of those who matter."""
    plans = profile.revenue > 0
    return {
        "main_business": chance.choice(texts.BUSINESS).format(goods=profile.trade.goods),
        "annual_output": output,
        "market_share": f"{chance.uniform(0.0005, 0.04):.4f}",
        "main_stations": "、".join(lane.city.name for lane in profile.lanes[:4]),
        "transport_modes": chance.choice(texts.MODES),
        "private_siding": chance.random() < 0.04,
        "planned_annual_revenue": round(profile.revenue * (1 + growth), -3) if plans else 600_000,
        "planned_annual_volume": round(profile.revenue * (1 + growth) / 1.6, -2) if plans else None,
        "planned_growth": f"{growth:.3f}" if plans else None,
        "stock_level": chance.choice(texts.STOCKS),
        "transport_cycle": chance.choice(texts.CYCLES),
        "culture_notes": chance.choice(texts.CUSTOMS),
    }


_BUSINESS_COLUMNS = (
    *("main_business", "annual_output", "market_share", "main_stations", "transport_modes"),
    *("private_siding", "planned_annual_revenue", "planned_annual_volume", "planned_growth"),
    *("stock_level", "transport_cycle", "culture_notes"),
)
_NO_BUSINESS: Row = dict.fromkeys(_BUSINESS_COLUMNS)


def contacts(world: World) -> Iterator[Row]:
    """The people at the customers: more where there is more to decide; some chains have gaps."""
    for profile in world.profiles:
        chance = stream(world.seed, "contacts", profile.number)
        named = STORY_CONTACTS.get(profile.story) or _drawn_contacts(profile, chance)
        posts = {post: (department, influence) for post, department, _c, influence in texts.POSTS}
        for number, (name, title, chain_role, attitude) in enumerate(named):
            department, influence = posts.get(title, (f"{title[:2]}部", 3))
            yield {
                "customer_code": profile.code,
                "name": name,
                "title": title,
                "department": department,
                "chain_role": chain_role,
                "influence": influence,
                "attitude": attitude,
                "mobile": mobile(chance),
                "phone": landline(chance, profile.city) if chance.random() < 0.4 else "",
                "email": f"c{number + 1}@{profile.code.replace('-', '').lower()}.example",
                "wechat": f"wx_{profile.number:05}_{number + 1}" if chance.random() < 0.6 else "",
                "is_primary": number == (1 if len(named) > 1 else 0),
                "reports_to": named[0][0] if number else "",
            }


def _drawn_contacts(profile: Profile, chance: Random) -> Sequence[Named]:
    many = 5 if profile.revenue > 1_000_000 else 3 if profile.revenue > 100_000 else 1
    count = min(max(many + chance.choice((-1, 0, 0, 1, 2)), 1), len(texts.POSTS))
    posts = list(texts.POSTS[:count])
    if chance.random() < 0.15 and count > 2:
        del posts[0]  # nobody knows who decides
    people: dict[str, Named] = {}
    for title, _department, chain_role, _influence in posts:
        name = person_name(chance)
        mood = round(between(chance, -2, 2, 3.2 * profile.mood - 1.4, 0.8))
        people[name] = (name, title, chain_role, mood if chance.random() < 0.8 else None)
    return list(people.values())


def accounts(world: World) -> Iterator[Row]:
    """Settlement account numbers."""
    for profile in world.profiles:
        if profile.account:
            site = f"{profile.city.name}总仓"
            yield {"account_no": profile.account, "customer_code": profile.code, "site": site}


def contract(each: Contract) -> Row:
    """A contract."""
    terms = each.profile.settlement
    monthly = terms.kind == "monthly"
    amount = round(each.profile.revenue, -4)
    return {
        "contract_no": each.contract_no,
        "customer_code": each.profile.code,
        "kind": "运输服务年度合同" if each.profile.revenue > 250_000 else "月结协议",
        "signed_on": each.signed_on,
        "starts_on": each.starts_on,
        "ends_on": each.ends_on,
        "settlement": terms.kind,
        "statement_day": terms.statement_day if monthly else None,
        "credit_days": terms.credit_days if monthly else None,
        "amount": amount if amount else None,
    }


def plan_line(each: Line) -> Row:
    """A plan line."""
    return {
        "line_no": each.line_no,
        "customer_code": each.profile.code,
        "contract_no": each.contract_no,
        "issued_on": each.issued_on,
        "due_on": each.due_on,
        "amount": each.amount,
        "invoice_no": each.invoice_no,
        "disputed": each.disputed,
    }


def receipt(each: Receipt) -> Row:
    """A receipt."""
    return {
        "receipt_no": each.receipt_no,
        "customer_code": each.profile.code,
        "received_on": each.received_on,
        "amount": each.amount,
        "method": each.method,
        "matures_on": each.matures_on,
        "line_no": each.line_no,
    }


def note(each: Note) -> Row:
    """A manager's note."""
    return {
        "note_no": each.note_no,
        "customer_code": each.profile.code,
        "author": each.author,
        "written_at": each.written_at,
        "kind": each.kind,
        "text": each.text,
    }


def survey_answer(each: Answer) -> Row:
    """One answer of a response."""
    return {
        "response_no": each.response_no,
        "survey": each.survey,
        "customer_code": each.profile.code,
        "respondent_role": each.role,
        "answered_at": each.answered_at,
        "question": each.question,
        "value": each.value,
        "text": each.text,
    }
