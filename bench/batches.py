"""Waybills by calls of 5,000, for `bench ingest`: over HTTP to one worker, and the usual way."""

import datetime as dt
import http.client
import json
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any, ClassVar

from django.db import models, transaction
from rest_framework import serializers

from api.models import Scope
from api.services.keys import create_key
from bench.api import PORT, call, server
from core.context import acting
from core.rules import BUSINESS_ZONE
from shipments.rules import month_number

MANY = 5_000
PATH = "/api/v1/waybills/batch/"


def called(rows: Iterator[dict[str, Any]]) -> tuple[float, int]:
    """Seconds and number of rows sent in calls of 5,000; making the bodies is not counted."""
    with acting(actor="bench"):
        _key, text = create_key("bench", scopes=[Scope.WAYBILLS_WRITE], per_minute=1_000_000)
    headers = {"Authorization": f"Bearer {text}", "Content-Type": "application/json"}
    line = http.client.HTTPConnection("127.0.0.1", PORT)
    seconds, count = 0.0, 0
    with server():
        while chunk := list(islice(rows, MANY)):
            body = json.dumps(chunk).encode()
            started = time.perf_counter()
            answer = json.loads(call(line, "POST", PATH, body, headers))
            seconds += time.perf_counter() - started
            if answer["counts"]["created"] != len(chunk):
                raise RuntimeError(f"not all were created: {answer['counts']}")
            count += len(chunk)
    return seconds, count


class PlainWaybill(models.Model):
    """The waybills' table as a model of plain columns, so that bulk_create can write it."""

    waybill_no = models.CharField(max_length=100, primary_key=True)
    month = models.IntegerField()
    customer_id = models.BigIntegerField()
    shipper_id = models.BigIntegerField()
    consignee_id = models.BigIntegerField(null=True)
    payer = models.CharField(max_length=10)
    billed_code = models.CharField(max_length=100, blank=True)
    service = models.CharField(max_length=100)
    accepted_at = models.DateTimeField()
    promised_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    origin = models.CharField(max_length=200)
    destination = models.CharField(max_length=200)
    pieces = models.IntegerField(null=True)
    weight_kg = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    revenue = models.DecimalField(max_digits=18, decimal_places=2)
    cost = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10)
    exception = models.CharField(max_length=10, blank=True)
    source = models.CharField(max_length=100)
    source_seq = models.BigIntegerField(null=True)

    objects: ClassVar = models.Manager()

    class Meta:
        app_label = "shipments"
        managed = False
        db_table = "shipments_waybill"

    def __str__(self) -> str:
        return self.waybill_no


class _Usual(serializers.ModelSerializer[PlainWaybill]):
    class Meta:
        model = PlainWaybill
        exclude = ("month", "billed_code")


def usual(rows: Iterator[dict[str, Any]], ids: dict[str, int]) -> tuple[float, int]:
    """The same rows through a serializer and bulk_create: what one would write first."""
    seconds, count = 0.0, 0
    while chunk := list(islice(rows, MANY)):
        started = time.perf_counter()
        checked = _Usual(data=[_with_ids(row, ids) for row in chunk], many=True)
        checked.is_valid(raise_exception=True)
        with transaction.atomic():
            PlainWaybill.objects.bulk_create([_waybill(row) for row in checked.validated_data])
        seconds += time.perf_counter() - started
        count += len(chunk)
    return seconds, count


def _with_ids(row: dict[str, Any], ids: dict[str, int]) -> dict[str, Any]:
    shipper = ids[row["shipper_code"]]
    named = {"customer_id": shipper, "shipper_id": shipper}
    return {**row, **named, "consignee_id": ids[row["consignee_code"]]}


def _waybill(values: dict[str, Any]) -> PlainWaybill:
    accepted: dt.datetime = values["accepted_at"]
    return PlainWaybill(**values, month=month_number(accepted.astimezone(BUSINESS_ZONE).date()))
