"""The stages of a shipment as people call them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shipments.rules import stages


class Stage(models.TextChoices):
    """Labels of shipments.rules.stages.Stage, in its order."""

    ORDER_INFORMATION = stages.Stage.ORDER_INFORMATION, _("Order information")
    INBOUND_SUPPLY = stages.Stage.INBOUND_SUPPLY, _("Inbound supply")
    PRODUCTION_FEED = stages.Stage.PRODUCTION_FEED, _("Production feed")
    PICKUP = stages.Stage.PICKUP, _("Pickup and handover")
    SHORT_HAUL = stages.Stage.SHORT_HAUL, _("Short haul")
    ACCEPTANCE = stages.Stage.ACCEPTANCE, _("Acceptance")
    SORTING = stages.Stage.SORTING, _("Sorting")
    PACKING = stages.Stage.PACKING, _("Packing")
    PROCESSING = stages.Stage.PROCESSING, pgettext_lazy("stage", "Processing")
    STORAGE = stages.Stage.STORAGE, pgettext_lazy("stage", "Storage")
    LINE_HAUL = stages.Stage.LINE_HAUL, _("Line haul")
    TRACKING = stages.Stage.TRACKING, _("Tracking")
    STOCK = stages.Stage.STOCK, pgettext_lazy("stage", "Stock")
    ARRIVAL = stages.Stage.ARRIVAL, pgettext_lazy("stage", "Arrival")
    DELIVERY = stages.Stage.DELIVERY, pgettext_lazy("stage", "Delivery")
    BILLING = stages.Stage.BILLING, pgettext_lazy("stage", "Billing")
