"""What a webhook message says: the state at the moment of sending, as a look-up would answer it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from api.models import Delivery
from api.renderers import render
from api.reports.changes import services_of

CHANGED, GONE, TEST = "service.changed", "service.gone", "webhook.test"


def compose(deliveries: Sequence[Delivery], day: dt.date) -> dict[int, bytes]:
    """The bodies by the deliveries' ids; what a system does not see any more is gone for it."""
    by_system = defaultdict(list)
    for delivery in deliveries:
        by_system[delivery.endpoint.system].append(delivery)
    bodies: dict[int, bytes] = {}
    for system, own in by_system.items():
        services = services_of({each.queue for each in own if each.queue}, system, day)
        bodies |= {each.pk: render(_said(each, services)) for each in own}
    return bodies


def _said(delivery: Delivery, services: dict[int, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"type": TEST, "timestamp": delivery.changed_at, "data": {}}
    if delivery.queue is None:
        return message
    service = services.get(delivery.queue)
    if service is None:
        return message | {"type": GONE, "data": {"code": delivery.code}}
    data = {"code": delivery.code, "changed": delivery.fields, "service": service}
    return message | {"type": CHANGED, "data": data}
