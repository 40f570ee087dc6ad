"""Languages by their ISO 639 codes, with the English names people look for."""

from __future__ import annotations

from collections.abc import Iterable

_TABLE = """
af Afrikaans|am Amharic|ar Arabic|az Azerbaijani|be Belarusian|bg Bulgarian|bn Bengali|bs Bosnian|
ca Catalan|cr Cree|cs Czech|cy Welsh|da Danish|de German|el Greek|en English|es Spanish|
et Estonian|eu Basque|fa Persian|fi Finnish|fr French|ga Irish|gd Scottish Gaelic|gl Galician|
gu Gujarati|he Hebrew|hi Hindi|hr Croatian|hu Hungarian|hy Armenian|id Indonesian|is Icelandic|
it Italian|iu Inuktitut|ja Japanese|ka Georgian|kk Kazakh|km Khmer|kn Kannada|ko Korean|
ku Kurdish|lb Luxembourgish|lo Lao|lt Lithuanian|lv Latvian|mi Maori|mk Macedonian|ml Malayalam|
mn Mongolian|mr Marathi|ms Malay|mt Maltese|my Burmese|ne Nepali|nl Dutch|no Norwegian|oj Ojibwe|
pa Punjabi|pl Polish|ps Pashto|pt Portuguese|ro Romanian|ru Russian|si Sinhala|sk Slovak|
sl Slovenian|so Somali|sq Albanian|sr Serbian|sv Swedish|sw Swahili|ta Tamil|te Telugu|th Thai|
ti Tigrinya|tl Tagalog|tr Turkish|uk Ukrainian|ur Urdu|uz Uzbek|vi Vietnamese|xh Xhosa|yo Yoruba|
yue Cantonese|zh Chinese|zu Zulu
"""

LANGUAGES: dict[str, str] = dict(
    sorted(
        (
            (code, name)
            for code, _space, name in (
                entry.partition(" ") for entry in _TABLE.replace("\n", "").split("|")
            )
        ),
        key=lambda item: item[1],
    )
)


def name_of(code: str) -> str:
    """The language's name; the code for one that is not in the table."""
    return LANGUAGES.get(code, code)


def names_of(codes: Iterable[str]) -> str:
    """Names in a row: "English, Welsh"."""
    return ", ".join(name_of(code) for code in codes)
