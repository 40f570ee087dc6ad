"""One websocket to Streamlit, as a browser's tab opens it, in plain sight of a test."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

RUN_SECONDS = 15.0


class Tab:
    """A tab of whoever the cookie belongs to.

    Args:
        url: The app's address.
        cookie: The whole Cookie header.
        session_id: Streamlit's id of a tab that was open before, to take up where it left off.
    """

    def __init__(self, url: str, *, cookie: str, session_id: str = "") -> None:
        self._url = url
        self._cookie = cookie
        self.session_id = session_id
        self.messages: list[ForwardMsg] = []
        self._socket: ClientConnection | None = None

    def __enter__(self) -> Self:
        names = ["streamlit", "no-xsrf-token"]
        if self.session_id:
            names.append(self.session_id)
        self._socket = connect(
            self._url.replace("http", "ws", 1) + "/_stcore/stream",
            origin=self._url,  # type: ignore[arg-type]
            additional_headers={"Cookie": self._cookie},
            subprotocols=names,  # type: ignore[arg-type]
            compression=None,
            max_size=None,
            proxy=None,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._socket is not None:
            self._socket.close()

    @property
    def text(self) -> str:
        """All that was sent to this tab so far."""
        return "\n".join(str(message) for message in self.messages)

    def run(self, *, fragment: str = "", press: str = "", **typed: str) -> str:
        """Run the page, or one of its fragments; what that run sent.

        Args:
            fragment: The id of a fragment to run alone.
            press: The id of a button that is pressed.
            typed: Widget ids and the texts in them.
        """
        asked = BackMsg()
        asked.rerun_script.fragment_id = fragment
        if press:
            button = asked.rerun_script.widget_states.widgets.add()
            button.id, button.trigger_value = press, True
        for name, text in typed.items():
            widget = asked.rerun_script.widget_states.widgets.add()
            widget.id, widget.string_value = name, text
        return self.send(asked)

    def send(self, asked: BackMsg) -> str:
        """Send a message and wait for the run it starts to finish."""
        assert self._socket is not None
        self._socket.send(asked.SerializeToString())
        return self.wait()

    def wait(self) -> str:
        """Wait for the next run to finish; what it sent. Raises ConnectionClosed at the end."""
        assert self._socket is not None
        sent: list[ForwardMsg] = []
        deadline = time.monotonic() + RUN_SECONDS
        while not (sent and sent[-1].WhichOneof("type") == "script_finished"):
            data = self._socket.recv(timeout=deadline - time.monotonic())
            assert isinstance(data, bytes)
            sent.append(ForwardMsg.FromString(data))
            if sent[-1].HasField("new_session"):
                self.session_id = sent[-1].new_session.initialize.session_id
        self.messages += sent
        return "\n".join(str(message) for message in sent)

    def find_button(self, label: str) -> str:
        """The id of a button that was drawn."""
        for message in self.messages:
            button = message.delta.new_element.button
            if button.label == label:
                return button.id
        raise AssertionError(f"no button {label}")

    def find_text_input(self, label: str) -> str:
        """The id of a text field that was drawn."""
        for message in self.messages:
            field = message.delta.new_element.text_input
            if field.label == label:
                return field.id
        raise AssertionError(f"no field {label}")

    def find_fragment(self) -> str:
        """The id of the fragment that runs by itself."""
        for message in self.messages:
            if message.HasField("auto_rerun"):
                return message.auto_rerun.fragment_id
        raise AssertionError("no fragment that runs by itself")
