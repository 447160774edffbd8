"""Letters that ask for overdue money: written from templates, kept as written, sent once."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import formats, translation

from contracts.models import Letter, LetterTemplate
from contracts.reports.overdue import Demand
from contracts.rules.letters import fill, pay_by
from core.formats import money_full
from customers.models import Contact
from organization.models import OrgUnit, User

MOST_AT_ONCE = 50  # customers


@dataclass(frozen=True, slots=True)
class Wish:
    """How letters are wanted: of one stage or ("") each as late as it is, in which language."""

    stage: str
    language: str
    channel: str = Letter.Channel.PRINT


def compose(
    demands: Iterable[Demand], wish: Wish, contacts: Mapping[int, Contact], *, today: dt.date
) -> list[Letter]:
    """The letters as they would be written, not saved: what a preview shows.

    By e-mail to whom `contacts` names by customer (id); on paper where there is nobody.
    """
    templates = {each.stage: each for each in LetterTemplate.objects.filter(language=wish.language)}
    demands = list(demands)
    companies = _companies(demands)
    return [
        _letter(demand, templates, companies[demand.customer.org_unit_id], wish, contacts, today)
        for demand in demands
        if (wish.stage or demand.stage) in templates
    ]


@transaction.atomic
def write_letters(letters: Sequence[Letter], *, batch: UUID, actor: User) -> None:
    """Keep composed letters; the same batch again keeps nothing twice."""
    for letter in letters:
        letter.batch, letter.written_by = batch, actor
    Letter.objects.bulk_create(letters, ignore_conflicts=True)


def _letter(  # all of them facts of one letter
    demand: Demand,
    templates: Mapping[str, LetterTemplate],
    company: str,
    wish: Wish,
    contacts: Mapping[int, Contact],
    today: dt.date,
) -> Letter:
    template = templates[wish.stage or demand.stage]
    with translation.override(wish.language):
        facts = _facts(demand, company, today)
    contact = contacts.get(demand.customer.pk) if wish.channel == Letter.Channel.EMAIL else None
    return Letter(
        customer=demand.customer,
        stage=template.stage,
        language=template.language,
        currency=demand.currency,
        amount=demand.amount,
        interest=demand.interest,
        lines=[
            {
                "line_no": line.line_no,
                "due_on": line.due_on.isoformat(),
                "days": line.days,
                "amount": str(line.left),
                "interest": str(line.interest),
            }
            for line in demand.lines
        ],
        subject=fill(template.subject, facts),
        opening=fill(template.opening, facts),
        closing=fill(template.closing, facts),
        channel=Letter.Channel.EMAIL if contact else Letter.Channel.PRINT,
        contact=contact,
        mail_state=Letter.MailState.WAITING if contact else Letter.MailState.NONE,
        written_on=today,
    )


def _facts(demand: Demand, company: str, today: dt.date) -> dict[str, str]:
    """What stands in the places of a template (rules.letters.PLACES), in the active language."""
    return {
        "customer": demand.customer.name,
        "company": company,
        "amount": money_full(demand.amount, demand.currency),
        "count": str(len(demand.lines)),
        "oldest": letter_day(demand.lines[0].due_on),
        "days": str(demand.days),
        "interest": money_full(demand.interest, demand.currency),
        "pay_by": letter_day(pay_by(today)),
        "today": letter_day(today),
    }


def letter_day(day: dt.date) -> str:
    """A day as letters write it, in the active language."""
    is_chinese = (translation.get_language() or "").startswith("zh")
    return str(formats.date_format(day, "Y年n月j日" if is_chinese else "j F Y"))


def _companies(demands: Iterable[Demand]) -> dict[int, str]:
    """The name of the company at the top, by the unit (id) of a customer."""
    units = {demand.customer.org_unit_id: demand.customer.org_unit.path for demand in demands}
    tops = {unit: int(path.strip("/").split("/")[0]) for unit, path in units.items()}
    names = dict(OrgUnit.objects.filter(pk__in=tops.values()).values_list("pk", "name"))
    return {unit: names[top] for unit, top in tops.items()}
