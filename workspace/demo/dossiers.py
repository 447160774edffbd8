"""Credit dossiers: whole ones for the customers that stories are told of, plain ones for the large.

Days count back from the first day of the demonstration as negative numbers.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from random import Random
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from customers.models import (
    BankAccount,
    CreditEvent,
    CreditFact,
    CreditLimitChange,
    CreditReview,
    Customer,
    DangerSign,
    Guarantee,
    Qualification,
    Statement,
)
from engagement.services import call_for_credit_review
from organization.models import User
from workspace.credit.limits import LimitWish, change_limit
from workspace.demo.chance import stream
from workspace.demo.profiles import Profile
from workspace.demo.seasons import DAY
from workspace.demo.world import World

LARGE = 2_500_000  # yearly revenue from which somebody has looked at a customer's credit
Topic = CreditFact.Topic
_BANKS = ("中国工商银行", "中国建设银行", "招商银行", "交通银行", "浦发银行", "中国银行")
_PLAIN: Mapping[str, tuple[str, ...]] = {
    Topic.POSITION: ("细分市场前三，区域龙头", "行业中游，客户较分散", "本地同行中口碑较好"),
    Topic.BUSINESS_STATE: ("订单饱满，两班生产", "淡旺季明显，整体平稳", "新品上量，产能偏紧"),
    Topic.GROWTH_PLAN: ("明年新增一条产线，发货量预计增两成", "维持现有规模，主攻华南市场"),
    Topic.BANK_STANDING: ("按时付息，无不良记录", "主办行评级 A，续贷顺利"),
    Topic.FUNDS: ("回款周期约 60 天，现金流正常", "年底备货期资金偏紧，节后恢复"),
    Topic.TAX_STATUS: ("一般纳税人，无欠税", "一般纳税人，享受高新技术企业优惠"),
    Topic.TAX_RATING: ("A 级", "B 级", "A 级（连续三年）"),
    Topic.PAYMENT_ATTITUDE: ("对账及时，到期前主动安排付款", "须提醒一次，基本按期"),
    Topic.PEERS_OPINION: ("同行反映付款守信", "个别承运商反映压账期"),
    Topic.INTEGRITY: ("申报货名属实，未见夹带", "合同履约正常"),
}
_TOLD: Mapping[str, Mapping[str, str]] = {  # by story: what differs from the plain
    "fading": {
        Topic.FUNDS: "上季度起付款改为承兑汇票，财务称资金统筹上收",
        Topic.BUSINESS_STATE: "线上大促后销量回落，仓库面积已缩减三分之一",
    },
    "slow payer": {
        Topic.BUSINESS_STATE: "主机厂减产，两条线停了一条",
        Topic.FUNDS: "应收账款被下游拖欠，银行抽贷 300 万元",
        Topic.PAYMENT_ATTITUDE: "多次承诺未兑现，需上门催收",
        Topic.PEERS_OPINION: "两家同行已改为现结",
        Topic.TAX_RATING: "C 级",
    },
    "dispute": {Topic.PAYMENT_ATTITUDE: "对温控货损有争议的账单拒付，其余按期"},
}
_EVENTS: Mapping[str, tuple[tuple[int, str, int | None, str, int | None], ...]] = {
    "largest": (
        (-40, "promise_kept", None, "10 月账单承诺 20 日前付清，18 日到账", None),
        (-130, "promise_kept", None, "季度返利抵扣按约确认", None),
    ),
    "steady": ((-60, "promise_kept", None, "预付冷链保证金按约到账", None),),
    "slow payer": (
        (-200, "default", 1_800_000, "银行流动资金贷款逾期 47 天，后以厂房抵押展期", -120),
        (-26, "court_entry", 420_000, "被模具供应商起诉拖欠货款", None),
    ),
    "fading": ((-75, "promise_broken", None, "承诺恢复电汇付款，仍以六个月承兑支付", None),),
    "dispute": ((-150, "dispute_lost", 36_000, "货损索赔经核实为自身包装不合格", None),),
    "near limit": (
        (-310, "false_declaration", None, "一批次以普货申报含稀释剂，安检退回", None),
        (-20, "promise_kept", None, "超限部分承诺三日内付款，已付", None),
    ),
}
_LIMITS: Mapping[str, tuple[str, str, str]] = {  # who asks: before, now, why
    "largest": ("3600000", "4500000", "双十一旺季运量翻倍，近两年无逾期"),
    "slow payer": ("900000", "600000", "连续两期逾期，先降额度"),
}
_PAPERS = (  # name, who issues it, days until it expires
    ("营业执照", "市场监督管理局", None),
    ("食品经营许可证", "市场监督管理局", 420),
    ("危险化学品经营许可证", "应急管理局", 24),
    ("药品经营质量管理规范认证", "药品监督管理局", 52),
    ("质量管理体系认证 ISO 9001", "认证中心", 260),
)


def write_dossiers(world: World) -> None:
    """Write the dossiers of customers that are in the database, and ask for one limit."""
    profiles = [each for each in world.profiles if each.story or each.revenue > LARGE]
    files = Customer.objects.in_bulk([each.code for each in profiles], field_name="code")
    people = {user.username: user for user in User.objects.exclude(org_unit=None)}
    for model in _MAKERS:
        rows = [
            model(customer=files[each.code], recorded_by=people.get(each.manager), **facts)
            for each in profiles
            for facts in _rows(model, each, world)
        ]
        model.objects.bulk_create(rows, batch_size=1000)
    registered = Customer.objects.filter(pk=OuterRef("customer")).values("registered_capital")
    paid_in = CreditFact.objects.filter(topic=Topic.PAID_IN_CAPITAL)
    paid_in.filter(amount__gt=Subquery(registered)).update(amount=Subquery(registered))
    told = {each.story: each for each in profiles if each.story}
    _control(told, files, people, world)


def _rows(model: type[Any], profile: Profile, world: World) -> Iterator[dict[str, Any]]:
    """The facts of one kind about one customer."""
    chance = stream(world.seed, "dossier", model.__name__, profile.number)
    seen = world.first_day - chance.randrange(20, 160) * DAY
    for facts in _MAKERS[model](profile, chance, world):
        yield {"source": "客户经理走访", "as_of": seen, **facts}


def _facts(profile: Profile, chance: Random, _world: World) -> Iterator[dict[str, Any]]:
    told = _TOLD.get(profile.story, {})
    for topic, texts in _PLAIN.items():
        drawn, is_known = chance.choice(texts), chance.random() < 0.85
        if is_known or topic in told:
            yield {"topic": topic, "text": told.get(topic, drawn)}
    line = Decimal(round(max(profile.revenue, 300_000) * chance.uniform(1, 4), -5))
    yield {"topic": Topic.BANK_LINE, "amount": line, "source": "客户财务", "text": "一年一签"}
    capital = Decimal(chance.choice((50, 100, 200, 500)) * 10_000)  # perhaps more than is paid in
    yield {"topic": Topic.PAID_IN_CAPITAL, "amount": capital, "source": "企业信用信息公示系统"}


def _accounts(profile: Profile, chance: Random, _world: World) -> Iterator[dict[str, Any]]:
    for number, bank in enumerate(chance.sample(_BANKS, 2 if profile.revenue > LARGE else 1)):
        digits = "".join(str(chance.randrange(10)) for _digit in range(17))
        yield {
            "bank": f"{bank}{profile.city.name}分行",
            "holder": profile.name,
            "account_no": f"62{digits}",
            "is_main": number == 0,
            "source": "开票资料",
        }


def _papers(profile: Profile, chance: Random, world: World) -> Iterator[dict[str, Any]]:
    by_trade = {"食品": 1, "生鲜": 1, "化工": 2, "医药": 3, "医疗": 3}
    kinds = {0, by_trade.get(profile.trade.short, 4)}
    for name, issuer, days in (_PAPERS[kind] for kind in sorted(kinds)):
        yield {
            "name": name,
            "number": f"{chance.randrange(10**11, 10**12)}",
            "issuer": f"{profile.city.name}市{issuer}" if "局" in issuer else issuer,
            "issued_on": profile.since,
            "expires_on": None if days is None else world.first_day + days * DAY,
            "source": "证照原件",
        }


def _years(profile: Profile, chance: Random, world: World) -> Iterator[dict[str, Any]]:
    sales = max(profile.revenue, 200_000) * chance.uniform(14, 30)
    debt, margin = chance.uniform(0.35, 0.6), chance.uniform(0.03, 0.09)
    if profile.story == "slow payer":
        debt, margin = 0.83, -0.04
    for back in (1, 2, 3):
        year = world.first_day.year - back
        revenue = sales / (1 + profile.trend.growth) ** back
        assets = revenue * 0.8
        yield {
            "year": year,
            "revenue": _cents(revenue),
            "assets": _cents(assets),
            "liabilities": _cents(assets * (debt - 0.03 * (back - 1))),
            "profit": _cents(revenue * (margin + 0.015 * (back - 1))),
            "cash": _cents(assets * chance.uniform(0.04, 0.12)),
            "audited": profile.revenue > LARGE,
            "source": "年度审计报告" if profile.revenue > LARGE else "客户财务报表",
            "as_of": world.first_day - (150 + 365 * (back - 1)) * DAY,
        }


def _cents(amount: float) -> Decimal:
    return Decimal(round(amount, -3))


def _guarantees(profile: Profile, _chance: Random, world: World) -> Iterator[dict[str, Any]]:
    if profile.story == "slow payer":
        yield {
            "direction": "given",
            "kind": "mortgage",
            "party": "上海农商银行",
            "collateral": "嘉定厂房一处",
            "amount": Decimal(6_000_000),
            "starts_on": world.first_day - 120 * DAY,
            "expires_on": world.first_day + 245 * DAY,
            "source": "不动产登记查询",
        }
    if profile.story in {"largest", "fading", "near limit"}:
        yield {
            "direction": "received",
            "kind": "guarantee",
            "party": "母公司连带责任保证",
            "amount": Decimal(1_000_000),
            "starts_on": world.first_day - 340 * DAY,
            "expires_on": world.first_day + 25 * DAY,
            "source": "保证合同",
        }


def _events(profile: Profile, _chance: Random, world: World) -> Iterator[dict[str, Any]]:
    for day, kind, amount, text, settled in _EVENTS.get(profile.story, ()):
        yield {
            "kind": kind,
            "as_of": world.first_day + day * DAY,
            "amount": amount,
            "text": text,
            "settled_on": None if settled is None else world.first_day + settled * DAY,
            "source": "中国执行信息公开网" if kind == "court_entry" else "往来记录",
        }


_MAKERS: Mapping[type[Any], Any] = {
    CreditFact: _facts,
    BankAccount: _accounts,
    Qualification: _papers,
    Statement: _years,
    Guarantee: _guarantees,
    CreditEvent: _events,
}


def _control(
    told: Mapping[str, Profile], files: dict[Any, Customer], people: dict[str, User], world: World
) -> None:
    """Limits, reviews, danger signs of the slow payer, and one request that waits."""
    first = world.first_day
    finance, head, manager = people["wuyue"], people["shenlan"], people["linxiao"]
    for story, (before, amount, why) in _LIMITS.items():
        CreditLimitChange.objects.create(
            customer=files[told[story].code],
            before=Decimal(before),
            amount=Decimal(amount),
            valid_until=first + 200 * DAY,
            reason=why,
            changed_by=finance,
            approved_by=head if Decimal(amount) > Decimal(before) else None,
        )
    CreditLimitChange.objects.update(changed_at=timezone.now() - 40 * DAY)
    CreditReview.objects.bulk_create(
        _review(files[told[story].code], finance, first, outcome, due)
        for story, outcome, due in (
            ("largest", "资信良好，维持 450 万元额度。", 150),
            ("fading", "货量下滑且改用承兑，额度不再上调，三个月后复核。", -2),
            ("steady", "冷链业务稳定，建议旺季前上调额度。", 60),
        )
    )
    slow = files[told["slow payer"].code]
    _signs(
        slow, manager, ("idle_lines", "late_wages"), "车间只开一条线，门卫说上月工资还没发", world
    )
    wish = LimitWish(Decimal(2_600_000), first + 365 * DAY, "西南两条冷链新线下月起量，需提高额度")
    change_limit(files[told["steady"].code], wish, actor=manager)


def _review(customer: Customer, by: User, first: Any, outcome: str, due: int) -> CreditReview:
    return CreditReview(
        customer=customer,
        reviewed_by=by,
        reviewed_on=first - 95 * DAY,
        outcome=outcome,
        next_on=first + due * DAY,
    )


def _signs(customer: Customer, by: User, signs: Iterable[str], note: str, world: World) -> None:
    seen = world.first_day - 4 * DAY
    signs = list(signs)
    DangerSign.objects.bulk_create(
        DangerSign(customer=customer, sign=sign, seen_on=seen, seen_by=by, note=note)
        for sign in signs
    )
    call_for_credit_review(customer, signs=signs, on=seen)
