"""The versioned rule document: its content, what is valid, and each place of it in words."""

from segmentation.ruleset.document import (
    DEFAULT_RULES,
    AbcRules,
    AlertRules,
    Document,
    PublicationRules,
    Ruleset,
    RulesetError,
    completed,
    differences,
    dump_ruleset,
    load_ruleset,
    parse_ruleset,
    parsers,
)

__all__ = [
    "DEFAULT_RULES",
    "AbcRules",
    "AlertRules",
    "Document",
    "PublicationRules",
    "Ruleset",
    "RulesetError",
    "completed",
    "differences",
    "dump_ruleset",
    "load_ruleset",
    "parse_ruleset",
    "parsers",
]
