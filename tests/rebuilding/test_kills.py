"""Killed at any point, in any state: the tables are what they should be, nothing is left behind, and somebody goes on."""

from typing import Any

import pytest

from rebuilding.agencies import MODELS
from rebuilding.conftest import Start
from rebuilding.stories import STATES, Story
from selfbill.projections.rebuilding import replaying, whole_replay
from selfbill.projections.rebuilding.jobs import Options
from selfbill.projections.rebuilding.rebuild import Rebuild
from selfbill.store.database import Database

REBUILDING = ("prepare", *STATES)
KILLS = 16
"""In each state, in the campaign: with those of following 112 in all."""
COMMITS = 3
"""Transactions after which a rebuild is killed, of some hundred."""


@pytest.mark.parametrize("seed", range(1))
def test_a_rebuild_that_is_killed_in_every_state_ends_as_if_it_had_not_been(
    database: Database, agency: str, start: Start, seed: int
) -> None:
    story = Story(database, agency, start, seed)
    story.show_everything()
    options = Options(keep_days=story.dice.choice((0, 7)))
    for state in REBUILDING:
        while not story.killed[state]:
            story.kill_rebuild(state, options)
    story.finish_rebuild(options)
    story.show_everything()


@pytest.mark.parametrize("seed", range(1))
def test_a_follower_that_is_killed_is_followed_by_another(
    database: Database, agency: str, start: Start, seed: int
) -> None:
    story = Story(database, agency, start, seed)
    for _ in range(4):
        story.kill_follower()
    story.show_everything()


@pytest.mark.parametrize("seed", range(1))
def test_a_rebuild_that_is_killed_between_two_transactions_is_gone_on_with(
    database: Database, agency: str, start: Start, seed: int
) -> None:
    story = Story(database, agency, start, seed)
    commits = story.commits_of_a_rebuild()
    for commit in story.dice.sample(range(1, commits), COMMITS):
        story.kill_after_commit(commit, Options())
        story.finish_rebuild(Options())
    story.show_everything()


def test_a_rebuild_that_was_killed_and_is_aborted_leaves_nothing(database: Database, agency: str, start: Start) -> None:
    story = Story(database, agency, start, 2)
    story.show_everything()
    story.kill_rebuild(story.dice.choice(STATES), Options())
    story.abort_rebuild()
    story.show_everything()


def test_rows_of_several_streams_are_made_once_when_the_rebuild_is_killed_right_after_them(
    database: Database, agency: str, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story(database, agency, start, 3)

    def replay_and_die(*arguments: Any, **options: Any) -> int:
        replaying.replay_by_position(*arguments, **options)
        raise Killed

    def rebuild() -> None:
        Rebuild(database, agency, story.streams, MODELS, Options(), by="operator:anna").run()

    with monkeypatch.context() as patch:
        patch.setattr(whole_replay, "replay_by_position", replay_and_die)
        with pytest.raises(Killed):
            rebuild()
    story.examine()
    rebuild()
    story.show_everything()


class Killed(BaseException):
    """The process ends here."""


# Campaigns


@pytest.mark.long
@pytest.mark.parametrize("state", REBUILDING)
def test_many_rebuilds_that_are_killed_in_this_state_end_as_if_they_had_not_been(
    database: Database, agency: str, start: Start, state: str
) -> None:
    story = Story(database, agency, start, 100 + REBUILDING.index(state))
    while story.killed[state] < KILLS:
        if story.dice.random() < 0.5:
            story.show_everything()
        options = Options(keep_days=story.dice.choice((0, 7)))
        for _ in range(story.dice.choice((1, 1, 2, 3))):
            story.kill_rebuild(state, options)
        if story.dice.random() < 0.25:
            story.abort_rebuild()
        else:
            story.finish_rebuild(options)
    story.show_everything()


@pytest.mark.long
def test_many_followers_that_are_killed_are_followed_by_others(database: Database, agency: str, start: Start) -> None:
    story = Story(database, agency, start, 200)
    while story.killed["following"] < KILLS:
        story.kill_follower()
    story.show_everything()


@pytest.mark.long
def test_rebuilds_that_are_killed_from_outside_at_any_time_end_as_if_they_had_not_been(
    database: Database, agency: str, start: Start
) -> None:
    story = Story(database, agency, start, 300)
    story.show_everything()
    while story.killed.total() < 2 * KILLS:
        story.kill_rebuild_from_outside(Options())
    story.finish_rebuild(Options())
    story.show_everything()


@pytest.mark.long
def test_a_rebuild_that_is_killed_after_any_of_its_transactions_is_gone_on_with(
    database: Database, agency: str, start: Start
) -> None:
    story = Story(database, agency, start, 400)
    story.show_everything()
    for commit in range(1, story.commits_of_a_rebuild()):
        story.kill_after_commit(commit, Options())
        story.finish_rebuild(Options())
    assert set(story.killed) == set(REBUILDING)
    story.show_everything()
