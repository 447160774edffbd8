"""The demonstration company in the database: loaded once, carried on day by day.

Both write what happened between two days, by the same function; a load begins with nothing. Each
is one transaction: killed at any moment it has written all or nothing.
"""

import datetime as dt
import secrets

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RefusedError
from core.jobs import runner
from core.models import Version
from customers.models import Customer
from organization.models import OrgUnit, User
from surveys.models import Survey
from workspace.demo import files, voices
from workspace.demo.bank import write_bank
from workspace.demo.company import ADMINISTRATOR, people, units
from workspace.demo.credit import write_credit
from workspace.demo.days import Progress, write_days
from workspace.demo.deals import write_deals
from workspace.demo.dossiers import write_dossiers
from workspace.demo.facts import write_facts
from workspace.demo.hands import write_hands
from workspace.demo.invoices import write_invoices
from workspace.demo.letters import write_letters_of
from workspace.demo.people import record_told, write_ties
from workspace.demo.persons import PASSWORD, PERSONS
from workspace.demo.promises import write_promises
from workspace.demo.seasons import DAY
from workspace.demo.service import write_service
from workspace.demo.statements import write_statements
from workspace.demo.work import write_work
from workspace.demo.world import World
from workspace.demo.writing import ACTOR, take_in
from workspace.models import Demonstration

EDITION = 1  # to be raised when the same seed makes other data
JOB = "demo"
CATCH_UP_NIGHTS = 7
WAIT_SECONDS = 600.0


def loaded() -> Demonstration | None:
    """The demonstration in this database, if it is there."""
    return Demonstration.objects.filter(removed_at=None).first()


def is_untouched() -> bool:
    """Whether this is a new database: nobody works here, and no demonstration ever was here."""
    tables = (Demonstration, Customer, OrgUnit, User)
    return not any(table.objects.exists() for table in tables)


def load(world: World, say: Progress, *, only_if_new: bool = False) -> bool:
    """Make the company; whether it was made.

    RefusedError where other customers or units are, and in production; with `only_if_new` nothing
    is made in a database that anybody has used.
    """
    if settings.PRODUCTION:
        raise RefusedError(
            _("The demonstration's passwords are known to everybody: it is not for production.")
        )
    with runner(JOB, wait_seconds=WAIT_SECONDS) as own, own.writing(actor=ACTOR):
        if only_if_new and not is_untouched():
            return False
        if loaded():
            raise RefusedError(_("The demonstration is loaded already."))
        if Customer.objects.exists() or OrgUnit.objects.exists():
            raise RefusedError(
                _(
                    "This database holds a company already."
                    " Load the demonstration into another one: set YIHU_LOCAL."
                )
            )
        _write_company(world, say)
        write_days(world, None, world.first_day, say)
        write_hands(world.first_day, timezone.now())
        write_work(world)
        write_promises(world)
        write_letters_of(world)
        write_service(world)
        write_bank(world.first_day)
        write_statements(world.first_day)
        write_invoices(world.first_day)
        write_deals(world.first_day)
        write_credit(world)
        Demonstration.objects.filter(pk=1).delete()
        Demonstration.objects.create(
            pk=1,
            seed=world.seed,
            scale=world.scale,
            edition=EDITION,
            first_day=world.first_day,
            filled_until=world.first_day,
            unit_ids=list(OrgUnit.objects.values_list("pk", flat=True)),
            user_ids=_user_ids(),
            customer_ids=list(Customer.objects.values_list("pk", flat=True)),
            survey_ids=_survey_ids(world, world.first_day),
        )
    return True


def carry_on(until: dt.date, say: Progress) -> bool:
    """Add what happened since the last time; whether there was anything to add.

    A demonstration made by another edition of this code is left as it is.
    """
    with runner(JOB, wait_seconds=WAIT_SECONDS) as own, own.writing(actor=ACTOR):
        demo = loaded()
        if demo is None or demo.filled_until >= until:
            return False
        if demo.edition != EDITION:
            say(_("The demonstration was made by another version: remove and load it to go on."))
            return False
        world = World(demo.seed, demo.first_day, demo.scale)
        write_days(world, demo.filled_until, until, say)
        demo.filled_until = until
        demo.survey_ids = _survey_ids(world, until)
        demo.save(update_fields=["filled_until", "survey_ids"])
    return True


def missing_nights() -> list[tuple[dt.date, bool]]:
    """Nights to compute on what was written, oldest first, and whether each is a replay."""
    demo = loaded()
    if demo is None:
        return []
    current = Version.objects.current()
    published = current.business_date if current else dt.date.min
    last = demo.filled_until
    if demo.nights_until is None:
        return [(day, False) for day in _past_nights(last) if day > published]
    first = max(demo.nights_until + DAY, last - (CATCH_UP_NIGHTS - 1) * DAY)
    days = [first + number * DAY for number in range((last - first).days + 1)]
    return [(day, day < published) for day in days]


def note_nights(until: dt.date | None) -> None:
    """The nights up to that day are computed on what is written; None: not one is."""
    Demonstration.objects.filter(pk=1).update(nights_until=until)


def _write_company(world: World, say: Progress) -> None:
    say(_("Units and people ..."))
    take_in("org_units", files.org_units(units()))
    take_in("users", files.users(people()))
    username, name = ADMINISTRATOR
    User.objects.create(
        username=username,
        name=name,
        role=User.Role.ADMINISTRATOR,
        password=make_password(secrets.token_urlsafe()),
    )
    User.objects.filter(username__in=PERSONS).update(password=make_password(PASSWORD))
    say(_("Customers and contacts ..."))
    take_in("customers", files.customers(world))
    record_told(world)
    take_in("contacts", files.contacts(world))
    write_ties(world)
    take_in("accounts", files.accounts(world))
    write_dossiers(world)
    write_facts(world)


def _user_ids() -> list[int]:
    usernames = {person.username for person in people()} | {ADMINISTRATOR[0]}
    return list(User.objects.filter(username__in=usernames).values_list("pk", flat=True))


def _past_nights(last: dt.date) -> list[dt.date]:
    """The ends of two months, which stay for good, a week before, and the day itself."""
    end = last.replace(day=1) - DAY
    nights = {end.replace(day=1) - DAY, end, last - 7 * DAY, last}
    return sorted(nights)


def _survey_ids(world: World, until: dt.date) -> list[int]:
    codes = [code for code, _name, _opens_on in voices.surveys(world.start, until)]
    return list(Survey.objects.filter(code__in=codes).values_list("pk", flat=True))
