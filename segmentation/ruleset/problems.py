"""What is wrong with a typed value, said beside its field."""

from django.utils.translation import gettext as _

from segmentation.ruleset.readable import readable_value
from segmentation.ruleset.values import Problem
from segmentation.ruleset.words import kind_of, label_of


def problem_text(problem: Problem, place: str) -> str:
    """What is wrong beside the field of `place`, with names and percents as the page writes them.

    The rule itself is the parser's; only its words are those of a document there.
    """
    kind = kind_of(place)
    worded = _typed_messages(kind).get(problem.message, _(problem.message))
    section = place.partition(".")[0]
    params = {name: _param(section, name, value, kind) for name, value in problem.params.items()}
    inside = "" if kind == "list" else problem.path.removeprefix(place).strip(".[]")
    text = worded % params
    return f"{inside}: {text}" if inside else text


def _typed_messages(kind: str) -> dict[str, str]:
    if kind == "percent":
        return {
            "must be above 0 and at most 1": _("must be above 0%% and at most 100%%"),
            "must be above 0 and at most 10": _("must be above 0%% and at most 1,000%%"),
            "must be at most 1": _("must be at most 100%%"),
            'must be a decimal number written as text, like "0.80"': _(
                "must be a number of per cent, not below 0, like 80 or 2.5"
            ),
            "makes more than 1 together with abc.head_a": _(
                "makes more than 100%% together with class A by head count"
            ),
            "makes %(sum)s together with %(others)s; it must be 1": _(
                "makes %(sum)s together with %(others)s; it must be 100%%"
            ),
        }
    return {
        'must be a decimal number written as text, like "0.80"': _(
            "must be a number, not below 0, like 80 or 2.5"
        )
    }


def _param(section: str, name: str, value: object, kind: str) -> object:
    if name in {"other", "others"}:
        paths = [path if "." in path else f"{section}.{path}" for path in str(value).split(", ")]
        return ", ".join(f"“{label_of(path)}”" for path in paths)
    if name in {"limit", "sum"}:
        return readable_value(value, kind)
    return value
