"""Words that say how a claim is meant: conditions, whose word it is, how much of a place,
how many.
"""

from __future__ import annotations

import re

_SAY = (
    r"said|says|say|saying|told|reported|reports|report|claimed|claims|claim|announced|announces|"
    r"stated|states|confirmed|confirms|added|adds|according|denied|denies|"
    r"alleged|alleges|insisted|insists|declared|acknowledged|revealed|argued|argues|noted|warned|"
    r"believe|believes|think|expect|expects|suggested|admitted|maintains"
)
_ACCORDING = re.compile(
    r"\b(?:[Aa]ccording to|[Aa]s reported by|[Aa]s per|[Cc]iting|quoted by)\s+(?:the\s+|a\s+|"
    r"an\s+)?([^,.;()]{2,90}?)(?=\s*(?:,|\.|;|\(|$|\bsaid\b|\bthat\b|\bhave\b|\bhas\b|\bwere\b|"
    r"\bwas\b))"
)
_SAYS = re.compile(
    r"(?:^|[,;.”\"]\s+|\b(?:as|but|and|while|that)\s+)((?:[A-Z][\w’'.-]*|[a-z][\w-]*)"
    r"(?:\s+[\w’'.()-]+){0,8}?)\s+(?:also\s+|has\s+|have\s+|had\s+)?(?:" + _SAY + r")\b"
)
_SAID_BY_AFTER = re.compile(
    r"\b(?:said|says|told|reported|claimed|announced)\s+(?:the\s+)?"
    r"([A-Z][\w’'-]+(?:\s+[\w’'-]+){0,6}?)(?=[,.;]|\s+(?:on|in|as|that|who)\b|$)"
)
_CONDITION = (
    re.compile(
        r"\b(?:if|unless|provided that|as long as|in case|should)\s+[^.;]+?"
        r"(?=,\s+(?:the|it|they|he|then|we|[A-Z])|\s+(?:they|we|it|he|she|there) "
        r"(?:will|would|could|may|might)\b|[.;]|$)",
        re.I,
    ),
    re.compile(r"\b(?:once|after|when|until|as soon as)\s+[^,.;]+(?=[,.;]|$)", re.I),
)
_HEARD = re.compile(
    r"\b(?:reportedly|allegedly|purportedly|is said to|are said to|was said to|were said to)\b",
    re.I,
)
_EXTENT = (
    ("pocket", re.compile(r"\b(?:pockets?|enclaves?|holdouts?)\b", re.I)),
    (
        "most",
        re.compile(
            r"\b(?:most|almost (?:the )?(?:entire|all|whole)|majority|bulk|"
            r"nearly (?:all|the entire|the whole)|biggest part|larg(?:e|er|est) parts?|much|"
            r"two[- ]thirds|three[- ]quarters|vast|80|85|90|95|97|98) ?(?:of|%|percent|"
            r"per cent)?\b",
            re.I,
        ),
    ),
    (
        "part",
        re.compile(
            r"\b(?:parts? of|some|part|a chunk|portions?|sections?|swaths?|half|several|"
            r"districts? of|areas? of|neighbou?rhoods? (?:of|in)|outskirts|eastern|western|"
            r"northern|southern)\b",
            re.I,
        ),
    ),
    (
        "whole",
        re.compile(
            r"\b(?:all of|entire|entirely|whole|full control|fully|completely|complete control|"
            r"total control)\b",
            re.I,
        ),
    ),
)
_UNITS = {
    w: i
    for i, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    w: 10 * i
    for i, w in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2
    )
}
_BIG = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_NUMBER = re.compile(
    r"\b(\d{1,3}(?:,\d{3})+|\d+)(?:\s+(hundred|thousand|million))?\b|\b((?:"
    + "|".join([*_UNITS, *_TENS, *_BIG, "a", "dozen"])
    + r")(?:[\s-]+(?:and\s+)?(?:"
    + "|".join([*_UNITS, *_TENS, *_BIG, "dozen"])
    + r"))*)\b",
    re.I,
)


_AIM = re.compile(
    r"\b(?:aim(?:s|ed|ing)?|intend(?:s|ed|ing)?|intention|intent|plan(?:s|ned|ning)?|"
    r"seek(?:s|ing)?|sought|try|tries|tried|trying|attempt(?:s|ed|ing)?|want(?:s|ed)?|"
    r"vow(?:s|ed)?|prepar(?:e|es|ed|ing|ations?)|hop(?:e|es|ed|ing)|"
    r"threat(?:s|en|ens|ened|ening)?|pledg(?:e|es|ed)|promis(?:e|es|ed)|bid|efforts?|offensive|"
    r"operation|campaign|push|poised|ready|mission|battle|assault|attack|advance|goal|objective|"
    r"decided|agreed|order(?:s|ed)?|struggl(?:e|es|ed|ing)|fighting|pushing|goals?|"
    r"demand(?:s|ed)?|called on|calls on|urged|wish(?:es|ed)?)\s+(?:[\w'’-]+\s+){0,3}?"
    r"(?:to|at|of|for|on)\s+(?:[\w'’-]+\s+){0,2}$"
    r"|\b(?:prepar(?:e|es|ing)|plann?(?:s|ing)?|weigh(?:s|ing)?|consider(?:s|ing)?)\s+"
    r"(?:an?|the|its|their|more|another|further|new)\s+(?:[\w'’-]+\s+){0,2}$"
)
_FUTURE = re.compile(
    r"\b(?:will|would|shall|going to|expect(?:s|ed)?(?: to)?|likely(?: to)?|may|might|could|"
    r"predict(?:s|ed)?|set to|about to|(?:matter|question) of \w+ (?:before|until)|"
    r"scheduled to|bound to|due to be)\s+"
    r"(?:(?!have\b)[\w'’-]+\s+){0,3}$"
)
_NOT = re.compile(
    r"\b(?:fail(?:s|ed|ing|ure)? to|(?:did|does|do|has|have|had|is|are|was|were|could|can|will|"
    r"would)\s*(?:not|n['’]t)|cannot|never|no longer|unable to|without|denied|denies|deny|"
    r"refus(?:e|es|ed) to|yet to|not|prevent(?:s|ed|ing)? [\w\s'’-]{1,40} from)\s+(?!only\b)"
    r"(?:[\w'’-]+\s+){0,3}$"
)
_IF = re.compile(r"\b(?:if|unless|provided that|in case|in the event)\b")


# what only doubts or asks about what is or was: "may be using", "it is unclear if", "if verified",
# "could be heard", "would be the first"
_DOUBT = re.compile(
    r"\b(?:(?:may|might|could)(?: well| also| already| even| now)* (?:have\b|be \w+ing\b|"
    r"be (?:heard|seen|felt|found|behind|responsible|the|a|an|in|at|from|part)\b)|"
    r"(?:unclear|not (?:immediately )?clear|unknown|uncertain|not certain|not sure|unsure|"
    r"wonder(?:s|ed|ing)?|ask(?:s|ed|ing)?|(?:(?:could|can|did|do|does|would) ?)?(?:not |n't )?"
    r"(?:know|knew|known|say|tell|determine|confirm|verify)(?:s|ed)?) (?:if|whether)\b|"
    r"if (?:it is |this is |they are )?(?:verified|confirmed|true|correct|accurate|so|proven|"
    r"any)\b|would(?: have)? (?:be|been|mark|make|represent|constitute) (?:the|a|an|its|his|their|"
    r"one) (?:first|second|third|latest|biggest|deadliest|worst|largest|most|major|war|clear|"
    r"violation)\b)",
    re.I,
)


def modality(words: list[str], at: int) -> str | None:
    """What the words before the claim's own word say of it: denied, intended, expected,
    conditional; None when nothing.
    """
    start = max(0, at - 10)
    for i in range(at - 1, start - 1, -1):
        if (
            words[i] in (";", ":", "”", '"')
            or words[i].lower() in ("which", "whose", "where")
            or (
                words[i] == ","
                and i + 1 < len(words)
                and words[i + 1].lower() in ("and", "but", "while", "which", "who", "as", "after")
            )
        ):
            start = i + 1
            break
    before = " ".join(w.lower() for w in words[start:at]) + " "
    before = re.sub(r" (['’]) ?t ", "n't ", before)
    before, whole = _DOUBT.sub(" ", before), _DOUBT.sub(" ", " ".join(w.lower() for w in words))
    if words[at].lower().endswith("ing"):
        before = re.sub(r"\b(?:may|might|could)(?: \w+)? be $", " ", before)
    if _NOT.search(before) or refuted(words, at):
        return "denied"
    condition = _IF.search(whole)
    if condition and (
        _IF.search(before)
        or _FUTURE.search(before)
        or re.search(r"\b(?:will|would|may|could|likely)\b", whole)
    ):
        return "conditional"
    if _AIM.search(before):
        return "intended"
    if _FUTURE.search(before):
        return "expected"
    return None


_REFUTES = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|refut(?:e|es|ed|ing)|reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?|"
    r"disput(?:e|es|ed|ing)|debunk(?:s|ed|ing)?|contrary to|false(?:ly)?)\s+(?:[\w'’-]+\s+){0,3}?"
    r"(?:(?:claim(?:s|ed|ing)?|reports?|rumou?rs?|allegations?|assertions?|statements?)\s+)?"
    r"(?:[\w'’-]+\s+){0,3}?that\s+(?:(?!(?:but|while|which|and|as)\s)[\w'’.-]+\s+){0,14}$"
)
_SAID_SO = re.compile(r"\b(?:claims?|reports?|rumou?rs?|allegations?|statements?|assertions?)\b")
_NOT_SO = re.compile(
    r"\b(?:is|are|was|were)\s+(?:[\w'’-]+\s+){0,2}?(?:false|untrue|fake|fabricated|baseless|"
    r"unfounded|incorrect|inaccurate|not true|wrong|disinformation|a lie|lies)\b"
)


def refuted(words: list[str], at: int) -> bool:
    """ "denied that X took Y", "refuted claims that …", "reports that X took Y are false"."""
    low = [w.lower() for w in words]
    start = max((k + 1 for k in range(at) if low[k] in (";", ":", ".", "”")), default=0)
    before = " ".join(low[start:at]) + " "
    if _REFUTES.search(before):
        return True
    end = next((k for k in range(at, len(low)) if low[k] in (";", ".", "?", "!")), len(low))
    return bool(_SAID_SO.search(before) and _NOT_SO.search(" ".join(low[at:end])))


_ASKS = frozenset(
    [
        "has",
        "have",
        "had",
        "did",
        "does",
        "do",
        "is",
        "are",
        "was",
        "were",
        "will",
        "would",
        "can",
        "could",
        "should",
        "may",
        "might",
    ]
)


def asks(words: list[str]) -> bool:
    """ "Has Alpha taken Beta?" tells of nothing; "Why did Alpha leave Beta?" does."""
    ends = [w for w in words[-3:] if w not in ("”", '"', "’", ")")]
    first = next((w.lower() for w in words if w[0].isalnum()), "")
    return bool(ends) and ends[-1] == "?" and first in _ASKS


def direction(words: list[str], at: int, aspect: str) -> str:
    """ "evacuated to Alpha" ends there, "moved from Alpha" begins there, whichever way the move was
    taken to go.
    """
    i = at - 1
    while i >= 0 and words[i].lower() in _ON_THE_WAY:
        i -= 1
    word = words[i].lower() if i >= 0 else ""
    if aspect == "leaves" and word in ("to", "into", "towards", "toward"):
        return "arrives"
    return "leaves" if aspect == "arrives" and word == "from" else aspect


_ON_THE_WAY = frozenset(
    [
        "the",
        "a",
        "an",
        "city",
        "town",
        "village",
        "province",
        "governorate",
        "district",
        "of",
        "northern",
        "southern",
        "eastern",
        "western",
        "north",
        "south",
        "east",
        "west",
        "nearby",
        "neighbouring",
        "neighboring",
        "rebel",
        "held",
        "-",
        "government",
        "opposition",
    ]
)
_BROKEN = re.compile(
    r"\b(?:not (?:working|holding|respected|observed|implemented)|collaps\w+|violat\w+|breach\w*|"
    r"broke(?:n)? (?:down|the|within|by)|was broken|in tatters|fell apart|unravel\w*|dead)\b",
    re.I,
)
_HOLDS = re.compile(
    r"\b(?:(?:has|have|is|are) (?:largely |mostly |still |generally )?(?:held|holding|in force|"
    r"in place|in effect|respected|observed)|(?:still|largely|mostly) holds?|"
    r"remains? in (?:force|effect|place))\b",
    re.I,
)
_POCKETS = re.compile(r"\b(?:pockets?|enclaves?)\b", re.I)


def agreement_aspect(sentence: str, aspect: str | None) -> str | None:
    """ "The ceasefire is not working" is broken, "has largely held" holds, whatever the model took
    it for.
    """
    return "broken" if _BROKEN.search(sentence) else "holds" if _HOLDS.search(sentence) else aspect


def pockets(sentence: str) -> bool:
    """The sentence speaks of pockets; the next one often tells how they are."""
    return bool(_POCKETS.search(sentence))


_HAPPENED = re.compile(
    r"\b(?:still|now|currently|remains?|continues? to|has been|have been|is|are|aims?|holds?|"
    r"controls?)\b",
    re.I,
)


def goes_on(sentence: str) -> bool:
    """The sentence speaks of a state that lasts: a chronicle's last date is not its own."""
    return bool(_HAPPENED.search(sentence))


def condition(sentence: str, modality: str) -> str | None:
    """The words a prospective claim depends on, verbatim; for plain forecasts only "once …",
    "after …" and "if …".
    """
    for pattern in _CONDITION[: 2 if modality in ("expected", "intended", "conditional") else 0]:
        m = pattern.search(sentence)
        if m and len(m.group().split()) >= 3:
            return m.group().strip()
    return None


def said_by(sentence: str) -> str | None:
    """Whose word it is, when the sentence gives it away."""
    m = _ACCORDING.search(sentence)
    if m:
        return m.group(1).strip()
    for m in _SAYS.finditer(sentence):
        who = re.sub(r"^(?:as|but|and|while|that|also)\s+", "", m.group(1).strip())
        if who and not re.match(r"(?:it|he|she|they|we|i|who|which|that|there|this)\b", who, re.I):
            return re.sub(r"^(?:the|a|an)\s+", "", who, flags=re.I)[:90]
    m = _SAID_BY_AFTER.search(sentence)
    return m.group(1).strip() if m else None


def heard(sentence: str) -> bool:
    return bool(_HEARD.search(sentence))


_PART_OF_LIST = re.compile(
    r"\bparts\s+of(?: the)?\s+(?:[A-Z][\w'’-]*(?:\s[A-Z][\w'’-]*)?(?:,\s*|,?\s+and\s+))+$"
)
_CLOSED = re.compile(
    r"\b(?:clos(?:e|es|ed|ing)|shut(?:s|ting)?|seal(?:s|ed|ing)?|block(?:s|ed|ing)?|cut(?:s|ting)?|"
    r"sever(?:s|ed|ing)?|prevent(?:s|ed|ing)?)\b",
    re.I,
)
_OPENED = re.compile(
    r"\b(?:re-?)?open(?:s|ed|ing)?\b|\blift(?:s|ed|ing)?\b|\brestor(?:es|ed|ing)\b|\ballow", re.I
)


def open_or_closed(sentence: str, aspect: str) -> str:
    """Whether a way is blocked or open, by the verbs, where only one kind stands in it."""
    closed, opened = bool(_CLOSED.search(sentence)), bool(_OPENED.search(sentence))
    if closed == opened or aspect not in ("blocked", "opened"):
        return aspect
    return "blocked" if closed else "opened"


def extent(words: str, before: str) -> str | None:
    """How much of the place: from the words of the place and the few before it."""
    near = before[-28:].split(",")[-1]
    for name, pattern in _EXTENT:
        if (
            pattern.search(words)
            or (name != "part" and pattern.search(near))
            or (
                name == "part"
                and re.search(
                    r"\b(?:parts?|chunk|portions?|sections?|half|some villages?|areas?)\s+"
                    r"(?:of|in)(?: the)? ?$",
                    near,
                    re.I,
                )
            )
        ):
            return name
    if _PART_OF_LIST.search(before):
        return "part"  # "parts of Qamishli and Hasakah"
    # "the only quarter of Sirte still in their hands", "three areas of Taiz": a piece of the place,
    # whoever has the rest
    if m := _PIECE.search(before):
        return "pocket" if m.group("last") else "part"
    # what is taken near a place is not the place
    return "part" if _BESIDE.search(before) or _BESIDE_IN.match(words) else None


_PIECE = re.compile(
    r"(?P<last>\b(?:last|sole|only|final)(?: remaining| significant| major)?\s"
    r"(?:[\w'’-]+[ -]){0,3})?\b(?:areas?|parts?|districts?|neighbou?rhoods?|quarters?|suburbs?|"
    r"sections?|pockets?|enclaves?|blocks?|positions?|outskirts|countryside|"
    r"(?:(?:several|some|many|most|two|three|four|five|six|\d+|dozens of|few|all) )?villages"
    r"(?!\sof)|(?:several|some|many|most|two|three|four|five|six|\d+|dozens of|few) villages|"
    r"village(?!\sof))\s(?:in|of|inside|within|around)\s(?:the\s)?"
    r"(?:(?:city|town|northern|southern|eastern|western|central)\s)*(?:of\s)?$",
    re.I,
)


def taken_from(before: str) -> bool:
    """ "took full control of the city from …": who is named next lost it."""
    return bool(_FROM.search(before))


def looks_ahead(quote: str) -> bool:
    """Some word of the sentence points to what is not yet: will, aim, plan, threaten, unless, in a
    bid to …
    """
    return bool(_AHEAD.search(_DOUBT.sub(" ", quote)))


_AHEAD = re.compile(
    r"\b(?:will|would|shall|won['’]t|going to|plans?|planned|planning|aim(?:s|ed|ing)?|intend\w*|"
    r"intent\w*|seek(?:s|ing)?|sought|tr(?:y|ies|ied|ying) to|attempt\w*|hop(?:e|es|ed|ing)|"
    r"want(?:s|ed)? to|wish\w*|expect\w*|anticipat\w*|likely|unlikely|may|might|could|threat\w*|"
    r"vow\w*|pledg\w*|promis\w*|bid to|in order to|efforts? to|bent on|offensive|offensives|"
    r"campaign to|operations? to|push(?:ing|ed)? to|push towards?|prepar\w*|about to|soon|future|"
    r"if|unless|until|demand\w*|call(?:s|ed|ing)? (?:for|on)|urg(?:e|es|ed|ing)|ready to|set to|"
    r"poised|goals?|objectives?|purpose|due to (?:begin|start|take)|must|should|need(?:s|ed)? to|"
    r"warn\w*|fear(?:s|ed|ing)?|predict\w*|forecast\w*|eye(?:s|d|ing)|eventual\w*|"
    r"next (?:target|step|phase|week|month)|refus\w* to|determin\w*|resolv\w* to|agree\w* to|"
    r"to (?:re)?(?:captur\w*|take|seize|liberat\w*|gain|clear|drive|push|recover|cut|encircl\w*|"
    r"besieg\w*|attack|storm|secure|retake|expel|control))\b",
    re.I,
)


def siege_ends(quote: str) -> bool:
    """ "the army breaks the siege": who breaks it is not the besieger."""
    return bool(_SIEGE_ENDS.search(quote))


_SIEGE_ENDS = re.compile(
    r"\b(?:br(?:eaks?|oke|oken|eaking)|lift(?:s|ed|ing)?|end(?:s|ed|ing)|"
    r"reliev(?:e|es|ed|ing))\b[^.;]{0,40}\b(?:siege|encirclement|blockade)\b",
    re.I,
)
_FROM = re.compile(
    r"\b(?:re)?(?:captur|taken?\b|took|tak(?:es|ing)\b|seiz|liberat|wrest|regain|gain|clear|retak|"
    r"retook|conquer|snatch)\w*\b[^.;:]{0,100}\bfrom\s+(?:the\s+|rival\s+)?$",
    re.I,
)
_BESIDE = re.compile(
    r"\b(?:near|outside|towards?|close to|next to|adjacent to|outskirts of|edges? of|vicinity of|"
    r"around|surrounding|approach(?:es)? to|(?:north|south|east|west|north-?east|north-?west|"
    r"south-?east|south-?west)(?:ern)? of|kilomet(?:re|er)s (?:from|away from)|km (?:from|of)|"
    r"overlooking|leading to|entrances? (?:of|to))\s+(?:the\s+)?(?:(?:city|town|village) of\s+)?$",
    re.I,
)
_BESIDE_IN = re.compile(
    r"(?:the |several |some |two |three |four |five |\d+ )*(?:areas?|hills?|villages?(?! of)|"
    r"positions?|checkpoints?|farms?|outskirts|territory|countryside|points?|heights?|"
    r"surroundings|land|edges?|old city|quarters?|neighbou?rhoods?|districts?|suburbs?|parts?|"
    r"streets?|blocks?|sections?) (?:near|around|outside|of|in|north|south|east|west|surrounding|"
    r"overlooking)\b",
    re.I,
)


def number(words: str) -> int | None:
    """The first number in the words: digits or spelt out; "dozens" and "hundreds" are none."""
    m = _NUMBER.search(words)
    if not m:
        return None
    if m.group(1):
        return int(m.group(1).replace(",", "")) * _BIG.get((m.group(2) or "").lower(), 1)
    total, now = 0, 0
    for w in re.findall(r"[a-z]+", m.group(3).lower()):
        if w in ("a", "and"):
            continue
        if w == "dozen":
            now = max(now, 1) * 12
        elif w in _BIG:
            now = max(now, 1) * _BIG[w]
            if _BIG[w] > 100:
                total, now = total + now, 0
        else:
            now += _UNITS.get(w, 0) + _TENS.get(w, 0)
    return (total + now) or None
