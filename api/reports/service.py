"""How a customer is to be served: what dispatch asks before it accepts a parcel."""

import datetime as dt
from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.conf import settings

from core import sql
from organization.models import User

_SERVICE = Path(__file__).parent.parent / "sql" / "service.sql"
MOST_CODES = 1_000
POLICY = ("code", "answer_hours", "solution_days", "extras")
CREDIT = ("terms", "state", "limit", "exposure", "available", "reasons", "valid_until")


def service_of(codes: Collection[str], user: User, day: dt.date) -> dict[str, dict[str, Any]]:
    """By asked code (or account number, or code of a merged file) how that customer is served.

    Customers outside the system's unit are left out like those that do not exist. One query and
    plain data: dispatch asks it thousands of times a minute. Credit is as kept since the last fact;
    a release in it lapses here, by the day. Tier and class are those of the night
    of `as_of`; the rest is as it stands now.
    """
    if user.org_unit is None:
        return {}
    found = sql.rows(
        _SERVICE,
        codes=list(codes),
        home=user.org_unit.path,
        day=day,
        currency=settings.COMPANY_CURRENCY,
    )
    return {row[0]: _plain(row) for row in found}


def _plain(row: tuple[Any, ...]) -> dict[str, Any]:
    _asked, code, name, status, tier, abc_class, grade, kind, *more, words, as_of = row
    policy, credit = more[: len(POLICY)], more[len(POLICY) :]
    return {
        "code": code,
        "name": name,
        "status": status,
        "tier": tier,
        "abc_class": abc_class,
        "value_grade": grade,
        "key_account_kind": kind,
        "service_policy": dict(zip(POLICY, policy, strict=True)),
        "credit": dict(zip(CREDIT, credit, strict=True)),
        "instructions": words,
        "as_of": as_of,
    }
