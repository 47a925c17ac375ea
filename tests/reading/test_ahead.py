"""Forms that point ahead and the conditions they wait for: tables of sentences on several wars,
parties as [A …], places as [P …].
"""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactline.model import Claim, Report, Role
from contactline.reading import ahead, conditions
from contactline.reading.ahead import foretold
from contactline.reading.forms import Span, forms, marked
from contactline.reading.outlook import chance_in
from contactline.reading.words import _WORD, sentences
from tests.makers import stored


def parsed(text: str) -> tuple[list[str], list[Span]]:
    words: list[str] = []
    spans: list[Span] = []
    for part in re.split(r"(\[[APO] [^\]]+\])", text):
        named = re.fullmatch(r"\[([APO]) ([^\]]+)\]", part)
        mine = _WORD.findall(named.group(2) if named else part)
        if named:
            spans.append(Span(named.group(1), len(words), len(words) + len(mine)))
        words += mine
    return words, spans


def told(text: str, of_condition: bool = False) -> list[str]:
    words, spans = parsed(text)

    def said(s: Span | None) -> str:
        return " ".join(words[s.start : s.end]) if s else "-"

    return [
        f"{f.kind}{'.' + f.aspect if f.aspect else ''} {f.modality}: {said(f.agent)}, "
        f"{said(f.other)}, {said(f.place)}"
        for f in foretold(words, spans)
        if f.of_condition == of_condition
    ]


AHEAD = [
    (
        "A large ground operation against [A the Houthis] in [P Hodeidah] is expected within "
        "weeks.",
        ["strike expected: -, the Houthis, Hodeidah"],
    ),
    (
        "Analysts expect a large operation against [A the Houthis] in [P Hodeidah].",
        ["strike expected: -, the Houthis, Hodeidah"],
    ),
    (
        "Aid workers warned of a new offensive by [A the RSF] against [P El Obeid].",
        ["strike expected: the RSF, -, El Obeid"],
    ),
    (
        "A major offensive by [A Russia] on [P Zaporizhzhia] is only a matter of time.",
        ["strike expected: Russia, -, Zaporizhzhia"],
    ),
    (
        "[A The RSF] is preparing to launch a major offensive on [P El Fasher].",
        ["strike intended: The RSF, -, El Fasher"],
    ),
    (
        "[A Haftar] announced a new campaign against [A the Tripoli militias].",
        ["fight intended: Haftar, the Tripoli militias, -"],
    ),
    (
        "[A The Houthis] in the port would be the next target of the planned [A coalition] "
        "assault.",
        ["fight expected: coalition, The Houthis, -"],
    ),
    (
        "The ridge makes [A the PKK] camps there the obvious target of the expected [A Turkish] "
        "operation.",
        ["fight expected: Turkish, the PKK, -"],
    ),
    (
        "[P Melitopol] may be next to fall.",
        ["strike expected: -, -, Melitopol"],
    ),
    (
        "Without water the talks could give way to a new round of violence in [P Tripoli].",
        ["situation.fighting expected: -, -, Tripoli"],
    ),
    (
        "The envoy warned of a return to all-out war in [P Yemen].",
        ["situation.fighting expected: -, -, Yemen"],
    ),
    (
        "Another likely flashpoint is [P Abyei].",
        ["situation.fighting expected: -, -, Abyei"],
    ),
    (
        "[A Rebels] in the south will resume their armed activity in [P Taiz].",
        ["situation.fighting expected: Rebels, -, Taiz"],
    ),
    (
        "The remaining [A fighters] will wage a guerrilla war against [A Haftar] and [A the "
        "police].",
        ["fight expected: fighters, Haftar, -", "fight expected: fighters, the police, -"],
    ),
    (
        "Analysts say that [A Kyiv]'s aim there is to widen its buffer zone along [P the Sudzha "
        "highway] and to liberate [P Glushkovo].",
        [
            "control.gains intended: Kyiv, -, the Sudzha highway",
            "control.gains intended: Kyiv, -, Glushkovo",
        ],
    ),
    (
        "[A The army] plans to retake [P Wad Madani] and to reopen [P the Khartoum road].",
        [
            "control.gains intended: The army, -, Wad Madani",
            "access.opened intended: The army, -, the Khartoum road",
        ],
    ),
    (
        "[A France] says it needs the base to fight [A ISGS].",
        ["fight intended: France, ISGS, -"],
    ),
    (
        "[A The UAE], [A Saudi Arabia] and [A Oman] are stepping up their diplomatic efforts.",
        [
            "agreement.sought stated: The UAE, -, -",
            "agreement.sought stated: Saudi Arabia, -, -",
            "agreement.sought stated: Oman, -, -",
        ],
    ),
    (
        "[A The army] has already begun redeploying armoured brigades from [P Omdurman] to [P El "
        "Obeid].",
        [
            "presence.leaves stated: The army, -, Omdurman",
            "presence.arrives stated: The army, -, El Obeid",
        ],
    ),
    (
        "[A Ethiopia] says it guards the border, while it only stops [A Sudan] from using [P the "
        "Gallabat road].",
        ["access.blocked stated: Ethiopia, Sudan, the Gallabat road"],
    ),
    # what points at nothing to come
    ("No attack on [P Odesa] is expected.", []),
    ("An attack on [P Odesa] killed three.", []),
    ("[A The army] ruled out an operation against [A the Houthis] that was expected.", []),
    ("The council entered a new phase of its work in [P Tripoli].", []),
    ("After [P Ajdabiya] was taken, [A Haftar] moved on.", []),
]


@pytest.mark.parametrize(("sentence", "expected"), AHEAD)
def test_what_a_sentence_foretells(sentence: str, expected: list[str]) -> None:
    assert told(sentence) == expected


WAITS = [
    (
        "[A The army] plans to retake [P Sennar] once [A the RSF] is driven out of the rest of [P "
        "Gezira].",
        ["control.loses conditional: the RSF, -, Gezira"],
    ),
    (
        "[P Melitopol] may be next to fall, once [P Tokmak] is taken by [A the Ukrainians].",
        ["control.gains conditional: the Ukrainians, -, Tokmak"],
    ),
    (
        "[A Rebels] will resume their attacks if [A the Kordofan fighters] become a target of a "
        "large [A army] offensive.",
        ["strike conditional: army, the Kordofan fighters, -"],
    ),
    (
        "If [A Israel] attacks [A Hezbollah] in [P Tyre], a new round of violence is likely.",
        ["strike conditional: Israel, Hezbollah, -"],
    ),
    (
        "Unless [A the rivals] reach a deal, a new round of violence is likely.",
        ["agreement.made conditional: the rivals, -, -"],
    ),
    (
        "If no settlement is found, the country may slide back into civil war.",
        ["agreement.made conditional: -, -, -"],
    ),
    (
        "If the truce between [A the army] collapses, a return to war in [P Yemen] is likely.",
        ["agreement.broken conditional: the army, -, -"],
    ),
    (
        "[A Kyiv] plans to retake [P Kreminna] after the fall of [P Svatove].",
        ["control.gains conditional: -, -, Svatove"],
    ),
    ("[A Haftar] plans to take [P Sirte] after [P Jufra] was captured.", []),
]


@pytest.mark.parametrize(("sentence", "expected"), WAITS)
def test_what_a_condition_is_about(sentence: str, expected: list[str]) -> None:
    assert told(sentence, True) == expected


@pytest.mark.parametrize(
    ("condition", "link", "negated", "given"),
    [
        ("once the rebels are driven out of the valley", "once", False, False),
        ("after the valley was cleared", "once", False, True),
        ("unless the two reach an agreement", "unless", True, False),
        ("if the parties fail to reach an agreement", "if", True, False),
        ("if no deal is reached", "if", True, False),
        ("if the army attacks", "if", False, False),
        ("until the road is opened", "until", False, False),
    ],
)
def test_the_shape_of_a_condition(condition: str, link: str, negated: bool, given: bool) -> None:
    found = conditions.shape(condition)
    assert (found.link, found.negated, found.given) == (link, negated, given)


def test_claims_stand_inside_a_condition_by_their_offsets() -> None:
    text = "The army will take Beta once the rebels leave Alpha."
    where = text.index("once")
    outer = stored(
        "control", "gains", "Army", "Beta", modality="expected", condition=text[where:-1]
    )
    outer = outer.claim.__class__(
        **{f: getattr(outer.claim, f) for f in outer.claim.__slots__} | {"quote": text}
    )
    inner = stored("presence", "leaves", "Rebels", "Alpha", modality="conditional").claim
    inside = inner.actor.__class__("the rebels", start=text.index("the rebels"), end=44)
    assert conditions.span(outer) == (where, len(text) - 1)
    assert conditions.inside(
        inner.__class__(
            **{f: getattr(inner, f) for f in inner.__slots__}
            | {"report": outer.report, "start": outer.start, "actor": inside, "place": None}
        ),
        outer,
    )
    assert not conditions.inside(
        inner.__class__(
            **{f: getattr(inner, f) for f in inner.__slots__}
            | {
                "report": outer.report,
                "start": outer.start,
                "actor": inside.__class__("The army", start=0, end=8),
                "place": None,
            }
        ),
        outer,
    )


def test_the_conflict_is_where_the_report_is_and_nowhere_in_a_short_one() -> None:
    def claims(text: str) -> list[str | None]:
        sents = sentences(text)
        spans = {
            i: [Span("P", k, k + 1) for k, w in enumerate(s.words) if w.text == "Sudan"]
            for i, s in enumerate(sents)
        }
        found = ahead.claims(Report(text, len(text), published=date(2024, 5, 1)), sents, spans, [])
        return [c.place.text if c.place else None for c in found]

    last = "A new round of violence is likely."
    assert claims("Sudan waits. Sudan is tired. Aid for Sudan came late. " + last) == ["Sudan"]
    assert claims("Sudan waits. " + last) == []


@pytest.mark.parametrize(
    ("sentence", "chance"),
    [
        ("The town will very likely fall.", 0.875),
        ("It is unlikely to hold.", 0.325),
        ("There is a 30% chance that it falls.", 0.3),
        ("It could fall.", None),
        ("It is almost certain to fall.", 0.97),
    ],
)
def test_chances_follow_the_published_table(sentence: str, chance: float | None) -> None:
    assert chance_in(sentence) == pytest.approx(chance) if chance else chance_in(sentence) is None


@given(
    st.text(max_size=300), st.lists(st.tuples(st.integers(0, 40), st.integers(1, 4)), max_size=6)
)
def test_any_words_can_be_read(text: str, at: list[tuple[int, int]]) -> None:
    words = _WORD.findall(text)
    spans = [
        Span("AP"[i % 2], a, min(a + n, len(words)))
        for i, (a, n) in enumerate(at)
        if a < len(words)
    ]
    m = marked(words, spans)
    assert len(m.at) == len(m.past) and all(
        a < b <= len(words) for a, b in zip(m.at, m.past, strict=True)
    )
    for f in foretold(words, spans):
        assert f.kind in (
            "strike",
            "fight",
            "situation",
            "control",
            "access",
            "presence",
            "agreement",
        )


def test_no_form_takes_long_on_a_line_of_names() -> None:
    import time

    words = ("the army and " * 400).split()
    spans = [Span("A", i, i + 1) for i, w in enumerate(words) if w == "army"]
    started = time.perf_counter()
    foretold(words, spans)
    assert time.perf_counter() - started < 2.0


def test_every_form_compiles_and_says_what_it_gives() -> None:
    for name in ("ahead.toml", "conditions.toml"):
        for f in [*forms(name)["form"], *forms(name)["clause"]]:
            assert f["gives"]


def test_who_keeps_whom_from_a_road_is_told_by_the_form_alone() -> None:
    text = "Wagner keeps Haftar from using the Sirte road as a supply line."
    sents = sentences(text)
    names = {"Wagner": "A", "Haftar": "A", "Sirte": "P"}
    words = [w.text for w in sents[0].words]
    spans = {
        0: [Span(s, words.index(n), words.index(n) + 1 + (s == "P")) for n, s in names.items()]
    }
    r = Report(text, len(text), published=date(2020, 5, 1))

    def misread(who: str, modality: str) -> Claim:
        def role(t: str) -> Role:
            return Role(t, start=text.index(t), end=text.index(t) + len(t))

        return Claim(
            r.id,
            "access",
            "blocked",
            role(who),
            role("Haftar") if who != "Haftar" else None,
            role("supply line"),
            modality,
            text,
            0,
            len(text),
            0.6,
        )

    known = [misread("Wagner", "intended"), misread("Haftar", "stated")]
    (c,) = [x for x in ahead.claims(r, sents, spans, known) if x.kind == "access"]
    assert c.actor and c.other and c.place
    assert (c.actor.text, c.other.text, c.place.text) == ("Wagner", "Haftar", "Sirte road")
    assert c.modality == "stated"
