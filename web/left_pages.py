"""What a page asks for after somebody has left it: nothing is drawn for it.

Reaches into Streamlit 1.67, which requirements.txt pins. Where a later version has other insides,
nothing is changed.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

log = logging.getLogger("tandem.web")

_CLASS, _NAME = "ScriptRunner", "_run_script"


def forget_left_pages() -> None:
    """Drops a fragment's request that was sent by a page which is not the one shown any more.

    A click leads to another page, and in the same moment a field saves or a timer fires in the one
    that is left. Streamlit runs the new page first, and then the fragment under the old page's
    name: the browser is told that this page is shown again, and the fragment is gone. Nothing
    was left on the screen.
    """
    runner: Any = getattr(script_runner, _CLASS, None)
    run: Callable[[Any, RerunData], None] | None = getattr(runner, _NAME, None)
    if run is None:
        log.warning("requests of left pages not dropped: another Streamlit")
        return

    @functools.wraps(run)
    def run_what_is_shown(self: Any, rerun_data: RerunData) -> None:
        shown = self._pages_manager.current_page_script_hash
        if rerun_data.fragment_id_queue and rerun_data.page_script_hash != shown:
            return
        run(self, rerun_data)

    setattr(runner, _NAME, run_what_is_shown)
