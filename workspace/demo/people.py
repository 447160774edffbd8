"""What managers know of the people at their large customers: relations, birthdays, confidences."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import NamedTuple

from customers.models import Acquaintance, Contact, Customer, Opening, PrivateDetails, Tie
from organization.models import User
from workspace.demo import files
from workspace.demo.chance import stream
from workspace.demo.world import World

LARGE = 1_000_000  # CNY a year: whose people are known better
_DAY = dt.timedelta(days=1)


class Told(NamedTuple):
    """What is known of one person of a story."""

    birthday: str = ""
    channel: str = ""
    career: str = ""
    specialties: str = ""
    secrets: Mapping[str, str] = {}


STORY, FORMER, MOVED = "fading", "largest", "白雪"
TOLD: Mapping[str, Told] = {
    "陆远航": Told(
        "12-06",
        "mobile",
        "2009 年起做电商代运营，2016 年创办云杉；此前在宝钢物流部五年。",
        "懂干线成本，报价看得很细。",
        {
            "character": "直爽，不绕弯子；先说数字再谈关系。",
            "hobbies": "周末骑行，环淀山湖；喜欢普洱。",
            "family": "女儿明年中考，工作日晚上八点后不接电话。",
            "background": "温州乐清人，家族几家企业互相持股。",
            "standing": "上海市电子商务协会副会长。",
            "reach": "能影响协会内十多家商家的承运商选择。",
        },
    ),
    "韩磊": Told(
        "09-27",
        "wechat",
        "原京东华东仓配经理，2021 年加入云杉。",
        "仓网规划、旺季排产。",
        {
            "character": "较真，重承诺；当面答应的事要书面跟进。",
            "hobbies": "羽毛球，周三晚固定场地。",
            "reach": "采购和仓储都听他的意见。",
        },
    ),
    "许静": Told("03-15", "wechat", "采购出身，做过两年审计。", "招投标、比价。"),
    "高翔": Told("", "mobile", "仓库一线做起，十一年。", "现场调度。"),
    "白雪": Told("06-18", "wechat", "原在华瑞家电做客服主管，今年跳槽。"),
}


def record_told(world: World) -> None:
    """Those of the story with all that is told of them, before the others come as a table."""
    code = _code(world, STORY)
    customer = Customer.objects.get(code=code)
    rows = [row for row in files.contacts(world) if row["customer_code"] == code]
    people: dict[str, Contact] = {}
    for row in rows:
        values = {name: value for name, value in row.items() if name != "customer_code"}
        values["reports_to"] = people.get(values["reports_to"])
        person = Contact(customer=customer, **values)
        _tell(person, TOLD.get(person.name, Told()), world.first_day)
        people[person.name] = person
    first, second = sorted((people["陆远航"].pk, people["孟琪"].pk))
    Acquaintance.objects.create(
        customer=customer, contact_id=first, other_id=second, how="中欧校友"
    )
    former = Customer.objects.get(code=_code(world, FORMER))
    _record_former(people[MOVED], former, world.first_day)


def write_ties(world: World) -> None:
    """Who of us knows the people of the large customers, and since when we last spoke."""
    large = [one.code for one in world.profiles if one.revenue > LARGE]
    customers = Customer.objects.filter(code__in=large).select_related("account_manager")
    for customer in customers.order_by("code"):
        _tie(world, customer)


def _code(world: World, story: str) -> str:
    return next(one.code for one in world.profiles if one.story == story)


def _tie(world: World, customer: Customer) -> None:
    """Its manager knows all of its people, the head of the outlet who decides, each in a while."""
    chance = stream(world.seed, "ties", customer.code)
    heads = User.objects.filter(org_unit=customer.org_unit_id, role=User.Role.UNIT_MANAGER)
    head, manager = heads.first(), customer.account_manager
    contacts = list(customer.contacts.order_by("pk"))
    ties = []
    for contact in contacts:
        contact.last_touch_on = world.first_day - chance.randint(1, 75) * _DAY
        touched = {"contact": contact, "customer": customer, "last_touch_on": contact.last_touch_on}
        if manager:
            ties.append(Tie(user=manager, strength=chance.randint(2, 5), is_owner=True, **touched))
        if head and contact.chain_role == "decider" and chance.random() < 0.7:
            ties.append(Tie(user=head, strength=chance.randint(1, 4), **touched))
    Contact.objects.bulk_update(contacts, ["last_touch_on"])
    Tie.objects.bulk_create(ties)


def _tell(contact: Contact, told: Told, day: dt.date) -> None:
    """Record the contact, and what was said in confidence."""
    contact.birthday, contact.channel = told.birthday, told.channel
    contact.career, contact.specialties = told.career, told.specialties
    contact.consent, contact.consent_on = Contact.Consent.GIVEN, day - 200 * _DAY
    contact.consent_source, contact.private_facts = "拜访时口头同意", len(told.secrets)
    if contact.name == MOVED:
        contact.person = uuid.uuid5(uuid.NAMESPACE_OID, contact.name)
    contact.save()
    manager = contact.customer.account_manager
    if told.secrets and manager:
        place = {"contact": contact, "customer": contact.customer}
        at = dt.datetime.combine(day - 3 * _DAY, dt.time(1, 40), dt.UTC)
        PrivateDetails.objects.create(**place, **told.secrets)
        Opening.objects.create(**place, user=manager, reason="准备视频会", opened_at=at)


def _record_former(contact: Contact, before: Customer, day: dt.date) -> None:
    """The post they left: they know us from there."""
    Contact.objects.create(
        customer=before, name=contact.name, title=contact.title, chain_role="user",
        mobile=contact.mobile, person=contact.person, is_active=False, left_on=day - 150 * _DAY,
    )  # fmt: skip
