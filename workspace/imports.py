"""Every KIND that can be imported (01 §2), in the order in which they depend on each other."""

from core.tables.importer import ImportHandler

IMPORTS: dict[str, type[ImportHandler]] = {}
