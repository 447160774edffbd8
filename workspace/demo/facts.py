"""What managers found out about their larger customers: the part of the file no table carries."""

from decimal import Decimal
from random import Random

from customers.models import Address, Confirmation, Customer, Shareholder
from customers.rules.completeness import SECTIONS
from organization.models import User
from workspace.demo.chance import stream
from workspace.demo.names import landline, person_name
from workspace.demo.profiles import Profile
from workspace.demo.seasons import DAY
from workspace.demo.texts import STREETS
from workspace.demo.world import World

KNOWN_FROM = 60_000  # CNY a year: below, nobody has asked
POSITIONS = ("区域前三", "细分市场龙头", "行业中游", "新进入者，增长快")
PLANS = ("明年扩建二期厂房", "计划开拓西南市场", "新增电商渠道", "维持现有规模")
PACKAGING = ("五层纸箱，护角", "木托盘缠绕膜", "纸箱加气泡柱", "周转箱，循环使用")
HANDLING = ("怕压，限码三层", "防潮", "轻放，禁止倒置", "无特殊要求")
SEASONS = ("九月至十一月旺季，春节前后淡", "全年平稳", "六月、十一月大促翻倍", "年底集中出货")
SYSTEMS = ("用友 U8", "金蝶云星空", "SAP", "管家婆", "自研 ERP")
MODES = ("自产自销", "代工为主，自有品牌三成", "品牌方，生产外包", "经销加电商")
PURCHASING = ("每年三月招标，两家承运商分量", "按季度询价", "长期合作，不轻易更换")
SALES = ("华东、华中", "全国", "华南为主，少量出口", "长三角")
SPEND_SOURCES = ("客户自述", "走访估算", "招标文件")
SOURCES = ("营业执照", "走访", "电话核实", "官网")
GATES = ("8:00-17:30，限高 4.2 米", "全天，须提前登记车牌", "仅工作日，厢式车")
_FIELDS = [
    "scale",
    "industry_position",
    "development_plan",
    "core_systems",
    "operation_mode",
    "purchasing_policy",
    "sales_area",
    "packaging",
    "handling",
    "seasonality",
    "goods",
    "services_used",
    "depth",
    "chain_place",
    "logistics_spend",
    "logistics_spend_source",
    "logistics_spend_on",
]


def write_facts(world: World) -> None:
    """Facts, owners, places and confirmations of those who matter; some know more than others."""
    customers = {row.code: row for row in Customer.objects.all()}
    people = dict(User.objects.values_list("username", "pk"))
    known = [each for each in world.profiles if each.revenue > KNOWN_FROM or each.story]
    owners: list[Shareholder] = []
    places: list[Address] = []
    confirmations: list[Confirmation] = []
    for profile in known:
        chance, customer = stream(world.seed, "facts", profile.number), customers[profile.code]
        _facts(profile, customer, chance, world)
        owners += _owners(customer, chance)
        places += _places(profile, customer, chance)
        confirmations += _confirmations(customer, chance, world, people.get(profile.manager))
    Customer.objects.bulk_update(
        (customers[profile.code] for profile in known), _FIELDS, batch_size=500
    )
    Shareholder.objects.bulk_create(owners)
    Address.objects.bulk_create(places)
    Confirmation.objects.bulk_create(confirmations)


def _facts(profile: Profile, customer: Customer, chance: Random, world: World) -> None:
    is_large = profile.revenue > 1_000_000
    customer.scale = chance.choice(("medium", "large") if is_large else ("micro", "small", "small"))
    customer.goods = profile.trade.goods
    customer.packaging = chance.choice(PACKAGING)
    customer.handling = chance.choice(HANDLING)
    customer.services_used = [name for name, _weight in profile.trade.services][:3]
    customer.depth = chance.choice(("single", "single", "integrated", "whole_chain"))
    makes = profile.party_role != "consignee"
    customer.chain_place = chance.choice(
        ("manufacturer", "supplier", "platform_seller") if makes else ("distributor", "retailer")
    )
    if chance.random() < 0.8:
        customer.logistics_spend = round(Decimal(profile.revenue * chance.uniform(1.3, 4)), -4)
        customer.logistics_spend_source = chance.choice(SPEND_SOURCES)
        customer.logistics_spend_on = world.first_day - chance.randrange(20, 300) * DAY
    for name, words in (
        ("industry_position", POSITIONS), ("development_plan", PLANS), ("core_systems", SYSTEMS),
        ("operation_mode", MODES), ("purchasing_policy", PURCHASING), ("sales_area", SALES),
        ("seasonality", SEASONS),
    ):  # fmt: skip
        if chance.random() < 0.7:
            setattr(customer, name, chance.choice(words))


def _owners(customer: Customer, chance: Random) -> list[Shareholder]:
    if chance.random() < 0.3:
        return []
    first = chance.randrange(51, 96)
    shares = {customer.legal_representative: first, person_name(chance): 100 - first}
    return [
        Shareholder(customer=customer, name=name, share=Decimal(share) / 100)
        for name, share in shares.items()
    ]


def _places(profile: Profile, customer: Customer, chance: Random) -> list[Address]:
    return [
        Address(
            customer=customer,
            kind=Address.Kind.WAREHOUSE,
            label=f"{profile.city.name}{number}号仓",
            province=profile.city.province,
            city=profile.city.name,
            district=chance.choice(profile.city.districts),
            address=f"{chance.choice(STREETS)}{chance.randrange(1, 600)}号",
            is_pickup=number == 1,
            is_delivery=number > 1,
            contact=person_name(chance),
            phone=landline(chance, profile.city),
            access=chance.choice(GATES),
        )
        for number in range(1, chance.choice((1, 1, 2, 3)) + 1)
    ]


def _confirmations(
    customer: Customer, chance: Random, world: World, manager: int | None
) -> list[Confirmation]:
    """Most sections were looked at this year, a few long ago."""
    return [
        Confirmation(
            customer=customer,
            section=section,
            confirmed_on=world.first_day - chance.randrange(3, 420) * DAY,
            confirmed_by_id=manager,
            source=chance.choice(SOURCES),
        )
        for section in SECTIONS
        if chance.random() < 0.85
    ]
