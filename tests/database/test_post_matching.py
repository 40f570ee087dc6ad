"""Which draft a post was: found by its address, said by people, and reverted with what found it."""

from __future__ import annotations

import json

import pytest

from services import errors
from services.measures import posts
from services.metrics import Platform
from services.metrics.identity import read_link
from tests.support.acts import act
from tests.support.measures import add_account, bring, find_posts, undo, view, write_export
from tests.support.people import MadeDraft, Person, World, draft_in_state, publish

ONE, TWO = (f"1789569566800455{number}" for number in (1, 2))
LINK = "https://www.instagram.com/p/Cab_de-1/?igsh=abc"


def publish_at(world: World, links: dict[str, str]) -> MadeDraft:
    """A draft of ines's, published at these addresses."""
    draft = publish(world, draft_in_state(world, "approved"))
    set_links(world.ines, draft, links, known={})
    return draft


def set_links(
    person: Person, draft: MadeDraft, links: dict[str, str], *, known: dict[str, str]
) -> None:
    """Record where a draft can be seen."""
    act(person, "set_post_links", draft, links=json.dumps(links), known=json.dumps(known))


def found_for(world: World, external_id: str = ONE) -> tuple[str | None, str | None]:
    """The draft of a post, and how it was found."""
    post = view(world.ines, world, external_id).post
    return (None if post.draft is None else post.draft.id), post.matched_by


@pytest.fixture
def account(world: World) -> str:
    """On Instagram, ines's own."""
    return add_account(world.ines, world)


class TestByAddress:
    def test_an_import_finds_the_draft_that_was_recorded_before(
        self, world: World, account: str
    ) -> None:
        draft = publish_at(world, {"instagram": LINK})
        assert bring(world.ines, world, account, write_export(1, 2)).matched == 1
        assert found_for(world) == (draft.id, "address")
        assert find_posts(world.ines, world, match="draft") == [ONE]
        assert find_posts(world.ines, world, match="none") == [TWO]

    def test_an_address_recorded_later_finds_the_post(self, world: World, account: str) -> None:
        bring(world.ines, world, account, write_export(1))
        assert found_for(world) == (None, None)
        draft = publish_at(world, {"instagram": LINK})
        assert found_for(world) == (draft.id, "address")

    def test_a_corrected_or_removed_address_lets_go(self, world: World, account: str) -> None:
        bring(world.ines, world, account, write_export(1, 2))
        draft = publish_at(world, {"instagram": LINK})
        other = LINK.replace("de-1", "de-2")
        set_links(world.ines, draft, {"instagram": other}, known={"instagram": LINK})
        assert found_for(world) == (None, None)
        assert found_for(world, TWO) == (draft.id, "address")
        set_links(world.ines, draft, {}, known={"instagram": other})
        assert found_for(world, TWO) == (None, None)

    def test_taking_an_import_back_reverts_what_it_found(self, world: World, account: str) -> None:
        draft = publish_at(world, {"instagram": LINK})
        first = bring(world.ines, world, account, write_export(1))
        undo(world.ines, world, first.id)
        assert find_posts(world.ines, world) == []
        bring(world.ines, world, account, write_export(1, Views=8))
        assert found_for(world) == (draft.id, "address")

    def test_another_workspace_finds_nothing(self, world: World) -> None:
        publish_at(world, {"instagram": LINK})
        theirs = add_account(world.wes, world, workspace_id=world.other)
        done = bring(world.wes, world, theirs, write_export(1), workspace_id=world.other)
        assert done.matched == 0


class TestByPeople:
    def test_somebody_says_which_it_was_and_an_address_does_not_change_that(
        self, world: World, account: str
    ) -> None:
        said = publish(world, draft_in_state(world, "approved"))
        bring(world.ines, world, account, write_export(1))
        post = view(world.ines, world, ONE)
        assert [one.draft_id for one in post.candidates] in ([], [said.id])
        self._match(world, world.ines, post.post.id, said.id)
        assert found_for(world) == (said.id, "person")
        publish_at(world, {"instagram": LINK})
        assert found_for(world) == (said.id, "person")

    def test_none_of_ours_is_an_answer_too(self, world: World, account: str) -> None:
        bring(world.ines, world, account, write_export(1))
        self._match(world, world.sam, view(world.ines, world, ONE).post.id, None)
        assert found_for(world) == (None, "person")
        publish_at(world, {"instagram": LINK})
        assert found_for(world) == (None, "person")

    def test_drafts_of_that_time_are_offered(self, world: World, account: str) -> None:
        draft = publish(world, draft_in_state(world, "approved"))
        ((day,),) = world.run_sql(
            "select to_char(published_at, 'MM/DD/YYYY') from public.drafts where id = %s", draft.id
        )
        raw = write_export(1, Publish_time=f"{day} 09:15", Description=draft.content.caption)
        bring(world.ines, world, account, raw)
        (offered,) = view(world.ines, world, ONE).candidates
        assert (offered.draft_id, offered.likeness) == (draft.id, 1.0)

    def test_a_draft_that_is_not_published_is_none(self, world: World, account: str) -> None:
        bring(world.ines, world, account, write_export(1))
        waiting = draft_in_state(world, "in_review")
        with pytest.raises(errors.Conflict) as refused:
            self._match(world, world.ines, view(world.ines, world, ONE).post.id, waiting.id)
        assert refused.value.detail == "not_published"

    def _match(self, world: World, person: Person, post_id: str, draft_id: str | None) -> None:
        posts.match_post(
            person.gateway(), workspace_id=world.home, post_id=post_id, draft_id=draft_id
        )


@pytest.mark.parametrize(
    ("platform", "url"),
    [
        ("instagram", "https://www.instagram.com/p/Cab_de-1/?igsh=abc"),
        ("instagram", "https://instagram.com/calm.corner/reel/Cab_de-1"),
        ("instagram", "https://www.instagram.com/stories/calm.corner/3141592653589793238/"),
        ("tiktok", "https://www.tiktok.com/@calm.corner/video/7123456789012345678?lang=en"),
        ("tiktok", "https://m.tiktok.com/@a/photo/7123456789012345678"),
        ("youtube", "https://youtu.be/-bcdefghijk?si=x"),
        ("youtube", "https://www.youtube.com/watch?app=desktop&v=abcdefghij_"),
        ("youtube", "https://youtube.com/shorts/abcdefghijk"),
        ("x", "https://x.com/calm/status/1990000000000000001?s=20"),
        ("x", "https://twitter.com/i/web/status/1990000000000000001"),
        ("facebook", "https://www.facebook.com/calm/posts/pfbid02abcDEFghiJKLmnop"),
        ("facebook", "https://m.facebook.com/story.php?story_fbid=123456789&id=4"),
        ("facebook", "https://www.facebook.com/reel/1234567890/"),
        ("facebook", "https://www.facebook.com/photo.php?fbid=987654321&set=a.1"),
        ("facebook", "https://www.facebook.com/calm/photos/a.1/2345678901"),
        ("linkedin", "https://www.linkedin.com/feed/update/urn:li:activity:7123456789012345678"),
        ("linkedin", "https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7123456789012345678"),
        ("linkedin", "https://www.linkedin.com/posts/calm_rest-activity-7123456789012345678-abcd"),
    ],
)
def test_the_database_reads_addresses_as_the_reader_of_exports_does(
    world: World, platform: Platform, url: str
) -> None:
    known = read_link(platform, url)
    assert known is not None
    ((key,),) = world.run_sql("select private.post_key(%s, %s)", platform, url)
    assert key == f"{platform}:{known.external_id}"


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("https://www.blog.example/a?utm_source=x&p=3#top", "https://blog.example/a?p=3", True),
        ("https://blog.example/a?p=3", "https://blog.example/a?p=4", False),
        ("https://blog.example/Rest/", "https://blog.example/rest", False),
    ],
)
def test_other_addresses_are_told_apart_by_what_counts(
    world: World, first: str, second: str, same: bool
) -> None:
    ((one, other),) = world.run_sql(
        "select private.post_key('blog', %s), private.post_key('blog', %s)", first, second
    )
    assert (one == other) is same
