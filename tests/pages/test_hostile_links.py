"""Some of the links of benchmarks/hostile_links.py."""

import logging
from itertools import islice

import pytest

from tests.hostile import FILES, harms, keys_of, links, opened

KEYS = keys_of()


@pytest.mark.parametrize("page", FILES)
def test_no_link_breaks_a_page_or_becomes_markup(page, caplog):
    for n, query in enumerate(islice(links(KEYS[page], 1), 10)):
        assert harms(opened(page, query, [f"_settled_{page}"] * (n % 2)).run()._tree) == []
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
