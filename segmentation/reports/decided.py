"""What people have decided about one customer, and the reasons of its night as they are by now."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from customers.models import Customer
from organization.models import User
from segmentation.models import Classification, KeyAccount, TierOverride
from segmentation.rules.key_accounts import NAMED, Named, named_reason
from segmentation.rules.tiers import OVERRIDE, Override, chosen_reasons, computed_tier


@dataclass(frozen=True, slots=True)
class Decided:
    """A tier that somebody chose, and that it is named a key account; None: nobody did."""

    override: TierOverride | None = None
    named: KeyAccount | None = None

    @property
    def parts(self) -> tuple[TierOverride | None, KeyAccount | None]:
        """Both."""
        return self.override, self.named

    def reasons_of(self, night: Classification) -> list[Mapping[str, str | None]]:
        """The night's, with what counts now in place of what people had decided then."""
        computed = computed_tier(night.tier, night.reasons)
        found = [each for each in night.reasons if each["code"] not in (OVERRIDE, NAMED)]
        return [*chosen_reasons(self._chosen(), computed), *found, *self._named()]

    def _chosen(self) -> Override | None:
        made = self.override
        return None if made is None else Override(made.tier, made.ends_on.isoformat(), made.reason)

    def _named(self) -> list[Mapping[str, str | None]]:
        made = self.named
        if made is None:
            return []
        until = None if made.ends_on is None else made.ends_on.isoformat()
        since = made.starts_on.isoformat()
        return [named_reason(Named(str(made.decided_by), since, until, made.reason))]


NOTHING_DECIDED = Decided()


def decided_about(user: User, customer: Customer, day: dt.date) -> Decided:
    """What counts on the day, as far as the person sees it; two queries."""
    people = ("asked_by", "approved_by")
    overrides = TierOverride.objects.visible_to(user).in_force(day)
    names = KeyAccount.objects.visible_to(user).in_force(day)
    return Decided(
        overrides.filter(customer=customer).select_related(*people).first(),
        names.filter(customer=customer).select_related(*people).first(),
    )
