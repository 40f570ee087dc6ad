"""The fingerprint that people can check is the one the database computes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services import fingerprints
from services.posts import Content
from tests.support.people import World, make_content, make_draft, submit

# What jsonb writes in ways of its own: quotes, escapes, control characters, other planes.
AWKWARD = 'a"b\\c/d\te\nf 👩🏽‍⚕️ \u05e9\u05dc\u05d5\u05dd \u202e \u2028 é \x7f <&>'

TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60
)
CONTENTS = st.builds(
    Content,
    platform=st.sampled_from(["instagram", "x", "blog"]),
    topic=st.just("general"),
    caption=TEXTS,
    audience_countries=st.lists(st.sampled_from(["DE", "KE", "PT"]), unique=True).map(tuple),
    format=st.sampled_from(["post", "video"]),
    script=st.just("") | TEXTS,
    on_screen_text=st.just("") | TEXTS,
    transcript=st.just("") | TEXTS,
    hashtags=st.lists(st.from_regex(r"\A[a-z]{1,9}\Z"), max_size=3, unique=True).map(tuple),
)


def ask(world: World, content: Content) -> tuple[Content, str]:
    """The content as the database keeps it, and its hash."""
    row: Any = world.run_sql(
        "select c, private.content_hash(c) from private.normalise_content(%s) c",
        json.dumps(content.to_json()),
    )[0]
    return Content.from_json(row[0]), row[1]


def test_a_submitted_version_has_it(world: World) -> None:
    content = make_content(AWKWARD, hashtags=("rest",), format="video", link="https://example.org")
    draft = submit(world, make_draft(world, content=content))
    row = world.run_sql(
        "select content, content_hash from public.draft_versions where draft_id = %s", draft.id
    )[0]
    assert fingerprints.compute_hash(Content.from_json(row[0])) == row[1] == draft.content_hash


def test_an_image_is_in_it(world: World) -> None:
    image = {"id": "11111111-1111-1111-1111-111111111111", "sha256": "a" * 64, "alt": AWKWARD}
    content = Content.from_json({**make_content().to_json(), "media": [image]})
    kept, in_database = ask(world, content)
    assert kept.media
    assert fingerprints.compute_hash(kept) == in_database


@pytest.mark.parametrize("changes", [{"caption": "Other."}, {"link": "https://example.org"}])
def test_another_post_has_another(changes: dict[str, str]) -> None:
    other = make_content(**changes) if "caption" not in changes else make_content("Other.")
    assert fingerprints.compute_hash(other) != fingerprints.compute_hash(make_content())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=CONTENTS)
def test_any_post_has_it(world: World, content: Content) -> None:
    kept, in_database = ask(world, content)
    assert fingerprints.compute_hash(kept) == in_database
