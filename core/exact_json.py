"""JSON whose numbers stay exact: money is never a float."""

import json
from decimal import Decimal
from typing import Any


class ExactDecoder(json.JSONDecoder):
    """Reads fractions as Decimal with the places they were written with."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "parse_float": Decimal})
