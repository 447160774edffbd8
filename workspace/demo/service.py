"""Who does what at our units, what was agreed with large customers, what they complained of."""

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any

from core.rules import BUSINESS_ZONE
from customers.models import Contact, Customer
from engagement.services import Words, answer_complaint, solve_complaint, take_complaint
from organization.models import Department, OrgUnit, User
from organization.reports import work_calendar
from shipments.models import Waybill
from shipments.rules import month_number
from workspace.demo.chance import pick, stream
from workspace.demo.company import units
from workspace.demo.seasons import DAY
from workspace.demo.world import World
from workspace.plans.services import Draft, save_plan

_PLANNED, _COMPLAIN, _COMPLAINTS = 14, 120, 46  # the largest so many customers
Kind = Department.Kind
_DEPARTMENTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "group": ((Kind.HOTLINE, "客服热线中心", "own"), (Kind.IT, "信息技术部", "own")),
    "branch": (
        (Kind.LINE_HAUL, "干线运输部", "own"), (Kind.CLAIMS, "理赔部", "own"),
        (Kind.FINANCE, "财务结算部", "own"),
    ),
    "outlet": (
        (Kind.SALES, "大客户部", "own"), (Kind.OPERATIONS, "操作部", "own"),
        (Kind.DELIVERY, "末端派送部", "outsourced"),
    ),
}  # fmt: skip
# Stage, requirement, standard in words, measure, target, who of ours.
_STAGES: tuple[tuple[str, str, str, str, str, str], ...] = (
    (
        "order_information",
        "订单 17:00 前推送，含 SKU 明细",
        "接口推送，10 分钟内回执",
        "",
        "",
        Kind.IT,
    ),
    ("pickup", "19:00 前两次提货，带尾板车", "", "duration_hours", "4", Kind.OPERATIONS),
    (
        "acceptance",
        "逐票扫描，异常当场拍照",
        "扫描率 100%",
        "exception_rate",
        "0.01",
        Kind.OPERATIONS,
    ),
    ("packing", "五层纸箱加护角，限码三层", "破损 ≤ 3‰", "", "", Kind.OPERATIONS),
    ("line_haul", "当晚发运，不中转压货", "", "duration_hours", "6", Kind.LINE_HAUL),
    ("arrival", "到港 2 小时内完成分拨", "", "duration_hours", "30", Kind.OPERATIONS),
    ("delivery", "预约送货，签单返还", "", "on_time_rate", "0.93", Kind.DELIVERY),
    ("billing", "每月 5 日前出对账单", "差错 ≤ 1 笔", "", "", Kind.FINANCE),
)
_NOTES = ("试运行方案，只含主线路", "旺季前修订：准时率目标上调，增加预约送货")
_GAINS: tuple[tuple[str, str, str, str, str | None], ...] = (
    ("customer", "cost", "182000", "164000", "167500"), ("customer", "days", "3.4", "2.6", None),
    ("customer", "damage", "6", "3", None), ("customer", "stock", "960000", "780000", "815000"),
    ("ours", "cost", "141000", "128000", "131200"), ("ours", "damage", "6", "3", None),
)  # fmt: skip
_SAID: dict[str, tuple[str, ...]] = {
    "delay": ("承诺次日达，第三天还没到，门店断货", "预约上午送，下午五点才到，仓库已下班"),
    "damage": ("外箱压塌，三台机器外壳开裂", "纸箱进水，整托退回"),
    "loss": ("签收 48 件，实到 45 件", "两件货在中转后没有轨迹"),
    "attitude": ("派送员把货放门口就走，电话不接", "催件时客服让自己等，没有后续"),
    "billing": ("对账单多算了两票超重费", "回单费上月已结，这月又出现"),
    "information": ("轨迹两天没更新，不知道货在哪", "改地址后没有人确认"),
}
_ANSWERS = ("已联系中转站核查，今天下班前给您答复", "已报异常，先安排补发，责任核定中")
_SOLUTIONS = ("核实属实，按保价赔付并致歉", "已补送到位，线路班次调整", "对账差错已更正，重新出单")
_CHANNELS = (("hotline", 6), ("wechat", 4), ("app", 3), ("counter", 2), ("regulator", 0.4))
_CATEGORIES = (
    ("delay", 6), ("damage", 4), ("loss", 2), ("billing", 2), ("information", 2), ("attitude", 1),
)  # fmt: skip
_VERDICTS = (("content", 6), ("partly", 3), ("not_content", 1), ("", 3))


def write_service(world: World) -> None:
    """Departments of all units, plans of the largest customers in two versions, complaints."""
    now = dt.datetime.combine(world.first_day + DAY, dt.time(), BUSINESS_ZONE)
    _write_departments()
    ranked = sorted(world.profiles, key=lambda each: -each.revenue)
    codes = [each.code for each in ranked if each.status == Customer.Status.ACTIVE]
    found = Customer.objects.filter(code__in=codes[:_COMPLAIN], merged_into=None)
    rows = {row.code: row for row in found.select_related("org_unit", "account_manager")}
    customers = [rows[code] for code in codes if code in rows and rows[code].account_manager]
    main = dict(Contact.objects.filter(is_primary=True).values_list("customer", "pk"))
    for customer in customers[:_PLANNED]:
        _write_plans(world, customer, main.get(customer.pk))
    chance = stream(world.seed, "complaints")
    for number in range(_COMPLAINTS):
        customer = pick(chance, [(each, 1.0) for each in customers])
        _write_complaint(world, customer, number, chance, now)


def _write_departments() -> None:
    known = {unit.code: unit for unit in OrgUnit.objects.all()}
    heads = dict(
        User.objects.filter(role=User.Role.UNIT_MANAGER).values_list("org_unit__code", "pk")
    )
    Department.objects.bulk_create(
        Department(
            unit=known[unit.code], kind=kind, name=name, ownership=ownership,
            head_id=heads.get(unit.code),
        )
        for unit in units()
        for kind, name, ownership in _DEPARTMENTS[unit.level]
    )  # fmt: skip


def _write_plans(world: World, customer: Customer, contact: int | None) -> None:
    """A version for trying out, then the one in force; the older has fewer stages."""
    above = [int(part) for part in customer.org_unit.path.split("/") if part]
    nearest = Department.objects.filter(unit__in=above).order_by("unit__path")
    departments = {each.kind: each for each in nearest}
    manager = customer.account_manager
    if manager is None:
        return
    for version, (age, stages) in enumerate(((300, _STAGES[1:7]), (75, _STAGES))):
        begin = world.first_day - age * DAY
        told = [_stage(stage, departments, contact, manager) for stage in stages]
        gains = [_gain(*gain) for gain in _GAINS] if version else []
        draft = Draft(begin, None, _NOTES[version], told, gains)
        save_plan(customer, draft, today=begin, actor=manager)


def _stage(
    stage: tuple[str, str, str, str, str, str],
    departments: dict[str, Department],
    contact: int | None,
    manager: User,
) -> dict[str, Any]:
    name, requirement, standard, measure, target, kind = stage
    department = departments.get(kind)
    return {
        "stage": name, "requirement": requirement, "standard": standard, "measure": measure,
        "target": Decimal(target) if target else None, "department": department,
        "unit_id": department and department.unit_id, "contact_id": contact, "colleague": manager,
    }  # fmt: skip


def _gain(side: str, measure: str, before: str, promised: str, measured: str | None) -> Any:
    return {
        "side": side, "measure": measure, "before": Decimal(before), "promised": Decimal(promised),
        "measured": None if measured is None else Decimal(measured),
    }  # fmt: skip


def _write_complaint(
    world: World, customer: Customer, number: int, chance: Random, now: dt.datetime
) -> None:
    """Of the last two months; most are answered and solved, the latest still wait."""
    age = min(int(chance.expovariate(1 / 18)), 60)
    at = dt.datetime.combine(world.first_day - age * DAY, dt.time(9), BUSINESS_ZONE)
    at = min(at + dt.timedelta(minutes=chance.randrange(600)), now)
    category = pick(chance, _CATEGORIES)
    words = Words(
        complaint_no=f"TS{at:%y%m%d}-{number:04}",
        received_at=at,
        channel=pick(chance, _CHANNELS),
        category=category,
        text=chance.choice(_SAID[category]),
        severity="high" if chance.random() < 0.15 else "normal",
        waybill_no=_waybill_of(customer, at),
        contact_name=_caller(customer),
        claimed=Decimal(chance.randrange(2, 90) * 50) if category in {"damage", "loss"} else None,
    )
    actor = customer.account_manager
    complaint, _new = take_complaint(customer, words, actor=None)
    hours, calendar = dt.timedelta(hours=1), work_calendar()
    answered = calendar.add_working_time(at, chance.uniform(0.3, 7) * hours)
    solved = calendar.add_working_time(answered, chance.uniform(2, 20) * hours)
    if actor and answered < now and chance.random() < 0.95:
        answer = chance.choice(_ANSWERS)
        answer_complaint(complaint, answer=answer, at=answered, actor=actor)
    if actor and solved < now and chance.random() < 0.92:
        verdict, solution = pick(chance, _VERDICTS), chance.choice(_SOLUTIONS)
        solve_complaint(complaint, solution=solution, verdict=verdict, at=solved, actor=actor)


def _waybill_of(customer: Customer, at: dt.datetime) -> str:
    since = at - 6 * DAY
    months = {month_number(since.date()), month_number(at.date())}
    sent = Waybill.objects.filter(
        customer=customer, accepted_at__range=(since, at), month__in=months
    )
    return sent.order_by("accepted_at").values_list("waybill_no", flat=True).first() or ""


def _caller(customer: Customer) -> str:
    people = Contact.objects.filter(customer=customer).order_by("pk")
    return people.values_list("name", flat=True).first() or ""
