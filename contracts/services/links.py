"""Links by which a customer answers a statement without signing in.

A link names the statement, the key it was given and who sent it: it opens what that person may
still see, for a month, until it is revoked or another is given (decision 39).
"""

import datetime as dt
from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

from contracts.models import Statement
from core.context import set_context
from organization.models import User

VALID = dt.timedelta(days=30)  # after it was sent
ACTOR = "statement_link:"  # in the history: no user has a name with a colon
_SIGNER = signing.Signer(salt="contracts.statement")


@dataclass(frozen=True, slots=True)
class Link:
    """What a link of ours says; whether it is in force is not asked yet."""

    statement: int
    key: str
    sender: int


def link_of(statement: Statement, *, today: dt.date) -> str:
    """The path of the customer's page; "" where no link is in force."""
    if not statement.link_key or statement.sent_on is None or today > statement.sent_on + VALID:
        return ""
    facts = [statement.pk, statement.link_key, statement.sent_by_id]
    return reverse("statement_answer", args=[_SIGNER.sign_object(facts)])


def read_link(token: str) -> Link | None:
    """What the link says; None for what we never signed."""
    try:
        return Link(*_SIGNER.unsign_object(token))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def open_link(link: Link, *, today: dt.date, writing: bool) -> Statement | None:
    """The statement of a link in force, else None; from now on its sender's rights apply.

    To write, it is locked: what the customer has read is what it answers.
    """
    sender = User.objects.filter(pk=link.sender, is_active=True).select_related("org_unit").first()
    if sender is None or not link.key:
        return None
    sender.is_writing = writing
    set_context(user_id=sender.pk, actor=ACTOR, writing=writing)
    found = Statement.objects.visible_to(sender).filter(pk=link.statement)
    if writing:
        found = found.select_for_update(of=("self",), no_key=True)
    mine = found.filter(link_key=link.key, sent_by=sender, sent_on__gte=today - VALID)
    return mine.select_related("customer", "contract", "line").first()
