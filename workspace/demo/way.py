"""What the dispatch system told of the latest waybills on their way."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from zlib import crc32

from core.context import acting
from core.rules import BUSINESS_ZONE
from organization.models import OrgUnit
from shipments.models import Stage, WaybillEvent
from shipments.services import Event, load_events
from workspace.demo.seasons import DAY
from workspace.demo.waybills import COLUMNS, SETTLED_DAYS, Shipment, Waybills
from workspace.demo.world import World
from workspace.demo.writing import ACTOR

TOLD_DAYS = 10  # of so many days before the last one events are told
SOURCE = "dispatch"
_CHUNK = 500
_HOUR = dt.timedelta(hours=1)
Kind = WaybillEvent.Kind
Where = tuple[int | None, str]  # unit and town


def write_way(world: World, after: dt.date | None, until: dt.date) -> None:
    """The events of the latest days, up to the end of `until`; those told before are unchanged."""
    since = max(until - TOLD_DAYS * DAY, (after or until - TOLD_DAYS * DAY) - SETTLED_DAYS * DAY)
    units = dict(OrgUnit.objects.values_list("code", "pk"))
    source, end = Waybills(world), dt.datetime.combine(until + DAY, dt.time(), BUSINESS_ZONE)
    days = (since + number * DAY for number in range((until - since).days + 1))
    told = (
        event
        for day in days
        for shipment in source.of(day, until)
        for event in events_of(shipment, units)
        if event.happened_at < end
    )
    with acting(actor=ACTOR):
        while chunk := list(islice(told, _CHUNK)):
            load_events(chunk)


def events_of(shipment: Shipment, units: dict[str, int]) -> Iterable[Event]:
    """From the order to the delivery, as far as the waybill has come; the same whenever asked."""
    values = dict(zip(COLUMNS, shipment.values, strict=True))
    accepted = dt.datetime.fromisoformat(values["accepted_at"])
    chance = crc32(values["waybill_no"].encode()) / 2**32
    here = units.get(values["pickup_unit_id"]), values["origin"]
    there = units.get(values["delivery_unit_id"]), values["destination"]
    ends = _end(values)
    hours = (ends - accepted) / _HOUR if ends else 24.0 * (2 + 2 * chance)
    steps: list[tuple[Stage, float, Where]] = [
        (Stage.ORDER_INFORMATION, -2.5 - 3 * chance, here),
        (Stage.PICKUP, -0.6 - chance / 2, here),
        (Stage.ACCEPTANCE, 0.0, here),
        (Stage.SORTING, min(1.2 + chance, 0.2 * hours), here),
        (Stage.LINE_HAUL, min(3.5 + 3 * chance, 0.3 * hours), here),
        (Stage.ARRIVAL, (0.62 + 0.1 * chance) * hours, there),
        (Stage.DELIVERY, max(hours - 1.5 - 2 * chance, 0.8 * hours), there),
    ]
    if values["status"] == "cancelled":
        steps = steps[:1]
    for stage, after, where in steps:
        yield _event(values, Kind.REACHED, accepted + after * _HOUR, where, stage=stage)
    yield from _outcome(values, accepted + hours * _HOUR, there)


def _end(values: dict[str, Any]) -> dt.datetime | None:
    found = values["delivered_at"] or values["promised_at"]
    return dt.datetime.fromisoformat(found) if found else None


def _outcome(values: dict[str, Any], end: dt.datetime, where: Where) -> Iterator[Event]:
    """The exception and the end of the way, if the waybill knows them."""
    if values["exception"]:
        moment = end - 5 * _HOUR
        yield _event(values, Kind.EXCEPTION, moment, where, exception=values["exception"])
    if values["status"] in {"delivered", "returned"}:
        yield _event(values, Kind(values["status"]), end, where)


def _event(
    values: dict[str, Any], kind: Kind, moment: dt.datetime, where: Where, **said: Any
) -> Event:
    unit, place = where
    return Event(
        waybill_no=values["waybill_no"],
        kind=kind.value,
        happened_at=moment.replace(second=0, microsecond=0),
        unit_id=unit,
        place=place,
        source=SOURCE,
        event_id="-".join((kind.value, *said.values())),
        **said,
    )
