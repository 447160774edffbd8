"""Letters by e-mail: each is given to the mail server once."""

import datetime as dt
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from contracts.models import Letter
from contracts.services.letters import letter_day
from core import mail
from core.context import acting
from core.errors import RefusedError
from core.formats import money_full
from customers.models import Contact

ACTOR = "mail"
MailState = Letter.MailState


def send_waiting_letters() -> int:
    """Send what waits; returns how many the mail server took.

    A letter is marked before it goes: who is killed between leaves it marked, and it is not sent
    again. To an addressee who may not be mailed any more nothing goes.
    """
    waiting = Letter.objects.filter(mail_state=MailState.WAITING).order_by("pk")
    return sum(_send(pk) for pk in list(waiting.values_list("pk", flat=True)))


def _send(pk: int) -> bool:
    if not _marked(pk, MailState.WAITING, MailState.SENDING):
        return False  # another worker was quicker
    letter = Letter.objects.get(pk=pk)
    mailed = Contact.objects.may_be_mailed()
    contact = mailed.filter(pk=letter.contact_id).first() if letter.contact_id else None
    if contact is None:
        _marked(pk, MailState.SENDING, MailState.WITHHELD)
        return False
    is_taken = mail.send(contact.email, letter.subject, letter_text(letter))
    return (
        _marked(pk, MailState.SENDING, MailState.SENT if is_taken else MailState.FAILED)
        and is_taken
    )


def send_again(letter: Letter) -> None:
    """Let a letter wait once more that the mail server did not take; any other is refused."""
    failed = Letter.objects.filter(pk=letter.pk, mail_state=MailState.FAILED)
    if not failed.update(mail_state=MailState.WAITING):
        raise RefusedError(_("Only a letter that the mail server did not take is sent again."))


def _marked(pk: int, before: str, after: str) -> bool:
    with acting(actor=ACTOR):
        return bool(Letter.objects.filter(pk=pk, mail_state=before).update(mail_state=after))


def letter_text(letter: Letter) -> str:
    """The letter as plain text in its language, a line each for what is overdue."""
    with translation.override(letter.language):
        told = [
            _("{line}: {amount}, due {day}, {days} days late").format(
                line=line["line_no"],
                amount=money_full(Decimal(line["amount"]), letter.currency),
                day=letter_day(dt.date.fromisoformat(line["due_on"])),
                days=line["days"],
            )
            for line in letter.lines
        ]
    return "\n".join([letter.opening, "", *told, "", letter.closing])
