"""Contracts of key accounts as people keep them: levels, rebates, amendments, renewals."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Sum

from contracts.models import Contract, ExtraWork
from contracts.rules.contracts import Act, Stage
from contracts.rules.instalments import Schedule, equal
from contracts.services.amendments import AmendmentEntry, write_amendment
from contracts.services.contracts import decide_contract
from contracts.services.instalments import make_instalments, propose_instalments
from contracts.services.terms import set_levels, set_rebate
from core.rules import add_months
from customers.models import Contact
from organization.models import User
from workspace.demo.seasons import DAY

_KEY_ACCOUNTS = 12
_PRICES = (
    "2026 版重量段价目表，九二折",
    "一口价：华东 6.2 元/票，跨区加 1.5 元",
    "按公斤段计价，旺季上浮 5%",
)
_EXTRA = (
    ("春节夜间卸货 2 车", "1800", "0", "对方产线停线，领导特批"),
    ("临时驻场打包 3 人", "3600", "4500", ""),
    ("错贴面单返工 420 件", "1260", "0", "我方培训不到位，分公司承担"),
    ("加急专车上海至合肥", "2900", "3600", ""),
)
_LEVELS = (
    {"on_time": "0.94", "damage": "0.012", "response": "24"},
    {"on_time": "0.965", "damage": "0.01"},
    {"on_time": "0.95", "response": "12"},
)
_HUNDREDS = Decimal(100_000)


def write_deals(today: dt.date) -> None:
    """What stands beside the largest contracts in force, and contracts on their way."""
    found = _largest(today)
    if len(found) < _KEY_ACCOUNTS:
        return  # a small company
    for number, contract in enumerate(found[:_KEY_ACCOUNTS]):
        _dress(contract, number)
        _promise(contract, number, today)
    _amend(found[0], found[1], today)
    _on_the_way(sorted(found[2:10], key=_end)[:4], today)
    _decided(found[-1], found[-2], today)
    _instalments(found[0], today)


def _end(contract: Contract) -> tuple[dt.date, str]:
    return contract.ends_on or dt.date.max, contract.contract_no


def _largest(today: dt.date) -> list[Contract]:
    """Contracts in force of customers with a manager, by what their plan asks for."""
    in_force = Contract.objects.in_force(today).filter(
        customer__account_manager__isnull=False, customer__merged_into=None
    )
    asked = in_force.annotate(asked=Sum("plan_lines__amount")).filter(asked__gt=0)
    kept = asked.select_related("customer__account_manager", "customer__org_unit")
    return list(kept.order_by("-asked", "contract_no"))


def _head(contract: Contract) -> User:
    """The unit manager nearest above the customer."""
    path = [int(part) for part in contract.customer.org_unit.path.split("/") if part]
    heads = User.objects.filter(org_unit__in=path, role=User.Role.UNIT_MANAGER, is_active=True)
    return max(heads.select_related("org_unit"), key=lambda head: (len(_path(head)), -head.pk))


def _path(person: User) -> str:
    return person.org_unit.path if person.org_unit else ""


def _dress(contract: Contract, number: int) -> None:
    """Who signed, at what price, who pays and how, and whether it goes on by itself."""
    people = Contact.objects.filter(customer=contract.customer_id).at_work()
    contract.kind = f"{contract.starts_on.year} 年度运输框架合同"
    contract.price_basis = _PRICES[number % len(_PRICES)]
    contract.our_signatory = contract.customer.account_manager
    contract.their_signatory = people.order_by("-influence", "name").first()
    contract.payer_name, contract.pay_method = contract.customer.name, "transfer"
    if number % 3 == 1:
        contract.renewal_months, contract.notice_days = 12, 30
    contract.save()


def _promise(contract: Contract, number: int, today: dt.date) -> None:
    """Service levels for all, rebates for every other one, extra work for every third one."""
    levels = _LEVELS[number % len(_LEVELS)]
    head = _head(contract)
    set_levels(contract, {name: Decimal(value) for name, value in levels.items()}, actor=head)
    if number % 2 == 0:
        step = max(((contract.amount or _HUNDREDS) // _HUNDREDS) * _HUNDREDS, _HUNDREDS)
        rates = (("0.5", "0.01"), ("0.8", "0.015"), ("1.1", "0.02"))
        steps = [(step * Decimal(part), Decimal(rate)) for part, rate in rates]
        set_rebate(contract, steps, actor=head)
    if number % 3 == 0:
        what, cost, billed, reason = _EXTRA[number // 3 % len(_EXTRA)]
        ExtraWork.objects.create(
            contract=contract,
            customer_id=contract.customer_id,
            done_on=max(contract.starts_on, today - (20 + number) * DAY),
            what=what,
            allowed_by=head,
            cost=Decimal(cost),
            billed=Decimal(billed),
            reason=reason,
            entered_by=contract.customer.account_manager,
        )


def _amend(one: Contract, other: Contract, today: dt.date) -> None:
    """One that was amended, one whose amendment waits for its day."""
    since = max(one.starts_on, today - 60 * DAY)
    more = ((one.amount or _HUNDREDS) * Decimal("1.2")).quantize(Decimal(1))
    grown = AmendmentEntry(since, since, "增开合肥仓，年度预算上调两成", {"amount": more})
    longer = AmendmentEntry(
        today - 5 * DAY, today + 20 * DAY, "账期放宽，换取独家承运", {"credit_days": 60}
    )
    for contract, entry in ((one, grown), (other, longer)):
        write_amendment(contract, entry, today=today, actor=_head(contract))


def _manager(contract: Contract) -> User:
    manager = contract.customer.account_manager
    if manager is None:
        raise ValueError(contract.contract_no)
    return manager


def _on_the_way(contracts: Sequence[Contract], today: dt.date) -> None:
    """Renewals as a draft, in review, sent back, and signed."""
    steps: tuple[tuple[Act, ...], ...] = (
        (), (Act.SUBMIT,), (Act.SUBMIT, Act.RETURN), (Act.SUBMIT, Act.SIGN),
    )  # fmt: skip
    for contract, acts in zip(contracts, steps, strict=True):
        begin = (contract.ends_on or today) + DAY
        renewal = Contract.objects.create(
            contract_no=f"XQ{begin:%Y%m}-{contract.customer.code}",
            customer_id=contract.customer_id,
            kind=f"{begin.year} 年度运输框架合同",
            stage=Stage.DRAFT.value,
            starts_on=begin,
            ends_on=add_months(begin, 12) - DAY,
            settlement=contract.settlement,
            statement_day=contract.statement_day,
            credit_days=contract.credit_days,
            amount=contract.amount,
            price_basis=contract.price_basis,
            renews=contract,
        )
        for act in acts:
            person = _manager(contract) if act == Act.SUBMIT else _head(contract)
            reason = "账期最多 45 天，请重谈" if act == Act.RETURN else ""
            decide_contract(
                renewal, act, on=today - 3 * DAY, reason=reason, today=today, actor=person
            )


def _decided(rests: Contract, ended: Contract, today: dt.date) -> None:
    """One that rests, one that was ended before its time."""
    decide_contract(
        rests, Act.SUSPEND, on=today - 8 * DAY, reason="连续两期逾期，先停后谈", today=today,
        actor=_head(rests),
    )  # fmt: skip
    last = min(ended.ends_on or today, today + 25 * DAY)
    decide_contract(
        ended, Act.TERMINATE, on=last, reason="客户迁往外省，双方协商解除", today=today,
        actor=_head(ended),
    )  # fmt: skip


def _instalments(beside: Contract, today: dt.date) -> None:
    """A project that is paid in four parts, the first one asked for this month."""
    begin = today.replace(day=1)
    project = Contract.objects.create(
        contract_no=f"XM{begin:%Y%m}-{beside.customer.code}",
        customer_id=beside.customer_id,
        kind="仓配一体项目合同",
        signed_on=begin - 6 * DAY,
        starts_on=begin,
        ends_on=add_months(begin, 12) - DAY,
        settlement="prepaid",
        due_kind="pay_day",
        due_months=1,
        pay_day=15,
        amount=Decimal("360000.00"),
        our_signatory=beside.customer.account_manager,
    )
    schedule = Schedule(equal(4), begin, 3)
    make_instalments(project, schedule, seen=propose_instalments(project, schedule))
