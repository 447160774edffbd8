"""Rows that point at rows of their own kind: who can be written, in which order."""

from hypothesis import given
from hypothesis import strategies as st

from core.tables.links import settle


def test_what_is_pointed_at_comes_first_wherever_it_stands():
    settled = settle({"leaf": "branch", "branch": "root", "root": None, "other": None}, {})
    assert settled.layers == [["root", "other"], ["branch"], ["leaf"]]


def test_what_the_database_has_may_be_pointed_at():
    assert settle({"new": "old"}, {"old": None}).layers == [["new"]]


def test_a_row_that_points_at_nothing_takes_down_the_new_rows_that_hang_on_it():
    settled = settle({"a": "b", "b": "nowhere", "c": None}, {})
    assert settled.missing == {"a", "b"}
    assert settled.layers == [["c"]]


def test_a_refused_change_leaves_what_hangs_on_the_stored_row():
    settled = settle({"new": "old", "old": "nowhere"}, {"old": None})
    assert settled.missing == {"old"}
    assert settled.layers == [["new"]]


def test_rings_are_refused_also_through_the_database():
    assert settle({"a": "a"}, {}).circular == {"a"}
    assert settle({"a": "b", "b": "a"}, {}).circular == {"a", "b"}
    assert settle({"top": "leaf"}, {"top": None, "leaf": "middle", "middle": "top"}).circular == {
        "top"
    }


def test_two_rows_may_change_places():
    settled = settle(
        {"was_top": "was_below", "was_below": None}, {"was_top": None, "was_below": "was_top"}
    )
    assert settled.layers == [["was_below"], ["was_top"]]


def test_a_long_chain_written_from_its_end_is_no_trouble():
    wanted: dict[int, int | None] = {n: n + 1 for n in range(5000)}
    wanted[5000] = None
    assert [len(layer) for layer in settle(wanted, {}).layers] == [1] * 5001


KEYS = st.integers(0, 12)


@given(
    wanted=st.dictionaries(KEYS, st.none() | KEYS, max_size=12),
    tree=st.lists(st.integers(0, 12), max_size=8),
)
def test_whatever_the_file_says_the_tree_stays_a_tree(
    wanted: dict[int, int | None], tree: list[int]
):
    known = {n: (above if above < n else None) for n, above in enumerate(tree)}
    settled = settle(wanted, known)
    written = [key for layer in settled.layers for key in layer]
    assert sorted([*written, *settled.missing, *settled.circular]) == sorted(wanted)
    there = set(known)
    for layer in settled.layers:
        assert all(wanted[key] is None or wanted[key] in there | set(written) for key in layer)
        assert all(
            wanted[key] in there
            for key in layer
            if wanted[key] is not None and wanted[key] not in known
        )
        there |= set(layer)
    after = known | {key: wanted[key] for key in written}
    for start in after:
        seen, key = set(), start
        while key is not None:
            assert key not in seen
            seen.add(key)
            key = after[key]
