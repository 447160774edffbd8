"""Which contracts, lines and receipts go back to the file that went."""

from hypothesis import given
from hypothesis import strategies as st

from workspace.merging.tied import Paper, going_back

LINES, RECEIPTS = "line", "receipt"
LAST = {LINES: 10, RECEIPTS: 10}


def line(pk: int) -> Paper:
    return Paper(LINES, pk)


def receipt(pk: int) -> Paper:
    return Paper(RECEIPTS, pk)


def test_what_moved_goes_back_alone():
    assert going_back([], [line(1), receipt(2)], LAST) == {line(1), receipt(2)}


def test_what_was_added_since_goes_back_with_what_it_was_added_to():
    assert going_back([(receipt(11), line(1))], [line(1)], LAST) == {line(1), receipt(11)}


def test_what_is_tied_to_a_paper_of_the_other_file_stays():
    pairs = [(receipt(11), line(1)), (receipt(11), line(5)), (receipt(3), line(2))]
    assert going_back(pairs, [line(1), line(2), receipt(3)], LAST) == {line(2), receipt(3)}


PAPERS = st.builds(Paper, st.sampled_from([LINES, RECEIPTS]), st.integers(1, 14))


@given(pairs=st.lists(st.tuples(PAPERS, PAPERS), max_size=14), moved=st.sets(PAPERS, max_size=8))
def test_no_pair_is_ever_torn_apart_and_nothing_of_the_other_file_goes(pairs, moved):
    moved = {paper for paper in moved if paper.pk <= LAST[paper.place]}
    back = going_back(pairs, moved, LAST)
    for first, second in pairs:
        assert (first in back) == (second in back)
    assert all(paper in moved or paper.pk > LAST[paper.place] for paper in back)
