"""What we may believe about a request: who sends it, from where, and which page it asks for."""

from __future__ import annotations

import ipaddress
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, urlsplit

from starlette.types import Scope

from services.sessions import hash_cookie
from web.settings import Network, Settings, is_loopback

# Streamlit's own addresses, and the files of its page shell.
_STREAMLIT = ("/_stcore/", "/media/", "/component/", "/static/")
# What the page shell needs before anybody is known: code and styles, health, and our own pages.
_OPEN_FOLDERS = ("/auth/", "/static/")
# What open review rooms ask every few seconds by themselves.
ROOMS = "/rooms/"
# Our own files and answers for people who are signed in.
_FILES = ("/images/", ROOMS)
_OPEN_FILES = frozenset(
    {"/healthz", "/readyz", "/_stcore/health", "/_stcore/host-config", "/favicon.png"}
)
# Pages for people who look for help, without an account and without a trace.
HELP = "/help"
_LONGEST_NEXT = 2000


def read_header(scope: Scope, name: str) -> str:
    """One header as text; empty when it is missing."""
    wanted = name.lower().encode()
    for key, value in scope["headers"]:
        if key == wanted:
            return str(value.decode("latin-1"))
    return ""


def read_cookie(scope: Scope, name: str) -> str:
    """One cookie; empty when it is missing or the header is malformed."""
    for part in read_header(scope, "cookie").split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            try:
                return SimpleCookie(f"c={value}")["c"].value
            except (CookieError, KeyError):
                return ""
    return ""


def read_session(scope: Scope, settings: Settings) -> str:
    """The hash that names the browser's session; empty without a cookie."""
    cookie = read_cookie(scope, settings.session_cookie)
    return hash_cookie(cookie) if cookie else ""


def read_address(scope: Scope, settings: Settings) -> str:
    """The network address an attempt is counted under.

    Forwarded headers count only as far as they were written by proxies the operator trusts.
    IPv6 is cut to its /64: one household has that many addresses.
    """
    client = scope.get("client")
    address = str(client[0]) if client else ""
    hops = [hop.strip() for hop in read_header(scope, "x-forwarded-for").split(",") if hop.strip()]
    while hops and _is_trusted(address, settings.trusted_proxies):
        address = hops.pop()
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _is_trusted(address: str, proxies: tuple[Network, ...]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in proxies)


def is_own_origin(scope: Scope, settings: Settings) -> bool:
    """Whether the request comes from one of our own pages.

    With TANDEM_PUBLIC_URL, from exactly that origin. Without it, from the host that was asked,
    which must then be this machine or a bare address: a name somebody else points at us is not.
    """
    origin = read_header(scope, "origin")
    if settings.public_url:
        return origin == settings.public_url
    parts = urlsplit(origin)
    host = read_header(scope, "host")
    return parts.scheme == "http" and parts.netloc == host and is_known_host(host, settings)


def find_own_address(scope: Scope, settings: Settings) -> str:
    """Scheme and host that lead back here, for addresses that others are given.

    Without TANDEM_PUBLIC_URL the host that was asked, which the guard has found to be ours.
    """
    return settings.public_url or f"http://{read_header(scope, 'host')}"


def is_known_host(host: str, settings: Settings) -> bool:
    """Whether a Host header names us, where no public address is set."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == settings.host.lower() or is_loopback(name):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def knows(scope: Scope, tag: str) -> bool:
    """Whether the browser has what this ETag names already."""
    asked = read_header(scope, "if-none-match")
    return tag in {one.strip().removeprefix("W/") for one in asked.split(",")}


def is_help(path: str) -> bool:
    """Whether an address is one of the public help pages."""
    return path == HELP or path.startswith(f"{HELP}/")


def path_for_log(path: str) -> str:
    """The path as a log may have it: of the help pages, not which one somebody asked for."""
    return HELP if is_help(path) else path


def is_open(path: str) -> bool:
    """Whether a stranger may fetch this address."""
    return path in _OPEN_FILES or path.startswith(_OPEN_FOLDERS) or is_help(path)


def is_page(path: str) -> bool:
    """Whether an address is one of the app's pages, and not a file, a route or a socket."""
    # The page shell looks for its server below the page's own address first.
    return (
        "/_stcore/" not in path
        and not path.startswith((*_STREAMLIT, *_OPEN_FOLDERS, *_OPEN_FILES, *_FILES))
        and not is_help(path)
    )


def clean_next(address: str) -> str:
    """The address if it is a page of ours, else "/": nobody is sent elsewhere after signing in."""
    if not address.startswith("/") or address.startswith("//") or len(address) > _LONGEST_NEXT:
        return "/"
    if "\\" in address or any(
        ord(character) < 33 or ord(character) == 127 for character in address
    ):
        return "/"
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return "/"
    if parts.path != "/auth/invitation" and not is_page(parts.path):
        return "/"
    query = f"?{parts.query}" if parts.query else ""
    return quote(parts.path, safe="/%:@!$&'()*+,;=-._~") + query


def sign_in_address(next_address: str) -> str:
    """Our sign-in page, which leads back to the address afterwards."""
    if next_address in ("", "/"):
        return "/auth/sign-in"
    return f"/auth/sign-in?next={quote(next_address, safe='')}"
