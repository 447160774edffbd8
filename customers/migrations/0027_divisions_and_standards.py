"""The national list of divisions, and what files have to hold until administrators say otherwise."""

import csv
import gzip
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FILE = Path(__file__).resolve().parent.parent / "data" / "divisions.csv.gz"
IDENTITY = ("uscc", "legal_representative", "ownership", "registered_capital", "founded_on")
PLACE = ("city", "address")
SMALL = ("uscc", *PLACE, "industry", "contact")
POTENTIAL = (*SMALL, "main_business", "goods", "planned_annual_volume", "logistics_spend", "decider")
MEDIUM = (
    *(*IDENTITY, *PLACE, "industry", "main_business", "employees", "annual_output"),
    *("goods", "main_stations", "transport_modes", "planned_annual_volume", "services_used"),
    *("contact", "decider", "second_contact", "credit_limit", "contract"),
)
LARGE = (
    *(*MEDIUM, "shareholders", "scale", "industry_position", "development_plan", "packaging"),
    *("transport_cycle", "seasonality", "depth", "logistics_spend"),
)
STANDARDS = (  # customers, items, confirmed at least every so many days, work of the manager
    ("large", LARGE, 180, True),
    ("medium", MEDIUM, 365, True),
    ("small", SMALL, 730, False),
    ("potential", POTENTIAL, 180, False),
)


def fill(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Write both tables."""
    division: Any = apps.get_model("customers", "Division")
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as file:
        rows = [
            division(code=row["code"], name=row["name"], parent_id=row["parent"] or None)
            for row in csv.DictReader(file)
        ]
    division.objects.bulk_create(rows)
    standard: Any = apps.get_model("customers", "FileStandard")
    for kind, items, days, is_work in STANDARDS:
        standard.objects.create(kind=kind, items=list(items), max_age_days=days, is_work=is_work)


def empty(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Empty both tables."""
    for name in ("Division", "FileStandard"):
        apps.get_model("customers", name)._default_manager.all().delete()


class Migration(migrations.Migration):
    """Fills what 0025 created."""

    dependencies = [("customers", "0026_file_protection")]
    operations = [migrations.RunPython(fill, empty)]
