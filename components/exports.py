"""Where each platform keeps its export, and what to do with a file that cannot be taken."""

from __future__ import annotations

from dataclasses import dataclass

from services.metrics import Platform, Reason


@dataclass(frozen=True, slots=True)
class Export:
    """Where to find it, and whether a phone has it."""

    where: str
    phone: str


EXPORTS: dict[Platform, Export] = {
    "instagram": Export(
        "In Meta Business Suite: Insights, Content, then Export. Choose one row for each post, "
        "not one for each day.",
        "The app has no export; type figures by hand, or use a computer.",
    ),
    "facebook": Export(
        "In Meta Business Suite: Insights, Content, then Export. Choose one row for each post, "
        "not one for each day.",
        "The app has no export; type figures by hand, or use a computer.",
    ),
    "tiktok": Export(
        "In TikTok Studio on the web: Analytics, Content, then Download data. A ZIP can be "
        "dropped here as it is.",
        "The app shows the figures, but has no download.",
    ),
    "youtube": Export(
        "In YouTube Studio: Analytics, Advanced mode, by content, then Export current view. It "
        "gives the figures of the period that is chosen there; choose Lifetime for all of them.",
        "The app has no export.",
    ),
    "x": Export(
        "On the web: Analytics, Content, then the download button. It takes at most 90 days at "
        "once, and accounts with Premium have it.",
        "The app has no export.",
    ),
    "linkedin": Export(
        "On the page you manage: Analytics, Content, then Export. Personal profiles have another "
        "file, which is not read yet.",
        "The app has no export.",
    ),
}

# What a line that was not taken lacks.
LINE_REASONS: dict[Reason, str] = {
    "invalid_date": "its date cannot be read, or contradicts the other dates of the file",
    "invalid_number": "a figure in it is no number",
    "missing_identity": "neither a whole post id nor a link to the post stands in it",
    "column_count_mismatch": "it has more or fewer cells than the header",
    "truncated_record": "it is cut off",
    "truncated_file": "the file is cut off there",
}

# What to do about a file that was not taken as a whole.
FILE_ADVICE: dict[Reason, str] = {
    "invalid_date": "Export it again in English, or with dates that name the month.",
    "invalid_number": "Export it again, and do not open it in a spreadsheet program before.",
    "missing_identity": "Export it again, and do not open it in a spreadsheet program before: "
    "those cut long post ids.",
    "column_count_mismatch": "Export it again, and do not open it in an editor before.",
    "truncated_record": "Download it again: it did not arrive whole.",
    "truncated_file": "Download it again: it did not arrive whole.",
    "unsupported_file_type": "Choose the file as the platform gave it: CSV, XLSX, XLS or a ZIP of "
    "them.",
    "daily_breakdown": "It has a row for each post and day. Export it again with one row for each "
    "post.",
    "paid_ads_report": "These are figures of paid ads, which are not what a post did by itself.",
    "account_level_series": "These are figures of the whole account by day. Choose the export of "
    "its content, with a row for each post.",
}
