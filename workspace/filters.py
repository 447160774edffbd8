"""Filters of the customer list page: those of the customer, and those that need the night."""

import datetime as dt
from typing import Any

import django_filters
from django.db.models import Exists, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models import REFUSING, CreditStanding
from core.models import Version
from customers.filters import CustomerFilter
from customers.models import Customer, Prospect
from engagement.reports import at_risk
from organization.access import user_of
from organization.permissions import Action, can
from segmentation.models import Rhythm
from workspace.credit.standing import standing_so
from workspace.listing import overdue_for, shipping_so
from workspace.prospects import with_stage

NOT_CLEAR = (CreditStanding.WATCH, *REFUSING)


class ListFilter(CustomerFilter):
    """As CustomerFilter; `version` is the night whose figures decide."""

    overdue = django_filters.ChoiceFilter(
        method="is_overdue",
        choices=[("0", _("any")), ("30", _("over 30 days")), ("90", _("over 90 days"))],
        empty_label=_("Overdue or not"),
        label=_("overdue"),
    )
    follow_up = django_filters.ChoiceFilter(
        method="has_follow_up",
        choices=[
            ("none", pgettext_lazy("next follow-up", "none planned")),
            ("overdue", pgettext_lazy("next follow-up", "overdue")),
            ("week", pgettext_lazy("next follow-up", "within 7 days")),
        ],
        empty_label=_("Any follow-up"),
        label=_("next follow-up"),
    )
    stage = django_filters.ChoiceFilter(
        method="in_stage",
        choices=Prospect.Stage.choices,
        empty_label=_("Any stage"),
        label=pgettext_lazy("of a prospect", "stage"),
    )
    risk = django_filters.ChoiceFilter(
        method="hangs_on_one_head",
        choices=[
            ("alone", _("known to one of us only")),
            ("one_contact", _("no second contact")),
            ("unvisited", _("not visited lately")),
            ("all_three", _("all three")),
        ],
        empty_label=_("At risk or not"),
        label=_("file at risk"),
    )
    file = django_filters.ChoiceFilter(
        method="is_so_complete",
        choices=[("gaps", _("with gaps")), ("60", _("under 60 of 100")), ("whole", _("complete"))],
        empty_label=_("Complete or not"),
        label=_("file completeness"),
    )
    rhythm = django_filters.ChoiceFilter(
        method="ships_so",
        choices=Rhythm.State.choices,
        empty_label=_("Any rhythm"),
        label=_("rhythm"),
    )
    credit = django_filters.ChoiceFilter(
        method="stands_so",
        choices=[("refused", _("No parcels accepted")), *CreditStanding.choices],
        empty_label=_("Any credit state"),
        label=_("credit state"),
    )
    tag = django_filters.CharFilter(method="has_tag", max_length=100, label=_("tag"))

    def __init__(self, *args: Any, version: Version | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        if not can(user_of(self.request), Action.VIEW_CREDIT):
            del self.filters["credit"]

    def is_overdue(self, queryset: QuerySet[Customer], _name: str, days: str) -> QuerySet[Customer]:
        """Those with something overdue for more than so many days."""
        return overdue_for(queryset, self.version, int(days))

    def has_follow_up(
        self, queryset: QuerySet[Customer], _name: str, when: str
    ) -> QuerySet[Customer]:
        """By the next follow-up; none planned counts for customers one has a relation with."""
        if when == "none":
            lost = Customer.Status.LOST
            return queryset.filter(next_follow_up_on=None).exclude(status=lost)
        today = timezone.localdate()
        if when == "overdue":
            return queryset.filter(next_follow_up_on__lt=today)
        week = today + dt.timedelta(7)
        return queryset.filter(next_follow_up_on__range=(today, week))

    def in_stage(self, queryset: QuerySet[Customer], _name: str, stage: str) -> QuerySet[Customer]:
        """Prospects in the stage, and what was won and lost."""
        if stage in Prospect.OPEN_STAGES:
            queryset = queryset.filter(status=Customer.Status.PROSPECT)
        return with_stage(queryset).filter(stage=stage)

    def hangs_on_one_head(
        self, queryset: QuerySet[Customer], _name: str, question: str
    ) -> QuerySet[Customer]:
        """Those the board of files at risk counts, as of that night."""
        day = self.version.business_date if self.version else timezone.localdate()
        return at_risk(queryset, day, question)

    def is_so_complete(
        self, queryset: QuerySet[Customer], _name: str, wanted: str
    ) -> QuerySet[Customer]:
        """Those whose file is so complete, as the night or the last edit found it."""
        if wanted == "whole":
            return queryset.filter(file_state__score=100)
        return queryset.filter(file_state__score__lt=60 if wanted == "60" else 100)

    def ships_so(self, queryset: QuerySet[Customer], _name: str, state: str) -> QuerySet[Customer]:
        """Those whose rhythm was in that state that night."""
        return shipping_so(queryset, self.version, state)

    def stands_so(self, queryset: QuerySet[Customer], _name: str, state: str) -> QuerySet[Customer]:
        """Those whose credit stands so now, in any currency; clear: in all of them."""
        if state == CreditStanding.CLEAR:
            return queryset.exclude(Exists(standing_so(NOT_CLEAR)))
        return queryset.filter(Exists(standing_so(REFUSING if state == "refused" else [state])))

    def has_tag(self, queryset: QuerySet[Customer], _name: str, tag: str) -> QuerySet[Customer]:
        """Those that carry exactly this tag."""
        return queryset.filter(tags__contains=[tag.strip()])
