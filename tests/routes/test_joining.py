"""/auth/sign-up and /auth/invitation: accounts by invitation."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.accounts import PASSWORD
from tests.support.people import World
from tests.support.visitor import Visitor, read_alert

Visit = Callable[..., Visitor]
NEW = "nora@example.org"


@pytest.fixture
def invitation(members: World) -> str:
    """The token of an open invitation to Home as influencer."""
    made = members.sam.gateway().write(
        "invite_person", {"p_workspace": members.home, "p_email": NEW, "p_roles": ["influencer"]}
    )
    return str(made["token"])


def roles_of(world: World, email: str) -> list[tuple[str, list[str]]]:
    return world.run_sql(
        "select w.name, m.roles from public.memberships m join public.workspaces w "
        "on w.id = m.workspace_id join public.profile_contacts c using (profile_id) "
        "where c.email = %s order by 1",
        email,
    )


@pytest.mark.usefixtures("quick")
class TestSignUp:
    def test_an_invited_person_arrives_as_a_member(
        self, members: World, visitor: Visitor, invitation: str
    ) -> None:
        form = visitor.get(f"/auth/sign-up?invitation={invitation}")
        assert "Join Home" in form.text
        assert "invited as influencer" in form.text
        answer = visitor.post(
            "/auth/sign-up",
            form_at=f"/auth/sign-up?invitation={invitation}",
            invitation=invitation,
            name="  Nora   <b>Lund</b> ",
            email="somebody-else@example.org",
            password="a long enough one",
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert roles_of(members, NEW) == [("Home", ["influencer"])]
        names = members.run_sql(
            "select display_name from public.profiles where display_name ~ 'Lund'"
        )
        assert names == [("Nora <b>Lund</b>",)]
        assert visitor.get("/").status_code == 200

    def test_an_invitation_works_once(self, members: World, visit: Visit, invitation: str) -> None:
        first, second = visit(), visit()
        fields = {"invitation": invitation, "name": "Nora", "password": "a long enough one"}
        where = f"/auth/sign-up?invitation={invitation}"
        assert first.post("/auth/sign-up", form_at=where, **fields).status_code == 303
        assert second.get(where).status_code == 410
        assert len(roles_of(members, NEW)) == 1

    @pytest.mark.parametrize(
        ("name", "password", "says"),
        [
            ("", "a long enough one", "name"),
            ("Nora", "short", "at least 10"),
            ("Nora", "x" * 73, "long"),
        ],
    )
    def test_it_says_what_is_missing(
        self, members: World, visitor: Visitor, invitation: str, name: str, password: str, says: str
    ) -> None:
        answer = visitor.post(
            "/auth/sign-up",
            form_at=f"/auth/sign-up?invitation={invitation}",
            invitation=invitation,
            name=name,
            password=password,
        )
        assert answer.status_code == 400
        assert says in read_alert(answer.text)
        assert roles_of(members, NEW) == []

    def test_a_known_address_is_led_to_sign_in(self, members: World, visitor: Visitor) -> None:
        token = members.sam.gateway().write(
            "invite_person",
            {
                "p_workspace": members.home,
                "p_email": members.otto.email,
                "p_roles": ["professional"],
            },
        )["token"]
        where = f"/auth/sign-up?invitation={token}"
        answer = visitor.post(
            "/auth/sign-up",
            form_at=where,
            invitation=str(token),
            name="Otto",
            password="not otto's password",
        )
        assert answer.status_code == 409
        assert "sign in and join from there" in read_alert(answer.text)
        arrived = visitor.sign_in(
            members.otto.email, PASSWORD, next=f"/auth/invitation?invitation={token}"
        )
        assert arrived.headers["location"] == f"/auth/invitation?invitation={token}"
        joined = visitor.post(
            "/auth/invitation",
            form_at=f"/auth/invitation?invitation={token}",
            invitation=str(token),
        )
        assert joined.status_code == 303
        assert roles_of(members, members.otto.email) == [
            ("Home", ["professional"]),
            ("Other", ["coordinator"]),
        ]

    def test_strangers_cannot_make_accounts(self, members: World, visitor: Visitor) -> None:
        assert visitor.get("/auth/sign-up").status_code == 403
        answer = visitor.post(
            "/auth/sign-up",
            form_at="/auth/sign-in",
            name="Mallory",
            email="mallory@example.org",
            password="a long enough one",
        )
        assert answer.status_code == 403
        found = members.run_sql("select 1 from auth.users where email = 'mallory@example.org'")
        assert found == []

    def test_where_it_is_open_anybody_may_and_sees_nothing(
        self, members: World, visit: Visit
    ) -> None:
        visitor = visit(open_sign_up=True)
        answer = visitor.post("/auth/sign-up", name="Nora", email=NEW, password="a long enough one")
        assert answer.status_code == 303
        assert roles_of(members, NEW) == []

    def test_guessing_invitations_leads_nowhere(self, visitor: Visitor) -> None:
        assert visitor.get("/auth/sign-up?invitation=" + "a" * 500).status_code == 410
        assert visitor.get("/auth/invitation").status_code == 410


@pytest.mark.usefixtures("quick")
class TestInvitation:
    def test_a_stranger_is_offered_both_ways(self, visitor: Visitor, invitation: str) -> None:
        page = visitor.get(f"/auth/invitation?invitation={invitation}").text
        assert f"/auth/sign-up?invitation={invitation}" in page
        assert "/auth/sign-in?next=/auth/invitation%3Finvitation%3D" in page

    def test_opening_it_alone_joins_nothing(
        self, members: World, visitor: Visitor, invitation: str
    ) -> None:
        visitor.sign_in(members.wes.email, PASSWORD)
        page = visitor.get(f"/auth/sign-up?invitation={invitation}")
        assert page.headers["location"] == f"/auth/invitation?invitation={invitation}"
        visitor.get(page.headers["location"])
        visitor.send("/auth/invitation", invitation=invitation)
        assert roles_of(members, members.wes.email) == [("Other", ["influencer"])]

    def test_a_stranger_cannot_accept(self, visitor: Visitor, invitation: str) -> None:
        answer = visitor.post(
            "/auth/invitation",
            form_at=f"/auth/sign-up?invitation={invitation}",
            invitation=invitation,
        )
        assert answer.status_code == 401
