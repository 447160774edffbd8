"""The night: every step in order, its results published whole or not at all (06 §1 "Nightly").

The job ledger in the database decides what has run. The clock, a starting worker and the command
all call `ensure_runs()` or `run()`; who comes second finds the first one's lock.
"""

import datetime as dt
import logging
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from api import jobs as dispatch
from contracts import jobs as contracts
from contracts.services.credit import keep_credit_of_night
from core import versions
from core.errors import RefusedError
from core.jobs import JobBusyError, runner
from core.models import JobRun, Version
from core.nights import NIGHTLY, due_dates
from core.statistics import gather_statistics
from crm import publication
from crm.night import Night, Step
from crm.night_task import Progress, Report, Task, report, silent
from customers import jobs as customer_files
from customers.services import lock_places
from engagement import jobs as engagement
from segmentation import health as customer_health
from segmentation import jobs as segmentation
from shipments import jobs as shipments
from surveys import jobs as surveys
from workspace import jobs as workspace
from workspace.handover import jobs as ownership

__all__ = ["STEPS", "Report", "ensure_runs", "run"]

logger = logging.getLogger(__name__)
WAIT_SECONDS = 2 * 3600.0


def waybill_months(night: Night) -> int:
    """Partitions for the waybills of the months to come, so that no load has to make them."""
    return shipments.prepare_partitions(night.day)


def statistics(_night: Night) -> int:
    """What the database knows of tables that grew, so that its plans fit also after an import."""
    return gather_statistics()


def rollup_check(night: Night) -> int:
    """Customers' months recounted where something changed; a difference is mended and logged."""
    months = shipments.check_rollups(everyone=night.rebuild).recounted
    return months + shipments.check_lanes(everyone=night.rebuild).recounted


def open_partitions(night: Night) -> int:
    """Empty partitions for the version."""
    versions.open_partitions(night.version)
    return 0


def seal_partitions(night: Night) -> int:
    """Their indexes."""
    versions.seal_partitions(night.version)
    return 0


def indicators(night: Night) -> int:
    """What customers shipped and paid in twelve months (C0)."""
    rows = segmentation.write_figures(night.day, night.version)
    versions.analyze_partition("segmentation_figures", night.version)
    return rows


def company_totals(night: Night) -> int:
    """What all customers come to."""
    return segmentation.write_company_totals(night.version)


def ageing(night: Night) -> int:
    """What customers owe, by how late it is (B4)."""
    return contracts.write_ageing(night.day, night.version)


def credit(night: Night) -> int:
    """What customers stand for, whether their next parcel goes, how they pay (B6, B10)."""
    rows = contracts.write_credit(night.day, night.version, is_replay=night.is_replay)
    versions.analyze_partition("contracts_credit", night.version)
    return rows


def classes(night: Night) -> int:
    """ABC class, size, tier, value grade and lifecycle (C1-C5)."""
    rows = segmentation.classify(night.day, night.version, night.rules)
    versions.analyze_partition("segmentation_classification", night.version)
    return rows


def rhythm(night: Night) -> int:
    """Who has stopped, by their own rhythm (C9)."""
    rows = segmentation.write_rhythm(night.day, night.version, night.rules)
    versions.analyze_partition("segmentation_rhythm", night.version)
    return rows


def scores(night: Night) -> int:
    """What customers are worth and may become, part by part (C5)."""
    rows = segmentation.write_scores(night.day, night.version, night.rules)
    versions.analyze_partition("segmentation_score", night.version)
    return rows


def health(night: Night) -> int:
    """How well it stands with customers, and whether it told a quarter ago who left (C12)."""
    rows = customer_health.write_health(night.day, night.version, night.rules)
    versions.analyze_partition("segmentation_health", night.version)
    return rows + customer_health.write_health_test(night.day, night.version)


def value_model(night: Night) -> int:
    """How customers come back and what that brings, learnt once a month (C8)."""
    return segmentation.fit_value_model(night.day, night.version, night.rules)


def customer_values(night: Night) -> int:
    """What customers will bring (C8), and who stayed (C13)."""
    rows = segmentation.write_customer_values(night.day, night.version, night.rules)
    versions.analyze_partition("segmentation_customervalue", night.version)
    return rows + segmentation.write_retention(night.version)


def network(night: Night) -> int:
    """What of customers hangs on lost ones (C10)."""
    rows = customer_health.write_exposures(night.day, night.version, night.rules)
    versions.analyze_partition("segmentation_exposure", night.version)
    return rows


def serving(night: Night) -> int:
    """What serving costs, and which lanes lose (02 §6.3)."""
    return segmentation.write_serving(night.day, night.version, night.rules)


def survey_scores(night: Night) -> int:
    """What customers say, also by the classes just made (A1-A14)."""
    return surveys.write_scores(night.day, night.version)


def customers(night: Night) -> int:
    """What the night found of customers to their files. A replay changes history only."""
    if night.is_replay:
        return 0
    lock_places()
    return segmentation.merge_into_customers(night.version)


def credit_states(night: Night) -> int:
    """The states of credit that count from now on. A replay changes history only."""
    return 0 if night.is_replay else keep_credit_of_night(night.day, night.version)


def ageing_summary(night: Night) -> int:
    """The ageing by unit, manager and the tier just given."""
    return contracts.write_ageing_summary(night.version)


def moves(night: Night) -> int:
    """Who has another tier than the night before."""
    return segmentation.write_moves(night.day, night.version)


def curves(night: Night) -> int:
    """How much of each unit's value few customers hold."""
    return segmentation.write_curves(night.version)


def rfm_cuts(night: Night) -> int:
    """Where frequency and money are cut, once a quarter (C7)."""
    return segmentation.freeze_rfm_cuts(night.day, night.version)


def standings(night: Night) -> int:
    """How many customers of each value grade stand where in their life with us."""
    return segmentation.write_standings(night.version)


def portfolios(night: Night) -> int:
    """What the customers of each unit, manager and tier come to."""
    return segmentation.write_portfolios(night.version)


def file_states(night: Night) -> int:
    """How complete files are against what their new tier asks for. A replay leaves them alone."""
    return 0 if night.is_replay else workspace.write_file_states(night.day)


def renewals(night: Night) -> int:
    """Amendments in force, contracts that renew others, go on by themselves, begin or end.

    As they stand on the morning after the business date; what was granted or decided
    for a time and ended with it. Dispatch is told of all that begin or end by their date. A replay
    changes and tells nothing.
    """
    if night.is_replay:
        return 0
    morning = night.day + dt.timedelta(1)
    changed = contracts.apply_amendments(morning) + contracts.link_renewals()
    changed += contracts.extend_contracts(morning)
    changed += customer_files.end_lapsed_deviations(night.day)
    changed += segmentation.end_lapsed_decisions(night.day)
    return changed + dispatch.note_dated_terms(night.day)


def commitments(night: Night) -> int:
    """How service levels of contracts were kept in the last month. A replay measures nothing."""
    return 0 if night.is_replay else contracts.measure_commitments(night.day)


def alerts(night: Night) -> int:
    """Payments due (B9), low scores, falling revenue, credit. A replay opens and closes none."""
    if night.is_replay:
        return 0
    engagement.lock_alerts()
    contracts.judge_promises(night.day)
    opened = contracts.open_payment_alerts(
        night.day, night.rules.alerts.payment_due_stages, night.rules.ladder
    )
    opened += contracts.open_unapplied_alerts(night.day)
    opened += contracts.open_unanswered_alerts(night.day)
    opened += contracts.open_contract_alerts(night.day)
    opened += contracts.open_commitment_alerts(night.day)
    opened += contracts.open_credit_use_alerts(night.day, night.version)
    opened += surveys.open_low_score_alerts(night.day)
    opened += segmentation.volume_drop_alerts(night.day, night.version)
    opened += customer_health.network_alerts(night.day, night.version, night.rules)
    opened += engagement.open_credit_alerts(night.day)
    opened += workspace.file_alerts(night.day)
    opened += engagement.complaint_alerts(night.day)
    closed = contracts.close_settled_alerts(night.day)
    closed += contracts.close_unapplied_alerts(night.day)
    closed += contracts.close_unanswered_alerts(night.day)
    closed += contracts.close_contract_alerts(night.day)
    closed += contracts.close_commitment_alerts(night.day)
    closed += contracts.close_credit_use_alerts(night.day, night.version)
    closed += engagement.close_credit_alerts(night.day)
    closed += surveys.close_low_score_alerts(night.day)
    segmentation.weigh_alerts(night.version)
    return opened + closed


def file_risks(night: Night) -> int:
    """Whose files hang on one head."""
    return engagement.write_file_risks(night.day, night.version)


def pool(night: Night) -> int:
    """Customers idle for too long to their unit's public pool. A replay moves nobody."""
    return 0 if night.is_replay else ownership.recycle_idle(night.day, night.version)


def statements(night: Night) -> int:
    """What customers with monthly settlement are to be billed (B13). A replay states nothing."""
    return 0 if night.is_replay else contracts.make_statements(night.day)


def duplicates(night: Night) -> int:
    """Pairs of files that may be one company. A replay says nothing new."""
    return 0 if night.is_replay else customer_files.find_duplicates(night.day)


def follow_ups(night: Night) -> int:
    """A follow-up for whoever counts and has none; the urgency of tasks. A replay plans none."""
    if night.is_replay:
        return 0
    # A night that comes late plans nothing for days that have gone by.
    yesterday = timezone.localdate() - dt.timedelta(1)
    opened = engagement.open_follow_ups(max(night.day, yesterday))
    segmentation.weigh_tasks(night.day, night.version)
    return opened


# Neighbours with the same transaction are committed together (crm/night.py).
STEPS: tuple[Step, ...] = (
    Step("waybill_months", waybill_months, "waybill_months"),
    Step("statistics", statistics, "statistics"),
    Step("rollup_check", rollup_check, "rollup_check"),
    Step("open", open_partitions, "open"),
    Step("indicators", indicators, "facts", snapshot=True),
    Step("company_totals", company_totals, "facts", snapshot=True),
    Step("ageing", ageing, "facts", snapshot=True),
    Step("credit", credit, "facts", snapshot=True),
    Step("rhythm", rhythm, "facts", snapshot=True),
    Step("network", network, "facts", snapshot=True),
    Step("scores", scores, "facts", snapshot=True),
    Step("classes", classes, "facts", snapshot=True),
    Step("rfm_cuts", rfm_cuts, "facts", snapshot=True),
    Step("health", health, "facts", snapshot=True),
    Step("value_model", value_model, "facts", snapshot=True),
    Step("customer_values", customer_values, "facts", snapshot=True),
    Step("serving", serving, "facts", snapshot=True),
    Step("moves", moves, "facts", snapshot=True),
    Step("curves", curves, "facts", snapshot=True),
    Step("standings", standings, "facts", snapshot=True),
    Step("file_risks", file_risks, "facts", snapshot=True),
    Step("survey_scores", survey_scores, "facts", snapshot=True),
    Step("check", publication.check, "facts", snapshot=True),
    Step("seal", seal_partitions, "seal"),
    Step("publish", publication.publish, "publication"),
    Step("customers", customers, "publication"),
    Step("file_states", file_states, "publication"),
    Step("renewals", renewals, "publication"),
    Step("commitments", commitments, "publication"),
    # From here on in the order of the triggers of a customer that moves: no deadlock with a replay,
    # which opens no alerts.
    Step("alerts", alerts, "publication"),
    Step("ageing_summary", ageing_summary, "publication"),
    Step("portfolios", portfolios, "publication"),
    # By itself: receipts lock states after lines and promises, which the alerts lock. Until it is
    # done the states of before count; a night that was broken off here goes on here.
    Step("credit_states", credit_states, "credit_states"),
    Step("pool", pool, "pool"),
    Step("statements", statements, "statements"),
    Step("duplicates", duplicates, "duplicates"),
    Step("follow_ups", follow_ups, "follow_ups"),
)


class NightOrderError(RefusedError):
    """An older date than the current one, and nobody asked for a replay."""


def run(
    day: dt.date,
    *,
    replay: bool = False,
    accept_moves: bool = False,
    rebuild: bool = False,
    steps: Sequence[Step] = STEPS,
    progress: Progress = silent,
) -> Report:
    """Compute and publish one business date, also when it is published already.

    Waits for another runner; when that one has done this date on data as new as now, its report
    is the answer. `replay` allows a date before the current one; `accept_moves` publishes however
    many customers change tier; `rebuild` recounts all customers' months from their waybills.
    Raises NightOrderError and JobBusyError; a step that fails is told in the report.
    """
    asked_at = timezone.now()
    with runner(NIGHTLY, wait_seconds=WAIT_SECONDS) as own:
        done = JobRun.objects.done(NIGHTLY, day).filter(version__cutoff__gte=asked_at).first()
        if done:
            return report(done)
        is_replay = _refuse_disorder(day, replay)
        return Task(
            own, day, is_replay, steps, progress, accept_moves=accept_moves, rebuild=rebuild
        ).perform()


def ensure_runs(
    now: dt.datetime, *, steps: Sequence[Step] = STEPS, progress: Progress = silent
) -> list[Report]:
    """Run every date that is due, oldest first, and report each; nothing when somebody is at it.

    Stops at the first date that fails; the ledger says when it may be tried again.
    """
    reports: list[Report] = []
    if not due_dates(now):
        return reports
    try:
        with runner(NIGHTLY) as own:
            for day in due_dates(now):  # again: another runner may just have finished
                is_replay = _refuse_disorder(day, replay=True)
                task = Task(own, day, is_replay, steps, progress)
                reports.append(task.perform())
                if not reports[-1].succeeded:
                    break
    except JobBusyError:
        logger.info("the night is being computed by another process")
    return reports


def _refuse_disorder(day: dt.date, replay: bool) -> bool:
    """Whether this is a replay: the date lies before the current one. Refused unless allowed."""
    current = Version.objects.current()
    if current is None or day >= current.business_date:
        return False
    if not replay:
        raise NightOrderError(
            _(
                "%(day)s lies before %(current)s, which is published already."
                " Use --replay to compute it anew; it will not become the current one."
            )
            % {"day": day, "current": current.business_date}
        )
    return True
