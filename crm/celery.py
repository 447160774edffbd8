"""Celery: comfort around the job ledger. What it loses, the next minute's tick makes good."""

import logging
import os
import sys
from typing import Any

from celery import Celery, bootsteps
from celery.schedules import crontab
from celery.signals import beat_init, worker_init
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from crm.embedded.redis_clients import EmbeddedCelery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")

logger = logging.getLogger(__name__)
_TICK_SECONDS = 60.0
_OUTBOX_SECONDS = 5.0
_CALLS_SECONDS = 15.0
_CREDIT_SECONDS = 0.5  # look-ups answer within a second of the fact


class CatchUp(bootsteps.StartStopStep):
    """A worker that starts looks for nights that were missed while nothing ran."""

    requires = ("celery.worker.components:Pool",)

    def start(self, worker: Any) -> None:
        """Send the task that looks; the worker that starts will do it."""
        worker.app.send_task("crm.tasks.ensure_nights")


@worker_init.connect
@beat_init.connect
def refuse_almighty_login(**_sender: Any) -> None:
    """In production end a worker or a beat whose database login is a superuser."""
    from crm.safety import refuse_almighty_database_login  # noqa: PLC0415  (needs Django set up)

    try:
        refuse_almighty_database_login()
    except ImproperlyConfigured as error:
        logger.critical("%s", error)
        sys.exit(1)
    connection.close()  # the pool's processes open their own


app = Celery("crm") if os.environ.get("REDIS_URL") else EmbeddedCelery("crm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["crm"])
app.steps["worker"].add(CatchUp)
app.conf.beat_schedule = {
    "night": {
        "task": "crm.tasks.ensure_nights",
        "schedule": crontab(hour=str(settings.NIGHTLY_HOUR), minute="0"),
    },
    "tick": {
        "task": "crm.tasks.ensure_nights",
        "schedule": _TICK_SECONDS,
        "options": {"expires": _TICK_SECONDS},  # a worker that was away finds one, not a heap
    },
    "handovers": {
        "task": "crm.tasks.carry_out_handovers",
        "schedule": _TICK_SECONDS,
        "options": {"expires": _TICK_SECONDS},
    },
    "red_letters": {
        "task": "crm.tasks.lapse_red_letters",
        "schedule": _TICK_SECONDS,
        "options": {"expires": _TICK_SECONDS},
    },
    "merges": {
        "task": "crm.tasks.make_good_merges",
        "schedule": _TICK_SECONDS,
        "options": {"expires": _TICK_SECONDS},
    },
    "simulations": {
        "task": "crm.tasks.make_good_simulations",
        "schedule": _TICK_SECONDS,
        "options": {"expires": _TICK_SECONDS},
    },
    "uploads": {
        "task": "crm.tasks.make_good_uploads",
        "schedule": _TICK_SECONDS,
        "options": {"expires": _TICK_SECONDS},
    },
    "mail": {
        "task": "crm.tasks.send_mail",
        "schedule": _TICK_SECONDS,
        "options": {"expires": _TICK_SECONDS},
    },
    "webhooks": {
        "task": "crm.tasks.send_webhooks",
        "schedule": _OUTBOX_SECONDS,
        "options": {"expires": _OUTBOX_SECONDS},
    },
    "credit": {
        "task": "crm.tasks.judge_credit",
        "schedule": _CREDIT_SECONDS,
        "options": {"expires": _CREDIT_SECONDS},
    },
    "calls": {
        "task": "crm.tasks.write_down_calls",
        "schedule": _CALLS_SECONDS,
        "options": {"expires": _CALLS_SECONDS},
    },
}
