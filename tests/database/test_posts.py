"""A draft is a whole post: what the approval is of, what may be saved, and what may be sent in."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, replace
from typing import Any

import pytest

from services.posts import Content, Image
from tests.support.acts import act, actions_of, add_image, deny, get_rows, row_of, save, state_of
from tests.support.people import (
    MadeDraft,
    World,
    decide,
    draft_in_state,
    make_content,
    make_draft,
    publish,
    submit,
)

WHOLE = make_content(
    "Rest is a skill.",
    format="video",
    script="Hello, and sit down.",
    on_screen_text="Rest",
    hashtags=("rest", "sleep"),
    link="https://example.org/rest",
    video_link="https://example.org/clip",
    transcript="Hello, and sit down.",
    audience_countries=("AT", "DE"),
)


def make_whole(world: World) -> MadeDraft:
    """A draft in which every part of a post is there, two images among them."""
    draft = make_draft(world)
    first, second = add_image(world, draft, "a"), add_image(world, draft, "b", alt="A bed.")
    return save(draft, replace(WHOLE, media=(first, second)))


def without(content: Content, **changes: Any) -> dict[str, Any]:
    return {**content.to_json(), **changes}


CHANGES: dict[str, Any] = {
    "platform": lambda c: replace(c, platform="tiktok"),
    "topic": lambda c: replace(c, topic="anxiety_depression"),
    "caption": lambda c: replace(c, caption="Rest is a skill!"),
    "audience_countries": lambda c: replace(c, audience_countries=("AT",)),
    "format": lambda c: replace(c, format="story"),
    "script": lambda c: replace(c, script="Hello, and stand up."),
    "on_screen_text": lambda c: replace(c, on_screen_text="rest"),
    "hashtags": lambda c: replace(c, hashtags=("sleep", "rest")),
    "link": lambda c: replace(c, link="https://example.org/Rest"),
    "media": lambda c: replace(c, media=c.media[:1]),
    "media, in another order": lambda c: replace(c, media=c.media[::-1]),
    "media, described otherwise": lambda c: replace(
        c, media=(c.media[0], replace(c.media[1], alt="A sofa."))
    ),
    "video_link": lambda c: replace(c, video_link="https://example.org/clip2"),
    "transcript": lambda c: replace(c, transcript="Hello. Sit down."),
    "script, gone": lambda c: replace(c, script=""),
    "link, gone": lambda c: replace(c, link=""),
}


class TestApproval:
    def test_is_tried_against_every_part_that_there_is(self) -> None:
        assert {name.split(",")[0] for name in CHANGES} == {f.name for f in fields(Content)}

    @pytest.mark.parametrize("part", CHANGES)
    def test_ends_with_a_change_of(self, world: World, part: str) -> None:
        draft = decide(world, submit(world, make_whole(world)), "approved")

        changed = save(draft, CHANGES[part](draft.content))

        assert state_of(world, draft) == "drafting"
        assert row_of(world, draft)["approved_hash"] is None
        assert actions_of(world, draft)[-1] == "approval_voided"
        for person in (world.ines, world.sam):
            deny(
                "not_approved",
                person,
                "mark_published",
                draft,
                content_hash=draft.content_hash,
            )
        again = submit(world, changed)
        assert again.content_hash != draft.content_hash

    def test_stays_while_what_the_public_sees_stays(self, world: World) -> None:
        draft = decide(world, submit(world, make_whole(world)), "approved")

        saved = save(
            draft,
            title="Another title",
            publish_by="2027-01-01",
            context=json.dumps({"goal": "Calm", "audience": "Students", "action": "Sleep"}),
            professionals_only=True,
        )
        save(saved, replace(draft.content, hashtags=("#rest", "SLEEP", "sleep", "")))

        assert state_of(world, draft) == "drafting"  # "SLEEP" is what people would see.
        draft = decide(world, submit(world, make_whole(world)), "approved")
        save(draft, replace(draft.content, hashtags=(" #rest", "sleep", "Sleep", "")))
        assert state_of(world, draft) == "approved"
        publish(world, draft)

    def test_of_a_post_without_the_new_parts_has_the_hash_it_always_had(self, world: World) -> None:
        """As the first release computed it, by hand."""
        text = (
            '{"topic": "general", "caption": "Rest is a skill you can learn.",'
            ' "platform": "instagram", "audience_countries": ["DE"]}'
        )

        draft = submit(world, make_draft(world))

        assert draft.content_hash == hashlib.sha256(f"tandem-content-1{text}".encode()).hexdigest()

    def test_of_a_part_that_is_empty_is_as_of_one_that_is_not_there(self, world: World) -> None:
        bare = {"platform": "x", "topic": "general", "caption": "C", "audience_countries": []}
        full = Content("x", "general", "C").to_json()
        nulls = {**bare, **dict.fromkeys(("script", "link", "transcript"), None)}
        hashes = {
            world.run_sql(
                "select private.content_hash(private.normalise_content(%s))", json.dumps(content)
            )[0][0]
            for content in (bare, full, nulls)
        }

        assert len(hashes) == 1


class TestContent:
    @pytest.mark.parametrize(
        ("changes", "word"),
        [
            ({"secret": "x"}, "content_invalid"),
            ({"format": "hologram"}, "content_invalid"),
            ({"format": 3}, "content_invalid"),
            ({"script": 3}, "content_invalid"),
            ({"script": "x" * 100_001}, "text_too_long"),
            ({"transcript": ["a"]}, "content_invalid"),
            ({"link": {"href": "x"}}, "content_invalid"),
            ({"link": "https://example.org/" + "x" * 500}, "content_invalid"),
            ({"hashtags": "rest"}, "content_invalid"),
            ({"hashtags": ["two words"]}, "hashtags_invalid"),
            ({"hashtags": ["\u200b"]}, "hashtags_invalid"),
            ({"hashtags": [f"t{n}" for n in range(61)]}, "hashtags_invalid"),
            ({"hashtags": ["x" * 101]}, "hashtags_invalid"),
            ({"media": "a"}, "media_invalid"),
            ({"media": [{"id": "1", "sha256": "a" * 64, "alt": ""}]}, "media_invalid"),
            ({"media": ["a"]}, "media_invalid"),
            (
                {"media": [{"id": "0" * 8 + "-0000" * 3 + "-" + "0" * 12, "sha256": "A" * 64}]},
                "media_invalid",
            ),
            ({"media": [{}] * 21}, "media_invalid"),
        ],
        ids=str,
    )
    def test_that_cannot_be_kept_is_refused(
        self, world: World, changes: dict[str, Any], word: str
    ) -> None:
        draft = make_draft(world)

        deny(
            word,
            world.ines,
            "save_buffer",
            draft,
            expected_revision=1,
            title="T",
            publish_by=None,
            content=json.dumps(without(draft.content, **changes)),
        )

    @pytest.mark.parametrize(
        "context",
        ["[]", "3", "null", "{", '{"goal": 3}', '{"other": "x"}'],
    )
    def test_of_a_context_card_is_three_lines(self, world: World, context: str) -> None:
        draft = make_draft(world)
        with world.ines.rest() as client:
            answer = client.post(
                "/rpc/save_buffer",
                json={
                    "p_draft": draft.id,
                    "p_expected_revision": 1,
                    "p_title": "T",
                    "p_publish_by": None,
                    "p_content": json.dumps(draft.content.to_json()),
                    "p_context": context,
                },
            )

        assert answer.json()["details"] == "context_invalid"
        assert row_of(world, draft)["context"] == {}

    @pytest.mark.parametrize(
        ("changes", "word"),
        [
            ({"link": "example.org"}, "url_invalid"),
            ({"link": "https://user@example.org"}, "url_invalid"),
            ({"video_link": "http://example.org", "transcript": "T"}, "url_invalid"),
            ({"video_link": "https://example.org/v", "transcript": " "}, "transcript_missing"),
            ({"caption": "", "script": " \u200b"}, "text_missing"),
            ({"transcript": "x" * 60_001}, "text_too_long"),
            ({"on_screen_text": "x" * 20_001}, "text_too_long"),
        ],
        ids=str,
    )
    def test_that_is_not_whole_is_kept_but_not_sent_in(
        self, world: World, changes: dict[str, Any], word: str
    ) -> None:
        draft = save(make_draft(world), replace(make_content(), **changes))

        deny(word, world.ines, "submit_draft", draft, expected_revision=2, note="")

        assert row_of(world, draft)["version_count"] == 0

    @pytest.mark.parametrize("part", ["script", "on_screen_text", "media"])
    def test_without_a_caption_can_be_sent_in(self, world: World, part: str) -> None:
        draft = make_draft(world)
        value = (add_image(world, draft),) if part == "media" else "Something to see."
        draft = save(draft, make_content("", **{part: value}))

        submit(world, draft)

        assert row_of(world, draft)["excerpt"] == (
            "A cup." if part == "media" else "Something to see."
        )

    def test_with_nothing_in_it_is_no_version(self, world: World) -> None:
        draft = make_draft(world, content=make_content(" \n"))

        deny("text_missing", world.ines, "save_version", draft, expected_revision=1, note="")


class TestImages:
    def test_need_a_description(self, world: World) -> None:
        draft = make_draft(world)
        draft = save(draft, make_content(media=(add_image(world, draft, alt=" \u200b"),)))

        deny("alt_missing", world.ines, "submit_draft", draft, expected_revision=2, note="")

    @pytest.mark.parametrize("whose", ["another draft's", "nobody's", "of another hash"])
    def test_have_to_be_the_drafts_own(self, world: World, whose: str) -> None:
        draft, other = make_draft(world), draft_in_state(world, "drafting", author=world.marco)
        image = {
            "another draft's": add_image(world, other),
            "nobody's": Image("1f0c7d2e-7d0c-4b8e-9b54-3f9f8a1f0001", "a" * 64, "A cup."),
            "of another hash": replace(add_image(world, draft), sha256="c" * 64),
        }[whose]
        draft = save(draft, make_content(media=(image,)))

        deny("media_missing", world.ines, "submit_draft", draft, expected_revision=2, note="")

    def test_are_their_authors_until_they_are_sent_in(self, world: World) -> None:
        draft = make_draft(world)
        shown, spare = add_image(world, draft, "a"), add_image(world, draft, "b")
        assert [len(get_rows(p, "/media")) for p in (world.ines, world.marco)] == [2, 0]

        submit(world, save(draft, make_content(media=(shown,))))

        assert [row["id"] for row in get_rows(world.marco, "/media")] == [shown.id]
        assert {row["id"] for row in get_rows(world.ines, "/media")} == {shown.id, spare.id}
        assert get_rows(world.wes, "/media") == []

    def test_are_added_by_their_author_alone_and_once(self, world: World) -> None:
        draft = draft_in_state(world, "in_review")

        assert add_image(world, draft) == add_image(world, draft)
        for person in (world.marco, world.dana, world.sam, world.wes):
            with pytest.raises(Exception, match="could not find"):
                add_image(world, replace(draft, author=person))
        with pytest.raises(Exception, match="closed"):
            add_image(world, draft_in_state(world, "published"))

    def test_go_along_into_a_copy(self, world: World) -> None:
        draft = make_draft(world)
        image = add_image(world, draft)
        content = make_content(media=(image,))
        submit(world, save(draft, content))

        made = act(
            world.ines,
            "create_draft",
            workspace=world.home,
            title="Copy",
            publish_by=None,
            content=json.dumps(content.to_json()),
            copy_of=draft.id,
        )

        ((copied,),) = world.run_sql(
            "select content -> 'media' from public.draft_buffers where draft_id = %s", made["id"]
        )
        assert [(one["sha256"], one["alt"]) for one in copied] == [(image.sha256, "A cup.")]
        assert copied[0]["id"] != image.id
        submit(world, MadeDraft(made["id"], world.ines, content, "Copy"))

    def test_of_somebody_elses_draft_are_not_copied(self, world: World) -> None:
        draft = make_draft(world)
        content = make_content(media=(add_image(world, draft),))
        submit(world, save(draft, content))

        deny(
            "not_the_author",
            world.marco,
            "create_draft",
            workspace=world.home,
            title="Copy",
            publish_by=None,
            content=json.dumps(content.to_json()),
            copy_of=draft.id,
        )
