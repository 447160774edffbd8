"""Celery tasks: one line each; they may run twice or never without harm."""

from django.utils import timezone

from crm import nightly
from crm.celery import app


@app.task
def ensure_nights() -> None:
    """Run the nights that are due."""
    nightly.ensure_runs(timezone.now())
