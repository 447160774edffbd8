"""What managers of the demonstration have to do, whom they try to win, met and serve otherwise."""

import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils import timezone

from core.rules import BUSINESS_ZONE
from customers.models import Contact, Customer, PolicyDeviation, PolicyPoint, Prospect
from customers.rules.policies import DEFAULT_POLICIES
from engagement.models import Note, Participant, Task
from organization.models import OrgUnit, User
from organization.reports import heads_above, work_calendar
from segmentation.key_accounts import Naming
from segmentation.models import KeyAccount
from workspace.demo.chance import pick, stream
from workspace.demo.profiles import Profile
from workspace.demo.seasons import DAY
from workspace.demo.world import World
from workspace.key_accounts.deciding import propose

_LARGE, _MEDIUM = 400_000, 60_000  # revenue of a year: whoever brings less is seldom sought
_RECENT = 180  # days of talks whose people are known
_TITLES = {
    Task.Kind.FOLLOW_UP: (
        "发旺季运力方案", "问新仓投产时间", "续签条款再确认", "回复保价费率", "跟进电子回单试用",
    ),
    Task.Kind.CALL: ("确认下周提货时间", "回访上月破损理赔", "催对账单签字", "通知截单时间调整"),
    Task.Kind.VISIT: ("季度走访，见物流经理", "看新仓月台", "带运营去谈发货节奏", "拜访采购负责人"),
    Task.Kind.TODO: ("整理报价单", "补齐营业执照复印件", "更新收货联系人"),
}  # fmt: skip
_WINNING = ("报价后回访", "约看仓库，估算票量", "送合同样本", "谈试发 20 票", "问现用承运商的价格")
_KINDS = (
    (Task.Kind.FOLLOW_UP, 5), (Task.Kind.CALL, 3), (Task.Kind.VISIT, 2), (Task.Kind.TODO, 1),
)  # fmt: skip
_STAGES = (
    (Prospect.Stage.CONTACTED, 9), (Prospect.Stage.QUOTED, 6), (Prospect.Stage.TRIAL, 4),
    (Prospect.Stage.LOST, 1),
)  # fmt: skip
# Of the first large customers: point, value, since and for how many days, why.
_DEVIATIONS = (
    (PolicyPoint.VISIT_DAYS, "14", 20, 70, "新仓投产，前两个月每两周到场一次"),
    (PolicyPoint.ANSWER_HOURS, "1", 8, 30, "上月连续破损，由专人盯"),
    (PolicyPoint.DISCOUNT, "0.12", 35, 90, "续签谈判期间维持优惠"),
)
# Of the first large customers: key accounts since so many days, and why; the next is proposed.
_NAMED = (
    (120, "区域龙头，带动上下游十余家客户"),
    (45, "集团战略合作，总部直接对接"),
)
_PROPOSED = "行业标杆，明年全国仓网招标"
_LOST = ("价格高于现用承运商两成", "客户集团统一招标，暂不换", "对方项目取消")


def write_work(world: World) -> None:
    """Tasks overdue, of today and to come; prospects; people of recent talks; what is granted."""
    customers = {
        row.code: row for row in Customer.objects.select_related("account_manager", "org_unit")
    }
    known = [(each, customers[each.code]) for each in world.profiles if each.code in customers]
    Task.objects.bulk_create(
        task
        for profile, customer in known
        if customer.account_manager and customer.merged_into_id is None
        for task in _tasks(world, profile, customer, customer.account_manager)
    )
    prospects = [
        _prospect(world, profile, customer)
        for profile, customer in known
        if profile.status == Customer.Status.PROSPECT
    ]
    Prospect.objects.bulk_create(prospects)
    lost = [each.customer_id for each in prospects if each.stage == Prospect.Stage.LOST]
    Customer.objects.filter(pk__in=lost).update(status=Customer.Status.LOST)
    _write_participants(world)
    large = _large(known)
    _write_deviations(world, large)
    _write_key_accounts(world, large)


def _large(known: Sequence[tuple[Profile, Customer]]) -> list[tuple[Customer, User]]:
    """The large customers that somebody looks after."""
    return [
        (customer, customer.account_manager)
        for profile, customer in known
        if profile.revenue >= _LARGE and customer.account_manager and not customer.merged_into_id
    ]


def _branch_head(customer: Customer) -> User | None:
    return heads_above(customer.org_unit).filter(org_unit__level=OrgUnit.Level.BRANCH).first()


def _write_key_accounts(world: World, large: Sequence[tuple[Customer, User]]) -> None:
    """The first of them are named key accounts, their branch has agreed; one is proposed."""
    today = world.first_day + DAY
    for (customer, manager), (since, reason) in zip(large, _NAMED, strict=False):
        KeyAccount.objects.create(
            customer=customer,
            reason=reason,
            asked_by=manager,
            approved_by=_branch_head(customer),
            starts_on=today - since * DAY,
        )
    for customer, manager in large[len(_NAMED) :][:1]:
        propose(customer, Naming(_PROPOSED), actor=manager)


def _write_deviations(world: World, large: Sequence[tuple[Customer, User]]) -> None:
    """A few large customers are served otherwise in one point; their branch has agreed."""
    today = world.first_day + DAY
    for (customer, manager), each in zip(large, _DEVIATIONS, strict=False):
        point, value, since, days, reason = each
        begun = today - since * DAY
        PolicyDeviation.objects.create(
            customer=customer,
            point=point,
            value=value,
            reason=reason,
            asked_by=manager,
            approved_by=_branch_head(customer),
            starts_on=begun,
            ends_on=begun + days * DAY,
        )


def _tasks(world: World, profile: Profile, customer: Customer, person: User) -> Iterator[Task]:
    """One or two of those who count, now and then one of the others."""
    chance = stream(world.seed, "tasks", profile.code)
    is_prospect = profile.status == Customer.Status.PROSPECT
    if profile.status != Customer.Status.ACTIVE and not is_prospect:
        return
    wanted = 1 if profile.revenue >= _MEDIUM or is_prospect else int(chance.random() < 0.1)
    if profile.revenue >= _LARGE and chance.random() < 0.4:
        wanted = 2
    policy = DEFAULT_POLICIES.large if profile.revenue >= _LARGE else DEFAULT_POLICIES.medium
    span = DEFAULT_POLICIES.prospect.call_days if is_prospect else policy.call_days
    today = world.first_day + DAY
    for _each in range(wanted):
        kind = Task.Kind.FOLLOW_UP if is_prospect else pick(chance, _KINDS)
        day = today + chance.randint(-span // 3, span) * DAY
        yield Task(
            customer=customer,
            kind=kind,
            title=chance.choice(_WINNING if is_prospect else _TITLES[kind]),
            due_on=work_calendar().next_workday(day),
            assignee=person,
            created_by=person,
        )


def _prospect(world: World, profile: Profile, customer: Customer) -> Prospect:
    chance = stream(world.seed, "prospect", profile.code)
    stage = pick(chance, _STAGES)
    return Prospect(
        customer=customer,
        stage=stage,
        since=world.first_day - chance.randint(1, 60) * DAY,
        expected_monthly_volume=round(10 ** chance.uniform(1.7, 3.6), -1),
        lost_reason=chance.choice(_LOST) if stage == Prospect.Stage.LOST else "",
    )


def _write_participants(world: World) -> None:
    """The main contact took part in the talks of the last months."""
    since = dt.datetime.combine(world.first_day - _RECENT * DAY, dt.time(), BUSINESS_ZONE)
    main = dict(Contact.objects.filter(is_primary=True).values_list("customer", "pk"))
    talks = Note.objects.touches().filter(written_at__gte=since)
    rows = list(talks.values_list("pk", "customer", "written_at").order_by("written_at", "pk"))
    Participant.objects.bulk_create(
        Participant(note_id=note, customer_id=customer, contact_id=main[customer])
        for note, customer, _at in rows
        if customer in main
    )
    last = {main[customer]: at for _note, customer, at in rows if customer in main}
    Contact.objects.bulk_update(
        [Contact(pk=pk, last_touch_on=timezone.localdate(at)) for pk, at in last.items()],
        ["last_touch_on"],
        batch_size=500,
    )
