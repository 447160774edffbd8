"""Why a person sees a customer, or does not: the same answer as `visible_to` and the database."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core import sql
from organization.models import Deputy, OrgUnit, User
from organization.permissions import UNIT_ROLES
from workspace.words import day_text

_FACTS = Path(__file__).parent / "sql" / "facts.sql"


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether the person sees the customer, by which path, and what would change it."""

    sees: bool
    path: str
    change: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Share:
    user: int
    until: dt.date | None
    read_only: bool

    def in_force(self, today: dt.date) -> bool:
        return self.until is None or self.until >= today


def why(person: User, code: str, today: dt.date) -> Answer | None:
    """In words for an administrator; None where there is no customer of that code."""
    found = sql.rows(_FACTS, code=code)[0][0]
    if found is None:
        return None
    facts = json.loads(found) if isinstance(found, str) else found
    unit = OrgUnit.objects.get(pk=facts["unit"])
    manager = User.objects.filter(pk=facts["manager"]).first()
    shares = [_share(each) for each in facts["shares"]]
    answer = (
        _by_account(person)
        or _by_unit(person, unit)
        or _by_manager(person, manager, today)
        or _by_share(person, shares, today)
        or _not(person, unit, manager, shares, today)
    )
    if facts["merged_into"]:
        note = _("The file was merged into {code}: its page leads there.")
        return Answer(
            answer.sees, answer.path, answer.change, note.format(code=facts["merged_into"])
        )
    return answer


def _share(row: dict[str, Any]) -> _Share:
    until = dt.date.fromisoformat(row["until"]) if row["until"] else None
    return _Share(row["user"], until, row["read_only"])


def _by_account(person: User) -> Answer | None:
    """Who sees nothing whatever the customer."""
    if not person.is_active:
        path = _("{person} has no access: it was ended.")
        return Answer(False, path.format(person=person), _("Give access back under Users."))
    if person.is_administrator:
        path = _("{person} is an administrator, and administrators see no customers.")
        change = _("Only another account with another role would see it.")
        return Answer(False, path.format(person=person), change)
    return None


def _by_unit(person: User, unit: OrgUnit) -> Answer | None:
    home = person.org_unit
    if person.role not in UNIT_ROLES or home is None or not unit.path.startswith(home.path):
        return None
    if home == unit:
        path = _("{person} belongs to {unit}, the customer's own unit.").format(
            person=person, unit=unit.name
        )
    else:
        path = _("{person} belongs to {home}, which stands above {unit}, the customer's unit.")
        path = path.format(person=person, home=home.name, unit=unit.name)
    return Answer(True, path, _("Another home unit or another unit of the customer ends it."))


def _absent(person: User, today: dt.date) -> dict[int, Deputy]:
    """For whom the person stands in today, if the role lets them."""
    if person.role != User.Role.ACCOUNT_MANAGER:
        return {}
    days = Deputy.objects.filter(deputy=person, starts_on__lte=today, ends_on__gte=today)
    return {each.user_id: each for each in days.select_related("user").order_by("ends_on")}


def _by_manager(person: User, manager: User | None, today: dt.date) -> Answer | None:
    if manager is None or person.role != User.Role.ACCOUNT_MANAGER:
        return None
    if person == manager:
        path = _("{person} is the customer's account manager.").format(person=person)
        return Answer(True, path, _("A handover to somebody else ends it."))
    deputy = _absent(person, today).get(manager.pk)
    if deputy is None:
        return None
    path = _("{person} stands in for {absent}, the account manager, until {day}.").format(
        person=person, absent=manager, day=day_text(deputy.ends_on)
    )
    return Answer(True, path, _("The end of the deputyship ends it."))


def _by_share(person: User, shares: list[_Share], today: dt.date) -> Answer | None:
    absent = _absent(person, today)
    for share in shares:
        if not share.in_force(today) or share.user not in {person.pk, *absent}:
            continue
        path = _("{person} is a helper of this customer.").format(person=person)
        if share.user in absent:
            path = _("{person} stands in for {absent}, who is a helper of this customer.").format(
                person=person, absent=absent[share.user].user
            )
        parts = [path]
        if share.read_only:
            parts.append(_("Only to read."))
        if share.until:
            parts.append(_("Until {day}.").format(day=day_text(share.until)))
        return Answer(True, " ".join(parts), _("Taking the helper away ends it."))
    return None


def _not(
    person: User, unit: OrgUnit, manager: User | None, shares: list[_Share], today: dt.date
) -> Answer:
    """No path leads there; whose it is, and which paths there could be."""
    whose = _("It belongs to {unit} and is looked after by {manager}.").format(
        unit=unit.name, manager=manager or _("nobody")
    )
    ended = [share.until for share in shares if share.user == person.pk and share.until]
    was = ""
    if ended:
        was = _("{person} could see it until {day}.").format(
            person=person, day=day_text(max(ended))
        )
    change = _("To be a helper, or a home unit at or above {unit}, would change it.")
    if person.role == User.Role.ACCOUNT_MANAGER:
        change = _("A handover, being a helper, or standing in for {manager} would change it.")
    path = " ".join(part for part in (whose, was) if part)
    return Answer(False, path, change.format(unit=unit.name, manager=manager or _("nobody")))
