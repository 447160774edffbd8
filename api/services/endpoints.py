"""Webhooks are set up, changed over to another secret, switched, tried and replayed."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from api.models import Delivery, Endpoint
from api.rules.retries import KEEP_TRYING
from api.services.signing import make_secret, seal_secret
from api.words import refusal
from core.errors import RefusedError
from core.outgoing import RefusedUrlError, require_callable
from core.tasks import send_on_commit
from organization.models import User

SEND = "crm.tasks.send_webhooks"
ROTATION = dt.timedelta(hours=24)  # both secrets sign for so long
MOST = 20  # webhooks of one system


@transaction.atomic
def create_endpoint(
    url: str, *, system: User, description: str = "", actor: User
) -> tuple[Endpoint, str]:
    """A new webhook of the system and its secret, which is shown this once.

    RefusedError for an address that is not called, or when the system has too many.
    """
    require_address(url)
    User.objects.select_for_update().get(pk=system.pk)
    if Endpoint.objects.filter(system=system).count() >= MOST:
        message = _("{system} has {most} webhooks: delete one that is not needed any more.")
        raise RefusedError(message.format(system=system, most=MOST))
    secret = make_secret()
    endpoint = Endpoint.objects.create(
        system=system,
        url=url,
        description=description,
        secret=seal_secret(secret),
        created_by=actor,
    )
    return endpoint, secret


def require_address(url: str) -> None:
    """RefusedError, in words, when the address is one that we never call."""
    try:
        require_callable(url)
    except RefusedUrlError as error:
        raise RefusedError(refusal(error.reason)) from error


@transaction.atomic
def change_endpoint(endpoint: Endpoint, *, url: str, description: str) -> Endpoint:
    """Another address or description; RefusedError for an address that is not called."""
    endpoint = _locked(endpoint)
    if url != endpoint.url:
        require_address(url)
    endpoint.url, endpoint.description = url, description
    endpoint.save(update_fields=["url", "description"])
    return endpoint


@transaction.atomic
def rotate_secret(endpoint: Endpoint, *, now: dt.datetime) -> str:
    """A new secret, shown this once; the one before signs along for another day."""
    endpoint = _locked(endpoint)
    secret = make_secret()
    endpoint.old_secret, endpoint.old_until = endpoint.secret, now + ROTATION
    endpoint.secret = seal_secret(secret)
    endpoint.save(update_fields=["secret", "old_secret", "old_until"])
    return secret


@transaction.atomic
def switch_endpoint(endpoint: Endpoint, *, on: bool) -> Endpoint:
    """On: what waits is sent at once, with a clean slate. Off: nothing is sent or written."""
    endpoint = _locked(endpoint)
    if endpoint.is_active == on:
        return endpoint
    endpoint.is_active, endpoint.off = on, "" if on else Endpoint.Off.BY_HAND
    endpoint.failing_since, endpoint.failures, endpoint.rests_until = None, 0, None
    endpoint.save(update_fields=["is_active", "off", "failing_since", "failures", "rests_until"])
    if on:
        endpoint.deliveries.filter(state="waiting").update(next_try_at=timezone.now())
        send_on_commit(SEND)
    return endpoint


@transaction.atomic
def send_test(endpoint: Endpoint) -> Delivery:
    """Put a message without a customer on its way; RefusedError when the webhook is off."""
    endpoint = _locked(endpoint)
    _require_active(endpoint)
    now = timezone.now()
    number = endpoint.deliveries.filter(queue=None).count() + 1
    delivery = Delivery.objects.create(
        endpoint=endpoint,
        message=f"msg_test_{endpoint.pk}_{number}_{int(now.timestamp())}",
        fields=[],
        changed_at=now,
        created_at=now,
        next_try_at=now,
        give_up_at=now + KEEP_TRYING,
    )
    send_on_commit(SEND)
    return delivery


@transaction.atomic
def replay(deliveries: QuerySet[Delivery], *, now: dt.datetime) -> int:
    """Send finished messages once more, under the same ids; returns how many.

    Those of webhooks that are off stay as they are: they would only wait.
    """
    finished = deliveries.exclude(state=Delivery.State.WAITING).filter(endpoint__is_active=True)
    chosen = list(finished.order_by("pk").values_list("pk", flat=True))
    again = Delivery.objects.filter(pk__in=_locked_ids(chosen))
    replayed = again.exclude(state=Delivery.State.WAITING).update(
        state=Delivery.State.WAITING,
        attempts=0,
        next_try_at=now,
        give_up_at=now + KEEP_TRYING,
        finished_at=None,
    )
    if replayed:
        send_on_commit(SEND)
    return replayed


def _locked_ids(chosen: Iterable[int]) -> list[int]:
    rows = Delivery.objects.select_for_update(of=("self",)).filter(pk__in=chosen).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _locked(endpoint: Endpoint) -> Endpoint:
    return Endpoint.objects.select_for_update().get(pk=endpoint.pk)


def _require_active(endpoint: Endpoint) -> None:
    if not endpoint.is_active:
        raise RefusedError(_("The webhook is switched off: switch it on first."))
