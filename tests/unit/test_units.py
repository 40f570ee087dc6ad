"""Places in a text as the browser counts them."""

from hypothesis import given
from hypothesis import strategies as st

from components.units import count_units, to_units

ODD = st.sampled_from(["\U0001f494", "e\u0301", "\U0001f468\u200d\U0001f469", "\ufe0f", "a"])
WHOLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(st.lists(st.one_of(ODD, WHOLE)).map("".join), st.data())
def test_the_browser_finds_the_same_words_at_the_span(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = to_units(text, start, end)
    units = text.encode("utf-16-le")
    assert units[2 * first : 2 * last].decode("utf-16-le") == text[start:end]
    assert count_units(text) == len(units) // 2
