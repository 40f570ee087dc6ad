"""What is done once is what Streamlit does every time."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from web import thrift

SECTIONS = [
    "theme",
    "theme.light",
    "theme.dark",
    "theme.sidebar",
    "theme.light.sidebar",
    "theme.dark.sidebar",
]


@pytest.fixture
def _own_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit's own function comes back after the test; the theme is that of the product."""
    monkeypatch.setattr(app_session, thrift._NAME, getattr(app_session, thrift._NAME))
    monkeypatch.chdir(Path(__file__).resolve().parents[2])
    config.get_config_options(force_reparse=True)


@pytest.mark.usefixtures("_own_theme")
@pytest.mark.parametrize("section", SECTIONS)
def test_the_theme_is_the_same_each_time(section: str) -> None:
    alone = CustomThemeConfig()
    app_session._populate_theme_msg(alone, section)
    thrift.remember_theme()
    for _ in range(2):
        ours = CustomThemeConfig()
        app_session._populate_theme_msg(ours, section)
        assert ours == alone
    if section == "theme.light":
        assert alone.primary_color == st.get_option("theme.light.primaryColor")


@pytest.mark.usefixtures("_own_theme")
def test_parts_that_say_nothing_stay_absent() -> None:
    thrift.remember_theme()
    theme = CustomThemeConfig()
    app_session._populate_theme_msg(theme.sidebar, "theme.sidebar")
    assert not theme.HasField("sidebar")


def test_another_streamlit_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(app_session, thrift._NAME)
    thrift.remember_theme()
    assert not hasattr(app_session, thrift._NAME)
