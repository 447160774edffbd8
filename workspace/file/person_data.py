"""What we know of one human being, to be handed out to them, and what mentions them besides."""

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from customers.models import Contact, Opening, PrivateDetails, Tie
from customers.services.private import open_details, opened_details
from engagement.models import Note
from organization.models import User

MENTIONS = 100  # notes that are shown or handed out
_LEFT_OUT = {"id", "customer", "contact", "person", "private_facts", "reports_to", "erased_on"}

Entry = dict[str, Any]


def posts_of(user: User, contact: Contact) -> list[Contact]:
    """The contact and the other posts of the same human being that the user may see."""
    posts = Contact.objects.visible_to(user).known().select_related("customer")
    mine = posts.filter(pk=contact.pk)
    if contact.person is not None:
        mine = mine | posts.filter(person=contact.person)
    return list(mine.order_by("customer", "pk"))  # as they are locked to be erased


def mentions(user: User, posts: Sequence[Contact]) -> QuerySet[Note]:
    """Notes of these customers that name the person: they are read by hand."""
    named = Note.objects.visible_to(user).filter(customer__in=[post.customer_id for post in posts])
    names = {post.name for post in posts}
    found = Note.objects.none()
    for name in names:
        found = found | named.filter(text__contains=name)
    return found.select_related("customer").order_by("-written_at", "pk")


def person_file(user: User, contact: Contact, *, request: str, at: datetime) -> tuple[str, bytes]:
    """A zip with everything as JSON and as text, and its name; each post's opening is recorded."""
    posts = posts_of(user, contact)
    data = {
        _("as of"): timezone.localtime(at).strftime("%Y-%m-%d %H:%M"),
        _("posts"): [_post(user, post, request=request, at=at) for post in posts],
        _("notes that name the person"): [
            {
                _("customer"): note.customer.name,
                _("written"): f"{timezone.localtime(note.written_at):%Y-%m-%d %H:%M}",
                _("text"): note.text,
            }
            for note in mentions(user, posts)[:MENTIONS]
        ],
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.json", json.dumps(data, ensure_ascii=False, indent=2))
        archive.writestr("person.txt", "\n".join(_lines(data)))
    name = slugify(contact.name, allow_unicode=True) or str(contact.pk)
    return f"{name}.zip", packed.getvalue()


def _post(user: User, post: Contact, *, request: str, at: datetime) -> Entry:
    open_details(post, reason=request, at=at, actor=user)
    details = opened_details(post, at=at, actor=user)
    ties = Tie.objects.visible_to(user).filter(contact=post).select_related("user")
    openings = Opening.objects.visible_to(user).filter(contact=post).select_related("user")
    return {
        _("customer"): post.customer.name,
        **_fields(post),
        **(_fields(details) if isinstance(details, PrivateDetails) else {}),
        _("known to"): [str(tie.user) for tie in ties],
        _("opened by"): [
            f"{opening.user}, {timezone.localtime(opening.opened_at):%Y-%m-%d %H:%M}"
            for opening in openings
        ],
    }


def _fields(row: Model) -> Entry:
    """The filled fields under the names people read."""
    found = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, str(field.attname))
        if field.name in _LEFT_OUT or value in (None, "", False):
            continue
        display = getattr(row, f"get_{field.name}_display", None)
        found[str(field.verbose_name)] = str(display() if display else value)
    return found


def _lines(value: Any, indent: str = "") -> Iterator[str]:
    """The same for people: a name and what it says on a line."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, dict | list):
                yield f"{indent}{name}:"
                yield from _lines(inner, f"{indent}  ")
            else:
                yield f"{indent}{name}: {inner}"
    else:
        for inner in value:
            yield from _lines(inner, indent) if isinstance(inner, dict) else [f"{indent}- {inner}"]
            if isinstance(inner, dict):
                yield ""
