"""Rules about the form of a post: disclosure, tags, images, emoji, styled letters, figures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from services.safety.book import Rule
from services.safety.matching import Hit
from services.safety.models import Media
from services.safety.reading import Tag
from services.safety.structure import Post, check
from services.safety.weighing import Draft

# Where platforms fold a caption.
FOLD_CHARACTERS = 125
FOLD_LINES = 3

CLEAR = re.compile(
    r"(?:^|(?<=[\s(\[#＃|.!?]))(?:#?ad(?=\s*[:|/\-–—.,!)\]]|\s*$|\s*\n)|#ad\b|#(?:paidad"
    r"|advert|advertisement|sponsored"
    r"|paidpartnership|paidpartner|paidpost|paidlink)\b|\bpaid\s+(?:partnership|post"
    r"|promotion|ad|advert|link|collaboration)\b"
    r"|\bsponsored(?:\s+(?:by|post|content|video))?\b|\badvert(?:isement|isment"
    r"|orial)?\b(?=\s*[:|\-–—.)\]]|\s*$|\s*\n)"
    r"|^ad\s+(?:with|for|by)\b"
    r"|\bthis\s+(?:post|video|is|reel)\s+(?:is\s+)?(?:an\s+)?(?:ad|advert|advertisement|paid)\b)",
    re.IGNORECASE | re.MULTILINE,
)
VAGUE = re.compile(
    r"#(?:sp|spon|collab|collaboration|partner|partnership|ambassador|gifted|pr|prgift"
    r"|affiliate|thanks\w+|thankyou\w+|\w+partner"
    r"|\w+ambassador|aff)\b|\b(?:affiliate|commissionable|aff)\s+links?\b"
    r"|\bin\s+(?:collaboration|partnership)\s+with\b"
    r"|\bin\s+collab\s+with\b|\bcollab(?:oration)?\s+with\b",
    re.IGNORECASE,
)
NOT_SPONSORED = re.compile(
    r"\b(?:not|isn['’]?t|never|no|non)[ -]+(?:\w+ ){0,2}(?:sponsored|paid|an? ad)\b", re.IGNORECASE
)
TAG_RUN = re.compile(r"(?:[#＃]\w+[ \t,]*){3,}")


AROUND = 24  # characters on either side of a word of disclosing that may belong to it


def find_disclosures(post: Post) -> list[re.Match[str]]:
    """The clear disclosures of the text."""
    hits = post.find("disclosure-word")
    if not hits:
        return []
    denied = [found.span() for found in NOT_SPONSORED.finditer(post.text)]
    found: dict[int, re.Match[str]] = {}
    for hit in hits:
        start, end = post.span(hit)
        for one in CLEAR.finditer(post.text, max(0, start - AROUND), end + AROUND):
            if not any(start <= one.start() < end for start, end in denied):
                found.setdefault(one.start(), one)
    return [found[at] for at in sorted(found)]


def find_vague(post: Post) -> re.Match[str] | None:
    """The first disclosure that says too little."""
    near = [(tag.start, tag.end) for tag in post.reading.tags]
    near += [
        (max(0, start - AROUND), end + AROUND)
        for start, end in map(post.span, post.find("vague-word"))
    ]
    for start, end in sorted(near):
        found = VAGUE.search(post.text, start, end)
        if found is not None:
            return found
    return None


@check("disclosure-missing")
def check_disclosure(post: Post, rule: Rule) -> Iterator[Draft]:
    """A commercial tie, and neither a clear nor a vague disclosure."""
    if post.context.sponsored is False:
        return
    signals = [hit for hit in post.find("commercial") if not is_charity(post, hit)]
    if not signals and not post.context.sponsored:
        return
    if find_disclosures(post) or find_vague(post):
        return
    if signals:
        yield post.draft(rule, *post.span(signals[0]))
    elif post.context.sponsored:
        yield post.draft(rule)


def is_charity(post: Post, hit: Hit) -> bool:
    """Whether the tie is one with a charity, a library or a health service, or denied."""
    start, end = post.reading.bounds(hit.sentence)
    stretch = max(start, hit.first - 12), min(end, hit.last + 12)
    return post.look.search(post.book.settings["no-commerce"], *stretch)


@check("disclosure-vague")
def check_vague(post: Post, rule: Rule) -> Iterator[Draft]:
    """The only disclosure is one that readers do not understand."""
    found = find_vague(post)
    if found is None or find_disclosures(post) or post.context.sponsored is False:
        return
    place = post.reading.place_at(found.start())
    hit = Hit(place, place + 1, post.reading.sentence_of(place))
    if found[0].startswith("#") or not is_charity(post, hit):
        yield post.draft(rule, found.start(), found.end())


@check("disclosure-buried")
def check_buried(post: Post, rule: Rule) -> Iterator[Draft]:
    """A clear disclosure that readers only see after opening the post, or among tags."""
    found = find_disclosures(post)
    if not found:
        return
    first = found[0]
    lines_before = [line for line in post.text[: first.start()].split("\n") if line.strip()]
    line = post.text.count("\n", 0, first.start())
    if line == 0 and first.start() < FOLD_CHARACTERS and not in_tag_run(post.text, first):
        return
    rest = post.text[first.end() :]
    last_line = bool(lines_before) and "\n" not in rest.strip()
    if (
        first.start() >= FOLD_CHARACTERS
        or line >= FOLD_LINES
        or last_line
        or in_tag_run(post.text, first)
    ):
        yield post.draft(rule, first.start(), first.end())


def in_tag_run(text: str, found: re.Match[str]) -> bool:
    """Whether the disclosure is one of three or more tags in a row, and not the first words."""
    return any(
        run.start() <= found.start() < run.end() and run[0].strip() and found.start() > 0
        for run in TAG_RUN.finditer(text)
        if run.start() < found.start() or run.start() > 0
    )


@check("ai-unlabelled")
def check_ai(post: Post, rule: Rule) -> Iterator[Draft]:
    """Made with AI, and neither the post nor the platform says so."""
    context = post.context
    if context.ai_generated and not context.ai_label_on and not post.find("ai-label"):
        yield post.draft(rule)


@check("tags-without-capitals")
def check_tags(post: Post, rule: Rule) -> Iterator[Draft]:
    """Tags of several words run together, all named in one finding."""
    bad = [tag for tag in post.reading.tags if not is_readable(tag, rule)]
    if not bad:
        return
    better = " ".join(dict.fromkeys(f"#{write_camel(tag)}" for tag in bad))
    yield post.draft(rule, bad[0].start, bad[0].end, instead=f"Write {better}")


def is_readable(tag: Tag, rule: Rule) -> bool:
    """Whether a screen reader finds the words of a tag."""
    body = tag.body
    if len(tag.parts) < 2 or "_" in body or body.lower() in rule.settings["brands"]:
        return True
    words = [part for part in tag.parts if part.word.isalpha()]
    if len(words) < 2 or not body.isascii():
        return True
    inner = [body[part.start - tag.start - 1] for part in words[1:]]
    return any(one.isupper() for one in inner) and not body.isupper()


def write_camel(tag: Tag) -> str:
    """The tag with a capital for every word."""
    return "".join(part.word.capitalize() for part in tag.parts)


PLACEHOLDER = re.compile(
    r"\s*(?:(?:img|dsc|pxl|screenshot|screen shot|photo|image|picture|pic|untitled"
    r"|whatsapp image)?[\s_\-.:()\dT]*"
    r"(?:\.(?:jpe?g|png|gif|webp|heic|mp4))?|[\w\-. ]+\.(?:jpe?g|png|gif|webp|heic)"
    r"|(?:alt(?: text)?|image|photo|picture|graphic|tbd"
    r"|todo|n/?a|none|an? (?:image|photo|picture)|carousel|slide|gif)s?(?: (?:here|\d+"
    r"|goes here))?\.?)\s*",
    re.IGNORECASE,
)
DESCRIBED = re.compile(
    r"\b(?:image|photo|picture|visual|video|gif)\s+(?:description|described)\b|\[?\bID\s*:"
    r"|\balt(?: text)?\s*:",
    re.IGNORECASE,
)


@check("image-without-alt")
def check_alt(post: Post, rule: Rule) -> Iterator[Draft]:
    """An image that a blind reader is told nothing about."""
    media = post.context.media or ()
    images = [one for one in media if one.type in ("image", "carousel", "gif")]
    if any(PLACEHOLDER.fullmatch((one.alt or "")[:200]) for one in images) and not DESCRIBED.search(
        post.text
    ):
        yield post.draft(rule)


@check("video-without-captions")
def check_captions(post: Post, rule: Rule) -> Iterator[Draft]:
    """Speech that a deaf viewer is told nothing about."""
    if any(is_mute(one) for one in post.context.media or ()) and not post.find("captioned"):
        yield post.draft(rule)


def is_mute(media: Media) -> bool:
    """A video or recording known to have no captions, and no transcript."""
    return (
        media.type in ("video", "audio")
        and media.captions is False
        and not (media.transcript or "").strip()
    )


FLAG_LETTER = "\U0001f1e6-\U0001f1ff"
SYMBOLS = (
    "\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\u3030\u303d\u00a9\u00ae\u203c\u2049\u2122"
    "\U0001f000-\U0001faff"
)
# One as people see it: a flag, a keycap, or a picture with skin tones and joined parts.
EMOJI = re.compile(
    f"[0-9#*{SYMBOLS}](?:(?<=[{FLAG_LETTER}])[{FLAG_LETTER}]|(?<=[0-9#*])\ufe0f?\u20e3"
    f"|(?<=[{SYMBOLS}])[\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d[{SYMBOLS}]["
    f"\ufe0f\U0001f3fb-\U0001f3ff]*){{0,6}})"
)
PICTURE = re.compile("[\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")
UNCOUNTED = frozenset("✅✔☑❌✖✗✘❎🚫→➡⬇⬆⬅↗↘👉👇👆▶◀•▪◾◽🔹🔸©®™📍☎📞📱💬")
MOST_EMOJI, MOST_IN_A_ROW = 10, 3
# An emoji between words of one sentence, "I 🚶 to the 🏪": three of those stand for words.
ARTICLE = re.compile(
    r"\b(?:the|an?|my|your|his|her|our|their|i|to|of|some|for|with|this|in) \Z", re.IGNORECASE
)
FEWEST_REPLACED = 3


@check("emoji-overuse")
def check_emoji(post: Post, rule: Rule) -> Iterator[Draft]:
    """More emoji than anybody wants read out: a long run, or many in all."""
    if post.text.isascii() or not PICTURE.search(post.text):
        return
    counted = [found for found in EMOJI.finditer(post.text) if not is_marker(found[0])]
    words = [found for found in counted if stands_for_word(post.text, found)]
    if len(words) >= FEWEST_REPLACED:
        yield post.draft(rule, words[0].start(), words[-1].end())
        return
    if len(counted) <= MOST_IN_A_ROW:
        return
    run = [counted[0]]
    for before, found in pairwise(counted):
        joined = not post.text[before.end() : found.start()].strip()
        run = [*run, found] if joined else [found]
        if len(run) > MOST_IN_A_ROW:
            last = found
            for following in counted[counted.index(found) + 1 :][:200]:
                if post.text[last.end() : following.start()].strip():
                    break
                last = following
            yield post.draft(rule, run[0].start(), last.end())
            return
    if len(counted) > MOST_EMOJI:
        yield post.draft(rule)


def stands_for_word(text: str, emoji: re.Match[str]) -> bool:
    """Whether an emoji is where a noun or verb should be."""
    before = ARTICLE.search(text, max(0, emoji.start() - 8), emoji.start())
    return before is not None and text[emoji.end() : emoji.end() + 1] in (" ", ".", ",", "")


def is_marker(emoji: str) -> bool:
    """List markers, keycaps, flags and signs that stand before a number."""
    return emoji[0] in UNCOUNTED or "\u20e3" in emoji or "\U0001f1e6" <= emoji[0] <= "\U0001f1ff"


STYLED = re.compile(
    "[\U0001d400-\U0001d7cb\uff21-\uff3a\uff41-\uff5a\u24b6-\u24e9"
    "\u249c-\u24b5\U0001f130-\U0001f149\U0001f150-\U0001f169"
    "\U0001f170-\U0001f189\u1d00-\u1d22\u0262\u026a\u0274\u0280\u028f\u0299\u029c\u029f"
    "\ua730\ua731\u2102\u210a-\u2113\u2115\u2119-\u211d\u2124\u2128\u212c\u212d\u212f-\u2131"
    "\u2133\u2134]"
)
STYLED_RUN = re.compile(f"{STYLED.pattern}(?:[ \ufe0f'’.,-]?{STYLED.pattern})*")
FEWEST_STYLED = 3


@check("fancy-unicode")
def check_styled(post: Post, rule: Rule) -> Iterator[Draft]:
    """Letters borrowed from mathematics and elsewhere to look bold or cute."""
    if post.text.isascii() or not STYLED.search(post.text):
        return
    for found in STYLED_RUN.finditer(post.text):
        letters = STYLED.findall(found[0])
        if len(letters) >= FEWEST_STYLED and not is_formula(post.text, found):
            yield post.draft(rule, found.start(), found.end())


def is_formula(text: str, found: re.Match[str]) -> bool:
    """Whether the letters stand in a formula, or are one name in another script."""
    around = text[max(0, found.start() - 3) : found.end() + 3]
    return any(unicodedata.category(one) == "Sm" for one in around)


@check("algospeak")
def check_masked(post: Post, rule: Rule) -> Iterator[Draft]:
    """Masked forms of the words that the rule lists."""
    coded = post.book.masked_words
    for masked in post.reading.masked:
        place = post.reading.place_at(masked.start)
        hit = Hit(place, place + 1, post.reading.sentence_of(place))
        if masked.word in coded and not post.look.passes("mention", hit):
            yield post.draft(rule, masked.start, masked.end)


SOURCE = re.compile(
    r"https?://|www\.|\bdoi\b|\b10\.\d{4,9}/|\bsources?\s*:"
    r"|\(\s*[A-Z][\w&.,\- ]{1,60},?\s+(?:19|20)\d\d\s*\)"
    r"|\b[Aa]ccording to (?:the |a |an )?(?:\d{4} )?(?:[A-Z]|\w+ [A-Z])|\bet al\b"
    r"|\bref(?:erence)?s?\s*:|\bcitations?\s*:",
)
YEAR = re.compile(r"(?<![\d-])(?:19|20)\d\d(?![\d-])")
ORGANISATION = re.compile(
    r"\b(?!I\b)[A-Z]{2,}\b|\b[A-Z][a-z]+(?: (?:of|for|and|the|on|in))* [A-Z][a-z]+"
)


@check("unsourced-statistic")
def check_statistic(post: Post, rule: Rule) -> Iterator[Draft]:
    """A figure about health in a sentence, and no source in the post."""
    hits = [hit for hit in post.find("statistic") if not post.look.passes("mention", hit)]
    if not hits:
        return
    topics = [name for name in rule.settings["topics"] if post.look.find_sentences(name)]
    hits = [
        hit
        for hit in hits
        if post.look.has_topic(topics, hit, "sentence")
        and not post.look.overlaps(post.book.settings["no-statistic"], hit)
    ]
    if not hits or is_sourced(post):
        return
    done: set[int] = set()
    for hit in hits:
        if hit.sentence not in done:
            done.add(hit.sentence)
            yield post.draft(rule, *post.span(hit))


def is_sourced(post: Post) -> bool:
    """Whether the draft names a source: a link, a DOI, an organisation with a year."""
    for text in (post.text, post.others):
        if SOURCE.search(text):
            return True
        for year in YEAR.finditer(text):
            around = text[max(0, year.start() - 90) : year.end() + 60]
            if ORGANISATION.search(around):
                return True
    return bool(post.find("named-source"))
