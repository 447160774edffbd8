"""Celery tasks: one line each; they may run twice or never without harm."""

from django.utils import timezone

from api.jobs import drain
from api.services.calls import write_calls
from contracts.jobs import lapse_red_letters as lapse_unconfirmed
from contracts.services.credit import AT_ONCE, judge_due
from contracts.services.letter_mail import send_waiting_letters
from core import mail
from crm import nightly
from crm.celery import app
from segmentation import simulation
from workspace.digest.sending import send_digests
from workspace.handover.services import carry_out_due
from workspace.merging import work as merging
from workspace.uploads import work


@app.task
def ensure_nights() -> None:
    """Run the nights that are due."""
    nightly.ensure_runs(timezone.now())


@app.task
def work_on_upload(number: int) -> None:
    """Check or take one uploaded table."""
    work.work_on(number)


@app.task
def make_good_uploads() -> None:
    """Do what lost messages and killed workers left undone; remove old files."""
    work.make_good(timezone.now())


@app.task
def carry_out_handovers() -> None:
    """Hand over what is planned for today, once."""
    carry_out_due(timezone.now())


@app.task
def lapse_red_letters() -> None:
    """End red letters that nobody confirmed in time."""
    lapse_unconfirmed(timezone.now())


@app.task
def judge_credit() -> None:
    """Whether the next parcel goes, for whoever something changed for: until nobody is left."""
    while judge_due() >= AT_ONCE:
        pass


@app.task
def work_on_merge(number: int) -> None:
    """Make one file of two, or two of one again."""
    merging.work_on(number)


@app.task
def make_good_merges() -> None:
    """Do what lost messages and killed workers left undone."""
    merging.make_good()


@app.task
def simulate_rules(number: int) -> None:
    """Try a draft of the rules on the last night."""
    simulation.work_on(number)


@app.task
def make_good_simulations() -> None:
    """Do what lost messages and killed workers left undone."""
    simulation.make_good()


@app.task
def send_webhooks() -> None:
    """Pass changes on to other systems and send what is due, for a while."""
    drain(seconds=20)


@app.task
def write_down_calls() -> None:
    """Move what was counted of the API's calls into the database."""
    write_calls(timezone.now())


@app.task
def send_mail() -> None:
    """Give what waits to the mail server."""
    if mail.is_set_up():
        send_waiting_letters()
        send_digests(timezone.now())
