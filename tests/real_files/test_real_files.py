"""Published files from end to end: every value that an independent reader finds is the one that is stored."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from screen.store import Store, open_store
from tests.real_files.__main__ import FILES, stored
from tests.real_files.comparing import DATA, Published

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data: not checked on real files")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(stored(tmp_path_factory.mktemp("real"))) as opened:
        yield opened


@pytest.mark.parametrize("file", FILES, ids=lambda file: Path(file.path).name)
def test_what_is_stored_is_what_the_file_says(store: Store, file: Published) -> None:
    cells, wrong = file.check(store, DATA / file.path)
    assert cells > 3
    assert wrong == 0
