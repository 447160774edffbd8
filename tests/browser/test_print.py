"""Paper is narrower than a phone's limit of width, and has room for every column all the same."""

from collections.abc import Callable

import pytest

from contracts.tests.make import make_line
from tests.browser.conftest import Visitor
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
A4 = 794  # its width at 96 dots per inch
SHOWN = """() => [...document.querySelectorAll("thead th")]
    .filter(cell => cell.offsetWidth).map(cell => cell.innerText)"""


@pytest.fixture
def owed(cast: Cast) -> Cast:
    make_line(cast.acme, "A1", "2025-08-31", "100")
    return cast


def test_a_statement_of_account_is_printed_with_all_its_columns(
    owed: Cast, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(1440)
    visitor.sign_in("fiona")
    visitor.open(f"/customers/{owed.acme.pk}/account/")
    columns = visitor.page.evaluate(SHOWN)
    visitor.page.set_viewport_size({"width": A4, "height": 1123})
    on_phone = visitor.page.evaluate(SHOWN)
    visitor.page.emulate_media(media="print")
    assert visitor.page.evaluate(SHOWN) == columns
    assert len(on_phone) < len(columns)
