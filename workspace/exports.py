"""Every KIND that can be exported (01 §4)."""

from core.tables.write import Exporter

EXPORTS: dict[str, Exporter] = {}
