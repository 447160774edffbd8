"""How waybills and what happens to them are written."""

from shipments.services.events import Event, load_events
from shipments.services.loads import Load, LoadResult, make_partitions

__all__ = ["Event", "Load", "LoadResult", "load_events", "make_partitions"]
