"""The forms of a word: `commit~` in a rule stands for commit, commits, committed, committing."""

from __future__ import annotations

VOWELS = frozenset("aeiou")
# More than a rule of spelling can know. Forms that do not exist do no harm.
IRREGULAR = {
    "be": "be is are was were been being am",
    "become": "become becomes became becoming",
    "beat": "beat beats beaten beating",
    "begin": "begin begins began begun beginning",
    "break": "break breaks broke broken breaking",
    "bring": "bring brings brought bringing",
    "burn": "burn burns burned burnt burning",
    "buy": "buy buys bought buying",
    "child": "child children",
    "choose": "choose chooses chose chosen choosing",
    "come": "come comes came coming",
    "cut": "cut cuts cutting",
    "die": "die dies died dying",
    "do": "do does did done doing",
    "drink": "drink drinks drank drunk drinking",
    "drive": "drive drives drove driven driving",
    "eat": "eat eats ate eaten eating",
    "fall": "fall falls fell fallen falling",
    "feel": "feel feels felt feeling",
    "fight": "fight fights fought fighting",
    "find": "find finds found finding",
    "forget": "forget forgets forgot forgotten forgetting",
    "get": "get gets got gotten getting",
    "give": "give gives gave given giving",
    "go": "go goes went gone going",
    "hang": "hang hangs hung hanged hanging",
    "have": "have has had having",
    "hear": "hear hears heard hearing",
    "hide": "hide hides hid hidden hiding",
    "hit": "hit hits hitting",
    "hold": "hold holds held holding",
    "hurt": "hurt hurts hurting",
    "keep": "keep keeps kept keeping",
    "know": "know knows knew known knowing",
    "leap": "leap leaps leaped leapt leaping",
    "leave": "leave leaves left leaving",
    "let": "let lets letting",
    "lie": "lie lies lied lying",
    "lose": "lose loses lost losing",
    "make": "make makes made making",
    "man": "man men",
    "mean": "mean means meant meaning",
    "meet": "meet meets met meeting",
    "pay": "pay pays paid paying",
    "person": "person persons people",
    "put": "put puts putting",
    "quit": "quit quits quitting",
    "read": "read reads reading",
    "run": "run runs ran running",
    "say": "say says said saying",
    "see": "see sees saw seen seeing",
    "sell": "sell sells sold selling",
    "send": "send sends sent sending",
    "shoot": "shoot shoots shot shooting",
    "show": "show shows showed shown showing",
    "sleep": "sleep sleeps slept sleeping",
    "slit": "slit slits slitting",
    "speak": "speak speaks spoke spoken speaking",
    "spend": "spend spends spent spending",
    "spit": "spit spits spat spitting",
    "stand": "stand stands stood standing",
    "take": "take takes took taken taking",
    "teach": "teach teaches taught teaching",
    "tell": "tell tells told telling",
    "think": "think thinks thought thinking",
    "throw": "throw throws threw thrown throwing",
    "wake": "wake wakes woke woken waking",
    "wife": "wife wives",
    "win": "win wins won winning",
    "woman": "woman women",
    "write": "write writes wrote written writing",
}


def inflect(word: str) -> frozenset[str]:
    """The word with its plural, third person, past and -ing forms, by the rules of spelling."""
    if word in IRREGULAR:
        return frozenset(IRREGULAR[word].split())
    if word.endswith("e"):
        stem = word[:-1]
        forms = {word, word + "s", word + "d", stem + "ing"}
    elif word.endswith("y") and len(word) > 2 and word[-2] not in VOWELS:
        forms = {word, word[:-1] + "ies", word[:-1] + "ied", word + "ing"}
    elif word.endswith(("s", "x", "z", "ch", "sh")):
        forms = {word, word + "es", word + "ed", word + "ing"}
    else:
        forms = {word, word + "s", word + "ed", word + "ing"}
        if len(word) > 2 and word[-1] not in VOWELS | set("wxyh") and word[-2] in VOWELS:
            forms |= {word + word[-1] + "ed", word + word[-1] + "ing"}
    return frozenset(forms)
