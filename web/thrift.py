"""Work that Streamlit does again in every run and that gives the same every time: done once.

Reaches into Streamlit 1.67, which requirements.txt pins. A test compares with what Streamlit does
by itself; where a later version has other insides, nothing is changed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

log = logging.getLogger("tandem.web")

_NAME = "_populate_theme_msg"


def remember_theme() -> None:
    """Puts the theme's options together once a process, not in every run.

    They are about 130, and each run looked through all of Streamlit's options six times for them:
    with many open pages a fifth of all the time. They come from .streamlit/config.toml, which is
    read at the start.
    """
    populate: Callable[[CustomThemeConfig, str], None] | None = getattr(app_session, _NAME, None)
    if populate is None:
        log.warning("theme not remembered: another Streamlit")
        return
    made: dict[str, CustomThemeConfig] = {}

    def copy_theme(msg: CustomThemeConfig, section: str = "theme") -> None:
        if section not in made:
            theme = CustomThemeConfig()
            populate(theme, section)
            made[section] = theme
        # A part that says nothing stays absent.
        if made[section].ByteSize():
            msg.MergeFrom(made[section])

    setattr(app_session, _NAME, copy_theme)
