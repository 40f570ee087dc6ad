"""The bucket of images over HTTP: who may store what where, who may fetch it, who may change it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import httpx
import pytest

from services.posts import Image
from tests.support.people import (
    MadeDraft,
    Person,
    World,
    decide,
    edit,
    make_content,
    make_draft,
    publish,
    submit,
    withdraw,
)

BYTES = b"the bytes of an image"
SHA = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture
def draft(world: World) -> MadeDraft:
    return make_draft(world)


@pytest.fixture
def storage(world: World) -> Iterator[httpx.Client]:
    """Storage with the publishable key; each call names its own token."""
    with httpx.Client(
        base_url=f"{world.stack.url}/storage/v1",
        headers={"apikey": world.stack.publishable_key},
        timeout=30,
        trust_env=False,
    ) as client:
        yield client


def place(world: World, draft: MadeDraft, name: str = f"{SHA}.png") -> str:
    return f"{world.home}/{draft.id}/{name}"


def store(
    storage: httpx.Client,
    path: str,
    by: Person | None,
    *,
    data: bytes = BYTES,
    kind: str = "image/png",
    **headers: str,
) -> int:
    """Store as this person; the status that is meant."""
    answer = storage.post(
        f"/object/media/{path}",
        content=data,
        headers={"Content-Type": kind, **authorization(by), **headers},
    )
    return meant(answer)


def fetch(storage: httpx.Client, path: str, by: Person | None) -> bytes | int:
    """The bytes, or the status of a refusal."""
    answer = storage.get(f"/object/media/{path}", headers=authorization(by))
    return answer.content if answer.status_code == 200 else meant(answer)


def authorization(by: Person | None) -> dict[str, str]:
    return {} if by is None else {"Authorization": f"Bearer {by.token()}"}


def meant(answer: httpx.Response) -> int:
    if answer.status_code < 300:
        return answer.status_code
    return int(answer.json().get("statusCode", answer.status_code))


def record(world: World, draft: MadeDraft, path: str) -> str:
    ((media,),) = world.run_sql(
        "select public.server_add_media(%s, %s, %s, %s, 'image/png', 8, 8, 21)",
        draft.author.id,
        draft.id,
        SHA,
        path,
    )
    return str(media)


def use(world: World, draft: MadeDraft, media: str) -> MadeDraft:
    """Put the image into the post."""
    return edit(world, draft, make_content(media=(Image(media, SHA, "A bench in a park."),)))


class TestStoring:
    def test_an_author_may_in_their_draft(
        self, world: World, storage: httpx.Client, draft: MadeDraft
    ) -> None:
        assert store(storage, place(world, draft), world.ines) == 200

    @pytest.mark.parametrize("name", ["marco", "dana", "sam", "kim", "wes", "otto", "nobody"])
    def test_nobody_else_may(
        self, world: World, storage: httpx.Client, draft: MadeDraft, name: str
    ) -> None:
        submit(world, draft)

        assert store(storage, place(world, draft), getattr(world, name)) == 403

    def test_nobody_may_without_a_token(
        self, world: World, storage: httpx.Client, draft: MadeDraft
    ) -> None:
        assert store(storage, place(world, draft), None) in (401, 403)

    def test_nobody_may_with_a_token_that_has_expired(
        self, world: World, storage: httpx.Client, draft: MadeDraft
    ) -> None:
        answer = storage.post(
            f"/object/media/{place(world, draft)}",
            content=BYTES,
            headers={
                "Content-Type": "image/png",
                "Authorization": f"Bearer {world.ines.token(ttl=-60)}",
            },
        )

        assert meant(answer) in (400, 401, 403)
        assert world.run_sql("select count(*) from storage.objects") == [(0,)]

    def test_somebody_suspended_may_not(
        self, world: World, storage: httpx.Client, draft: MadeDraft
    ) -> None:
        world.run_sql(
            "update public.memberships set suspended_at = now() where profile_id = %s",
            world.ines.id,
        )

        assert store(storage, place(world, draft), world.ines) == 403

    @pytest.mark.parametrize(
        "name",
        [
            "x.png",
            f"{SHA}.svg",
            f"{SHA}.html",
            f"{SHA}.png.html",
            f"{SHA.upper()}.png",
            f"{SHA[:-1]}.png",
            f"more/{SHA}.png",
            f"{SHA}.png/{SHA}.png",
        ],
    )
    def test_under_no_other_name(
        self, world: World, storage: httpx.Client, draft: MadeDraft, name: str
    ) -> None:
        assert store(storage, place(world, draft, name), world.ines) in (400, 403, 404)
        assert world.run_sql("select count(*) from storage.objects") == [(0,)]

    def test_in_no_other_place(self, world: World, storage: httpx.Client, draft: MadeDraft) -> None:
        other = make_draft(world, author=world.wes, workspace_id=world.other)
        for path in (
            f"{SHA}.png",
            f"{world.home}/{SHA}.png",
            f"{world.other}/{draft.id}/{SHA}.png",
            f"{world.home}/{other.id}/{SHA}.png",
            f"{world.home}/{world.ines.id}/{SHA}.png",
        ):
            assert store(storage, path, world.ines) == 403, path

    @pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "application/octet-stream"])
    def test_of_no_other_kind(
        self, world: World, storage: httpx.Client, draft: MadeDraft, kind: str
    ) -> None:
        assert store(storage, place(world, draft), world.ines, kind=kind) in (400, 415)

    def test_nothing_larger_than_twenty_megabytes(
        self, world: World, storage: httpx.Client, draft: MadeDraft
    ) -> None:
        data = bytes(20_000_001)

        assert store(storage, place(world, draft), world.ines, data=data) in (400, 413)

    @pytest.mark.parametrize("state", ["published", "declined", "withdrawn"])
    def test_not_in_a_closed_draft(
        self, world: World, storage: httpx.Client, draft: MadeDraft, state: str
    ) -> None:
        sent = submit(world, draft)
        if state == "withdrawn":
            withdraw(world, sent, expected_state="in_review")
        else:
            decide(world, sent, "declined" if state == "declined" else "approved")
        if state == "published":
            publish(world, sent)

        assert store(storage, place(world, draft), world.ines) == 403

    def test_not_without_end(self, world: World, storage: httpx.Client, draft: MadeDraft) -> None:
        world.run_sql(
            "insert into storage.objects (bucket_id, name)"
            " select 'media', %s || encode(sha256(n::text::bytea), 'hex') || '.png'"
            " from generate_series(1, 119) n",
            f"{world.home}/{draft.id}/",
        )

        assert store(storage, place(world, draft), world.ines) == 200
        assert store(storage, place(world, draft, f"{'0' * 64}.png"), world.ines) == 403
        assert store(storage, place(world, make_draft(world)), world.ines) == 200

    def test_makes_no_bucket(self, world: World, storage: httpx.Client) -> None:
        for person in (world.ines, world.sam):
            answer = storage.post(
                "/bucket",
                json={"id": "mine", "name": "mine", "public": True},
                headers=authorization(person),
            )
            assert answer.status_code >= 400
        assert world.run_sql("select id, public from storage.buckets") == [("media", False)]

    def test_opens_no_bucket(self, world: World, storage: httpx.Client) -> None:
        for person in (world.ines, world.sam):
            answer = storage.put(
                "/bucket/media", json={"public": True}, headers=authorization(person)
            )
            assert answer.status_code >= 400
        assert world.run_sql("select id, public from storage.buckets") == [("media", False)]


class TestChanging:
    """Nobody, not even the author: what was approved stays what it was."""

    @pytest.fixture
    def path(self, world: World, storage: httpx.Client, draft: MadeDraft) -> str:
        path = place(world, draft)
        assert store(storage, path, world.ines) == 200
        record(world, draft, path)
        return path

    def test_does_not_overwrite(self, world: World, storage: httpx.Client, path: str) -> None:
        assert store(storage, path, world.ines, data=b"other") == 409
        upsert = {"x-upsert": "true"}
        assert store(storage, path, world.ines, data=b"other", **upsert) in (400, 403)
        answer = storage.put(
            f"/object/media/{path}",
            content=b"other",
            headers={"Content-Type": "image/png", **authorization(world.ines)},
        )
        assert answer.status_code >= 400

        assert fetch(storage, path, world.ines) == BYTES

    def test_does_not_delete(self, world: World, storage: httpx.Client, path: str) -> None:
        for person in (world.ines, world.sam, world.kim):
            headers = authorization(person)
            storage.request("DELETE", "/object/media", json={"prefixes": [path]}, headers=headers)
            storage.delete(f"/object/media/{path}", headers=headers)
            storage.post("/bucket/media/empty", headers=headers)
            storage.delete("/bucket/media", headers=headers)

        assert fetch(storage, path, world.ines) == BYTES

    def test_does_not_move(self, world: World, storage: httpx.Client, path: str) -> None:
        elsewhere = place(world, make_draft(world))
        answer = storage.post(
            "/object/move",
            json={"bucketId": "media", "sourceKey": path, "destinationKey": elsewhere},
            headers=authorization(world.ines),
        )

        assert answer.status_code >= 400
        assert fetch(storage, path, world.ines) == BYTES


class TestFetching:
    @pytest.fixture
    def path(self, world: World, storage: httpx.Client, draft: MadeDraft) -> str:
        path = place(world, draft)
        assert store(storage, path, world.ines) == 200
        return path

    def test_nobody_before_it_is_recorded(
        self, world: World, storage: httpx.Client, path: str
    ) -> None:
        for person in world.people:
            assert fetch(storage, path, person) == 404, person.name

    def test_its_author_alone_before_it_is_sent(
        self, world: World, storage: httpx.Client, draft: MadeDraft, path: str
    ) -> None:
        media = record(world, draft, path)
        # A draft that others see already, with an image that they have not been sent.
        submit(world, draft)
        use(world, draft, media)

        seen = {p.name for p in world.people if fetch(storage, path, p) == BYTES}

        assert seen == {"ines"}

    def test_colleagues_once_it_is_sent(
        self, world: World, storage: httpx.Client, draft: MadeDraft, path: str
    ) -> None:
        submit(world, use(world, draft, record(world, draft, path)))

        seen = {p.name for p in world.people if fetch(storage, path, p) == BYTES}

        assert seen == {"ines", "marco", "dana", "paul", "sam", "kim"}
        assert fetch(storage, path, None) in (400, 401, 403, 404)

    def test_professionals_alone_where_the_author_says_so(
        self, world: World, storage: httpx.Client, draft: MadeDraft, path: str
    ) -> None:
        submit(world, use(world, draft, record(world, draft, path)))
        world.run_sql("update public.drafts set professionals_only = true where id = %s", draft.id)

        seen = {p.name for p in world.people if fetch(storage, path, p) == BYTES}

        assert seen == {"ines", "dana", "paul", "kim"}

    def test_through_no_side_door(
        self, world: World, storage: httpx.Client, draft: MadeDraft, path: str
    ) -> None:
        record(world, draft, path)
        marco = authorization(world.marco)

        assert storage.get(f"/object/public/media/{path}").status_code >= 400
        assert storage.head(f"/object/media/{path}", headers=marco).status_code >= 400
        assert storage.get(f"/object/info/media/{path}", headers=marco).status_code >= 400
        signed = storage.post(f"/object/sign/media/{path}", json={"expiresIn": 60}, headers=marco)
        assert signed.status_code >= 400
        copied = storage.post(
            "/object/copy",
            json={
                "bucketId": "media",
                "sourceKey": path,
                "destinationKey": place(world, make_draft(world, author=world.marco)),
            },
            headers=marco,
        )
        assert copied.status_code >= 400
        listed = storage.post(
            "/object/list/media", json={"prefix": f"{world.home}/{draft.id}"}, headers=marco
        )
        assert listed.json() == []


class TestBucket:
    def test_is_private_and_takes_images_only(self, world: World) -> None:
        assert world.run_sql(
            "select id, public, file_size_limit, allowed_mime_types from storage.buckets"
        ) == [("media", False, 20_000_000, ["image/jpeg", "image/png", "image/webp"])]

    def test_has_these_policies_and_no_other(self, world: World) -> None:
        rows = world.run_sql(
            "select tablename, cmd, roles::text[] from pg_policies where schemaname = 'storage'"
            " order by 1, 2"
        )

        assert rows == [
            ("objects", "INSERT", ["authenticated"]),
            ("objects", "SELECT", ["authenticated"]),
        ]
