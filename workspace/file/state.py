"""How complete a customer's file is right now: the rule of customers on the rows as they stand.

The night says the same of all customers in one statement (workspace/sql/file_states.sql).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from contracts.models import Contract
from customers.models import Confirmation, Contact, Customer, FileStandard, FileState, Shareholder
from customers.rules.completeness import (
    ITEMS,
    SECTIONS,
    Completeness,
    completeness,
    is_stale,
    kind_of_file,
)

_THAT_HANG_ON_IT = {"shareholders", "contact", "decider", "second_contact", "contract"}
_OF_THE_ROW = tuple(item for item in ITEMS if item not in _THAT_HANG_ON_IT)
DECIDERS = ("decider", "approver")


@dataclass(frozen=True, slots=True)
class Confirmed:
    """When a section was last confirmed, by whom and from what."""

    on: dt.date
    person: str
    source: str


@dataclass(frozen=True, slots=True)
class State:
    """What is asked for and there; the latest confirmation of each section that has one."""

    completeness: Completeness
    confirmations: dict[str, Confirmed]
    max_age_days: int

    @property
    def stale(self) -> tuple[str, ...]:
        """Sections whose facts count as missing, because nobody confirmed them for too long."""
        return self.completeness.stale


def file_state(customer: Customer, day: dt.date) -> State:
    """The state on that day; one query. The person must be allowed to see the customer."""
    found = Customer.objects.filter(pk=customer.pk).values(**facts_asked(customer, day)).get()
    return state_from(customer, found, day)


def state_from(customer: Customer, found: dict[str, Any], day: dt.date) -> State:
    """The state as these values of `facts_asked` tell it."""
    confirmations = {
        each["section"]: Confirmed(
            dt.date.fromisoformat(each["on"]), each["person"] or "", each["source"]
        )
        for each in found["confirmed"]
    }
    age = found["age"]
    began = timezone.localdate(customer.created_at)  # a file is new until it is confirmed
    last = dict.fromkeys(SECTIONS, began)
    last |= {section: each.on for section, each in confirmations.items()}
    old = [s for s, since in last.items() if age is not None and is_stale(since, day, age)]
    there = {item for item in _OF_THE_ROW if getattr(customer, item) not in (None, "", [])}
    there |= {item for item in _THAT_HANG_ON_IT if found[f"has_{item}"]}
    return State(completeness(found["asked"] or [], there, old), confirmations, age or 0)


def facts_asked(customer: Customer, day: dt.date) -> dict[str, Any]:
    """What is asked for, which items hang on the file, what was confirmed: to be selected."""
    kind = kind_of_file(tier=customer.tier, size=customer.size, status=customer.status)
    standard = FileStandard.objects.filter(kind=kind)
    of_customer = {"customer": OuterRef("pk")}
    contacts = Contact.objects.at_work().filter(**of_customer).order_by()
    runs = Contract.objects.in_force(day).filter(**of_customer)
    confirmed = Confirmation.objects.filter(**of_customer).order_by("section")
    told = JSONObject(
        section="section", on="confirmed_on", person="confirmed_by__name", source="source"
    )
    return {
        "asked": Subquery(standard.values("items")),
        "age": Subquery(standard.values("max_age_days")),
        "confirmed": ArraySubquery(confirmed.values(told=told)),
        "has_shareholders": Exists(Shareholder.objects.filter(**of_customer)),
        "has_contact": Exists(contacts),
        "has_second_contact": Exists(contacts[1:2]),
        "has_decider": Exists(contacts.filter(chain_role__in=DECIDERS)),
        "has_contract": Exists(runs),
    }


def store_state(customer: Customer, day: dt.date) -> None:
    """Keep the state that lists sort by, after a page has changed the file."""
    fresh = Customer.objects.get(pk=customer.pk)
    state = file_state(fresh, day).completeness
    FileState.objects.update_or_create(
        customer=fresh,
        defaults={
            "score": state.score,
            "missing": list(state.missing),
            "stale": list(state.stale),
            "computed_on": day,
        },
    )
