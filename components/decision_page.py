"""A decision as one page of HTML that stands by itself: no script, nothing fetched, printable.

Pure: values in, text out. Everything that somebody typed is escaped, characters nobody sees are
named, and a policy in the page forbids whatever might slip through.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from string import Template

from components import format as fmt
from components import help_given
from components.countries import name_of
from components.marks import reveal
from services import fingerprints
from services.decisions import KINDS
from services.given import Service
from services.library.models import METHODS
from services.models import Decision, Draft
from services.posts import FORMATS, TEXTS, Content, write_hashtags

_PAGE = Template(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>$title</title>
<style>
:root { color-scheme: light; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; background: #fff; color: #1f2933;
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { margin-top: 2rem; font-size: 1.2rem; }
h3 { margin-bottom: 0.25rem; font-size: 1rem; }
dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: 0.4rem 1rem; }
dt { font-weight: 600; }
dd { margin: 0; }
.text { margin: 0; padding: 0.75rem 1rem; border: 1px solid #66788a; border-radius: 6px;
  white-space: pre-wrap; unicode-bidi: plaintext; }
.code { font-family: ui-monospace, monospace; font-size: 0.85rem; white-space: pre-wrap; }
.mark { padding: 0 0.3em; border: 1px dashed #8a4b00; border-radius: 4px; color: #8a4b00;
  font-size: 0.8em; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.5rem; } }
@media print { body { margin: 0; max-width: none; } .text { break-inside: avoid-page; } }
</style>
</head>
<body>
<main>
<h1>$title</h1>
<p>$summary</p>
<h2>The decision</h2>
<dl>
$facts
</dl>
$note
$help
<h2>What was stated</h2>
<p class="text">$statement</p>
<h2>The post, exactly as decided on</h2>
$warning
<dl>
$about
</dl>
$parts
$waivers
<h2>How to check it</h2>
$check
<p>This page was made with Tandem on $made. It says what was true then; whether the approval
still stands can have changed since.</p>
</main>
</body>
</html>
"""
)


def build_page(
    decision: Decision,
    content: Content,
    *,
    draft: Draft,
    validity: str,
    zone: str,
    made_at: datetime,
) -> str:
    """The whole page.

    Args:
        content: The post of the version that was decided on.
        validity: Whether an approval still stood when the page was made; may be empty.
        zone: IANA name of the reader's zone; times are given in it and in UTC.
    """
    title = f"{KINDS[decision.kind]}: {fmt.one_line(draft.title)}"
    return _PAGE.substitute(
        title=escape(title),
        summary=_summarise(decision, draft, validity),
        facts=_list_facts(_tell_decision(decision, draft, zone)),
        note=_draw_block("What was written with it", decision.note) if decision.note else "",
        warning=_warn(content),
        waivers="\n".join(_draw_waivers(decision, zone)),
        help="\n".join(_draw_help(decision, zone)),
        statement=escape(decision.statement),
        about=_list_facts(_tell_content(content)),
        parts="\n".join(_draw_parts(content)),
        check=_tell_check(decision, content),
        made=_say_moment(made_at, zone),
    )


def name_file(decision: Decision) -> str:
    """A file name without anything that somebody typed."""
    on = decision.decided_at.astimezone(UTC).date().isoformat()
    return f"decision-{on}-version-{decision.version_number}-{decision.content_hash[:8]}.html"


def _summarise(decision: Decision, draft: Draft, validity: str) -> str:
    """Who decided what on whose post, in a sentence."""
    held = decision.credential
    said = {
        "approved": "approved version {} of this post",
        "approved_with_edits": "approved this post as they edited it, version {}",
        "changes_requested": "sent version {} of this post back",
        "declined": "declined version {} of this post",
        "approval_withdrawn": "withdrew the approval of version {} of this post",
        "edits_taken_back": "took back their edit of this post, version {}",
    }[decision.kind].format(decision.version_number)
    return (
        f"<bdi>{escape(held.name)}</bdi>, <bdi>{escape(held.profession)}</bdi>, {said} by "
        f"<bdi>{escape(draft.author_name)}</bdi>. {escape(validity)}"
    )


def _tell_decision(decision: Decision, draft: Draft, zone: str) -> Iterable[tuple[str, str]]:
    held = decision.credential
    yield "Decision", KINDS[decision.kind]
    if decision.reason_code:
        yield "Reason", fmt.reason_label(decision.reason_code)
    yield "Decided", _say_moment(decision.decided_at, zone)
    if decision.valid_until is not None:
        yield "Valid until", _say_moment(decision.valid_until, zone)
    yield "Decided by", held.name
    yield "Capacity", decision.capacity
    yield "Profession", held.profession
    yield "Register entry", held.register_url
    yield "Country or state", held.jurisdiction
    yield "Topics in scope", fmt.listing(fmt.topic_label(topic) for topic in held.scope)
    yield "Entry checked", _say_moment(held.checked_at, zone)
    yield "Entry good through", fmt.day(held.expires_on)
    yield "Version", str(decision.version_number)
    yield "Fingerprint", decision.content_hash
    yield "Statement", f"version {decision.statement_version}, below"
    yield "Draft", draft.id
    yield "Number of the decision", decision.id


def _tell_content(content: Content) -> Iterable[tuple[str, str]]:
    yield "Platform", fmt.platform_label(content.platform)
    yield "Format", FORMATS.get(content.format, content.format)
    yield "Topic", fmt.topic_label(content.topic)
    countries = ", ".join(name_of(code) for code in content.audience_countries)
    yield "Countries", countries or "none chosen"
    if content.hashtags:
        yield "Hashtags", write_hashtags(content.hashtags)
    if content.link:
        yield "Link", content.link
    if content.video_link:
        yield "Video", content.video_link


def _warn(content: Content) -> str:
    """A content note before a hard text, and before anything that quotes it."""
    about = fmt.CONTENT_NOTES.get(content.topic)
    return f"<p>Content note: this post talks about {about}.</p>" if about else ""


def _draw_parts(content: Content) -> Iterable[str]:
    for name, label in TEXTS.items():
        text = getattr(content, name)
        if text:
            yield _draw_block(label, text)
    for place, image in enumerate(content.media, start=1):
        yield _draw_block(f"Description of image {place}", image.alt)
        yield f'<p class="code">SHA-256 of the image: {escape(image.sha256)}</p>'


def _draw_waivers(decision: Decision, zone: str) -> Iterable[str]:
    """Who answered for words that the checker would have stopped, each with the reason. Below the
    post, so that nobody meets its words before its content note.
    """
    if decision.waivers:
        yield "<h2>Words that the checker would have stopped</h2>"
    for waiver in decision.waivers:
        if waiver.quote:
            yield _draw_block("The words", waiver.quote)
        yield "<dl>"
        yield _list_facts(
            [
                ("The checker", waiver.said),
                ("Waived by", f"{waiver.name}, {waiver.profession}"),
                ("Waived", _say_moment(waiver.waived_at, zone)),
                ("Reason", waiver.reason),
            ]
        )
        yield "</dl>"


def _draw_help(decision: Decision, zone: str) -> Iterable[str]:
    """The services that went with the post, and what their checks were worth then."""
    given = decision.help
    if given is None or not (given.services or given.directory):
        return
    yield "<h2>Help with this post</h2>"
    yield "<dl>"
    facts = []
    for service in given.services:
        ways = (f"{METHODS[way.method]} {help_given.say_address(way)}" for way in service.ways)
        facts.append((service.name, "; ".join([*ways, _say_check(service, zone)])))
    if given.directory:
        facts.append(("Directory", given.directory))
    yield _list_facts(facts)
    yield "</dl>"


def _say_check(service: Service, zone: str) -> str:
    if service.until is None or service.checked_at is None:
        return "not checked then"
    return (
        f"checked by {service.checked_by}, {_say_moment(service.checked_at, zone)}, "
        f"good through {fmt.day(service.until)}"
    )


def _tell_check(decision: Decision, content: Content) -> str:
    computed = fingerprints.compute_hash(content)
    if computed == decision.content_hash:
        held = "Computed anew from the post above when this page was made, it is the same."
    else:
        held = (
            "Computed anew from the post above when this page was made, it is NOT the same: "
            f"{computed}. Do not rely on this page; look the decision up in Tandem."
        )
    line = fingerprints.PREFIX + fingerprints.write_canonical(content)
    return (
        "<p>The database computed the fingerprint when the version was sent, and keeps it with "
        f"the decision. {held}</p>"
        "<p>To do it yourself, save the line below as a file in UTF-8, without a line break at "
        "its end, and take its SHA-256, for example with <code>sha256sum</code>. Each image is "
        "in it by the SHA-256 of its file.</p>"
        f'<p class="code text">{escape(line)}</p>'
    )


def _draw_block(label: str, text: str) -> str:
    """A text exactly as written, under its heading."""
    body = "".join(
        f'<span class="mark">{escape(piece.mark)}</span>' if piece.mark else escape(piece.text)
        for piece in reveal(text)
    )
    return f'<h3>{escape(label)}</h3>\n<p class="text" dir="auto">{body}</p>'


def _list_facts(facts: Iterable[tuple[str, str]]) -> str:
    return "\n".join(
        f"<dt>{escape(name)}</dt><dd><bdi>{escape(value)}</bdi></dd>" for name, value in facts
    )


def _say_moment(at: datetime, zone: str) -> str:
    """A time in the reader's zone and in UTC."""
    there = f"{fmt.moment(at, zone)} ({zone})"
    return there if zone == "UTC" else f"{there}; {fmt.moment(at, 'UTC')} UTC"
