"""`make run`: starts the servers and the app, keeps them running, stops them in order."""

import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from services.embedded import demo
from services.embedded.application import Address, Application, read_address, streamlit_command
from services.embedded.library import load_library
from services.embedded.places import ROOT, data_dir
from services.embedded.problems import StartupProblem
from services.embedded.project import find_hosted_project
from services.embedded.rules import state_rules
from services.embedded.stack import Stack

WATCH_SECONDS = 0.1
# More restarts than this in so short a time mean that starting again does not help.
MOST_RESTARTS = 5
RESTART_WINDOW_SECONDS = 60.0

NAMES = {"postgres": "PostgreSQL", "lite": "Supabase Lite", "app": "The app"}


class StopAsked(BaseException):
    """Ctrl-C or a SIGTERM; not an error, so nothing on the way may catch it as one."""


def run() -> None:
    """Start everything and stay until asked to stop. Raises StartupProblem."""
    address = read_address()
    if find_hosted_project() is not None:
        run_hosted(address)
    with signals_raise(), suppress(StopAsked):
        run_embedded(address)


def run_hosted(address: Address) -> None:
    """Become the app, on the configured project. Raises StartupProblem if that cannot work."""
    environment = app_environment(address)
    say("Checking the configured Supabase project.")
    # Another process, because services know nothing of the web layer that reads the settings.
    check = [sys.executable, "-m", "web.check"]
    if subprocess.run(check, cwd=ROOT, env=environment, check=False).returncode != 0:
        raise StartupProblem("The configuration has to be put right first; see above.")
    command = streamlit_command(address)
    os.chdir(ROOT)
    os.execve(command[0], command, environment)  # noqa: S606


def run_embedded(address: Address) -> None:
    """The app on an embedded server, until StopAsked."""
    stack = Stack(data=data_dir(), say=say, on_new=demo.seed_if_wanted)
    app: Application | None = None
    try:
        stack.start()
        load_library(url=stack.url, key=stack.secret_key, say=say)
        state_rules(url=stack.url, key=stack.secret_key, say=say)
        app = Application(address=address, environment=embedded_environment(address, stack))
        say("Starting the app.")
        app.start()
        greet(address, stack)
        watch(stack, app)
    finally:
        ignore_signals()
        if app is not None:
            say("Stopping.")
            app.stop()
        stack.stop()


def watch(stack: Stack, app: Application) -> None:
    """Start again whatever ends by itself, where it was: people's pages stay valid.

    Raises: StartupProblem when that does not help.
    """
    restarts: deque[float] = deque(maxlen=MOST_RESTARTS)
    while True:
        revived: list[str] = [*stack.revive()]
        if app.process is not None and app.process.poll() is not None:
            app.start()
            revived.append("app")
        for name in revived:
            say(f"{NAMES[name]} had stopped and was started again.")
            if (
                len(restarts) == MOST_RESTARTS
                and time.monotonic() - restarts[0] < RESTART_WINDOW_SECONDS
            ):
                raise StartupProblem(
                    f"{NAMES[name]} keeps stopping, so Tandem stops too. Nothing that was saved "
                    f"is lost. The logs are in {stack.places.logs}."
                )
            restarts.append(time.monotonic())
        time.sleep(WATCH_SECONDS)


def app_environment(address: Address) -> dict[str, str]:
    """What the app is given in any case; the runner's own settings are made explicit."""
    return dict(os.environ) | {
        "HOST": address.host,
        "PORT": str(address.port),
        # uvicorn would believe forwarded headers from this machine; TANDEM_TRUSTED_PROXIES decides.
        "FORWARDED_ALLOW_IPS": "",
    }


def embedded_environment(address: Address, stack: Stack) -> dict[str, str]:
    """The settings that lead the app to the embedded server."""
    environment = app_environment(address) | {
        "SUPABASE_URL": stack.url,
        "SUPABASE_PUBLISHABLE_KEY": stack.publishable_key,
        "SUPABASE_SECRET_KEY": stack.secret_key,
        # As powerful as the secret key beside it; the app signs with it for people who come through
        # an OpenID Connect provider, and only where one is configured.
        "TANDEM_JWT_SECRET": stack.jwt_secret,
        "TANDEM_SESSION_KEYS": os.environ.get("TANDEM_SESSION_KEYS") or stack.session_keys,
        "TANDEM_EMBEDDED": "1",
        "TANDEM_MAIL_DIR": str(stack.places.mail),
        "TANDEM_DATA_DIR": str(stack.places.data),
    }
    environment.pop("TANDEM_DEMO_FILE", None)
    if demo.is_wanted() and stack.places.demo_file.exists():
        environment["TANDEM_DEMO_FILE"] = str(stack.places.demo_file)
    return environment


def greet(address: Address, stack: Stack) -> None:
    """The address, the demo people, and where mail goes."""
    print(f"\n  Tandem is ready: {os.environ.get('TANDEM_PUBLIC_URL') or address.url}\n")
    if demo.is_wanted():
        for line in demo.describe(stack.places.demo_file):
            print(f"  {line}".rstrip())
    if stack.catches_mail:
        print(f"  Mail is not sent anywhere; it is kept in {stack.places.mail}")
    print("  Press Ctrl-C to stop.\n", flush=True)


def say(sentence: str) -> None:
    """Tell the person at the terminal at once, also through a pipe."""
    print(sentence, flush=True)


@contextmanager
def signals_raise() -> Iterator[None]:
    """Inside, Ctrl-C, SIGTERM and a closed terminal raise StopAsked."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        ignore_signals()
        raise StopAsked

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handle)
    try:
        yield
    finally:
        sys.stdout.flush()


def ignore_signals() -> None:
    """Stopping takes a moment; being asked twice must not leave half of it running."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
