"""One e-mail to one person; who calls has decided that it goes, and goes once."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)


def is_set_up() -> bool:
    """Whether there is a mail server to give e-mails to."""
    return bool(settings.EMAIL_HOST)


def send(address: str, subject: str, text: str) -> bool:
    """Give it to the mail server; whether that took it. No address stands in the log."""
    message = EmailMessage(" ".join(subject.split()), text, to=[address])
    try:
        return message.send() == 1
    except (SMTPException, OSError, ValueError) as error:
        logger.warning("the mail server took an e-mail not: %s", type(error).__name__)
        return False
