"""An import as the store keeps it: one transaction, names only where they belong, nothing twice."""

import pytest

from intake.folders import NOW, edited, example
from selfbill.aggregates.catalogue import KINDS, all_events
from selfbill.intake.apply import import_folder, rehearse
from selfbill.intake.findings import FolderRefused
from selfbill.intake.folder import read_files
from selfbill.store.streams import Streams
from store.happenings import StoreFactory


@pytest.fixture
def streams(make_store: StoreFactory) -> Streams:
    """The streams of an agency with nothing in it."""
    return make_store(all_events(), KINDS).streams


def test_the_larger_example_is_taken_in_once(streams: Streams, make_store: StoreFactory) -> None:
    folder = read_files(example("bureau-noord"))
    report = import_folder(streams, folder, now=NOW, by="staff:test")
    assert report.position == report.events == streams.head()
    assert {recorded.by for recorded in streams.read(0, 10)} == {"staff:test"}
    later = make_store(all_events(), KINDS).streams
    assert not import_folder(later, folder, now=NOW, by="staff:test").saved
    assert later.head() == report.position


def test_a_rehearsal_leaves_the_store_empty(streams: Streams) -> None:
    rehearse(streams, read_files(example()), now=NOW)
    assert streams.head() == 0


def test_a_refused_folder_leaves_nothing_behind(streams: Streams) -> None:
    import_folder(streams, read_files(example()), now=NOW, by="staff:test")
    before = streams.head()
    changed = edited(edited(example(), "rates.csv", 2, rate="61"), "freelancers.csv", 2, number_prefix="Z91")
    with pytest.raises(FolderRefused):
        import_folder(streams, read_files(changed), now=NOW, by="staff:test")
    assert streams.head() == before
