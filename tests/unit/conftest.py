"""A draft being written without a database, for tests of what is saved over what."""

from __future__ import annotations

import pytest

from components.writing import Writing, start_writing
from services.gateway.client import Gateway
from tests.support.fake_drafts import FakeDrafts


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> FakeDrafts:
    """One draft on a server that never was."""
    fake = FakeDrafts()
    monkeypatch.setattr("services.drafts.get_editor", lambda *_args, **_named: fake.editor())
    return fake


@pytest.fixture
def gateway(server: FakeDrafts) -> Gateway:
    """The way to it."""
    return server  # type: ignore[return-value]


@pytest.fixture
def writing(server: FakeDrafts) -> Writing:
    """What a tab knows of the draft."""
    return start_writing(server.editor())
