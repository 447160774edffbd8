"""script/manage rules export | import FILE.json [--activate]: all rules as one JSON document."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.context import acting
from segmentation.messages import problem_sentences
from segmentation.ruleset import RulesetError, dump_ruleset, parse_ruleset
from segmentation.services import active_rules, take_rules

_NOT_TAKEN = 2


class Command(BaseCommand):
    """Read and write the rules that are data."""

    help = "Export the rule set in force, or import one and put it in force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare export and import."""
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("export", help="write the rules in force to stdout")
        taking = actions.add_parser("import", help="read a rule set")
        taking.add_argument("file", type=Path, metavar="FILE.json")
        taking.add_argument("--activate", action="store_true", help="put it in force at once")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do one of the two; exit status 2 when the document cannot be taken."""
        if options["action"] == "export":
            self._export()
        else:
            self._import(options["file"], activate=options["activate"])

    def _export(self) -> None:
        with acting(actor="rules"):
            _version, rules = active_rules()
        self.stdout.write(json.dumps(dump_ruleset(rules), ensure_ascii=False, indent=2))

    def _import(self, file: Path, *, activate: bool) -> None:
        try:
            rules = parse_ruleset(file.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            message = _("{file} cannot be read: {error}").format(file=file, error=error)
            raise CommandError(message, returncode=_NOT_TAKEN) from error
        except RulesetError as error:
            raise CommandError(
                "\n".join(problem_sentences(error)), returncode=_NOT_TAKEN
            ) from error
        with acting(actor="rules"):
            rule_set, changed = take_rules(rules, activate=activate)
        said = {
            (True, True): _("Rules, version {version}, are in force from the next night on."),
            (True, False): _("These rules are in force already (version {version})."),
            (False, True): _("Rules, version {version}, are a draft."),
            (False, False): _("These rules are known already (version {version})."),
        }
        self.stderr.write(said[activate, changed].format(version=rule_set.version))
