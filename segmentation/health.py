"""By night: what of customers hangs on lost ones, and how well it stands with each (C10, C12).

Steps of the night beside those of `segmentation.jobs`, after figures, rhythm and classes.
"""

import datetime as dt
from dataclasses import asdict
from pathlib import Path

from django.conf import settings

from contracts.rules.payment_score import GOOD, POOR
from core import sql
from core.models import Version
from core.rules import window
from engagement.querysets import NOT_A_TALK
from segmentation.rules import fading, health
from segmentation.rules.backtest import a_quarter_before
from segmentation.ruleset import Ruleset
from surveys.rules.scales import SCALES, Family

_SQL = Path(__file__).parent / "sql"


def write_exposures(day: dt.date, version: int, rules: Ruleset) -> int:
    """Write what of customers hangs on lost ones (C10), after figures and rhythm; the rows.

    Pairs of shipper and consignee are those of the last recount (`shipments.jobs.check_rollups`).
    """
    return sql.run(
        _SQL / "exposures.sql",
        day=day,
        version=version,
        currency=settings.COMPANY_CURRENCY,
        hub=rules.network.hub,
        passed_on=rules.network.passed_on,
        lost_days=rules.rhythm.lost_days,
    )


def write_health(day: dt.date, version: int, rules: Ruleset) -> int:
    """Write how well it stands with customers (C12); returns the rows.

    After figures, rhythm, credit, exposures and classes.
    """
    terms = asdict(rules.health)
    asked = [scale for scale in SCALES.values() if scale.family != Family.RATER]
    return sql.run(
        _SQL / "health.sql",
        day=day,
        after=window(day).after,
        version=version,
        questions=[scale.code for scale in asked],
        lows=[scale.low for scale in asked],
        highs=[scale.high for scale in asked],
        rising=[scale.higher_is_better for scale in asked],
        no_talk=list(NOT_A_TALK),
        talk_days=health.TALK_DAYS,
        poor_payment=POOR,
        good_payment=GOOD,
        decay_amber=health.DECAYS["amber"],
        decay_red=health.DECAYS["red"],
        little=health.LITTLE,
        enough=health.ENOUGH,
        least_on_time=health.LEAST_ON_TIME,
        most_trouble=health.MOST_TROUBLE,
        fewest=health.FEWEST,
        ending=health.ENDING,
        ending_days=health.ENDING_DAYS,
        ended_days=health.ENDED_DAYS,
        silence=health.SILENCE,
        **health.BEATS,
        **terms,
    )


def write_health_test(day: dt.date, version: int) -> int:
    """Write what became of the grades of a quarter ago (C12), after the rhythm; the rows.

    None while no night of then is kept.
    """
    earlier = Version.objects.published_between(*a_quarter_before(day))
    return sql.run(
        _SQL / "health_test.sql", version=version, earlier=earlier.pk if earlier else None
    )


def network_alerts(day: dt.date, version: int, rules: Ruleset) -> int:
    """One alert a customer whose network hangs on lost ones (C10); returns how many are new.

    Open ones are kept true and closed when it is below the alarm. The same day again opens none.
    """
    return sql.run(
        _SQL / "network_alerts.sql",
        day=day,
        version=version,
        currency=settings.COMPANY_CURRENCY,
        alarm=rules.network.alarm,
        least=fading.LEAST_LOSS,
    )
