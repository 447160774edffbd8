"""The stages a shipment passes, in the order they usually come in. Pure Python."""

from enum import StrEnum


class Stage(StrEnum):
    """Parts of the way; a service plan may have others of its own beside them."""

    ORDER_INFORMATION = "order_information"
    INBOUND_SUPPLY = "inbound_supply"
    PRODUCTION_FEED = "production_feed"
    PICKUP = "pickup"
    SHORT_HAUL = "short_haul"
    ACCEPTANCE = "acceptance"
    SORTING = "sorting"
    PACKING = "packing"
    PROCESSING = "processing"
    STORAGE = "storage"
    LINE_HAUL = "line_haul"
    TRACKING = "tracking"
    STOCK = "stock"
    ARRIVAL = "arrival"
    DELIVERY = "delivery"
    BILLING = "billing"


# Whoever reaches one of these has left the place of acceptance.
UNDER_WAY = frozenset(
    {Stage.SHORT_HAUL, Stage.LINE_HAUL, Stage.TRACKING, Stage.ARRIVAL, Stage.DELIVERY}
)
