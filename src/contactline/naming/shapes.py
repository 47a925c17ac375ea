"""How English describes a place: words around a name, kinds of place, directions,
definite phrases.
"""

from __future__ import annotations

import re

DIRECTION = (
    r"(?:far |deep "
    r")?(?:(?:north|south)-?(?:eastern|western|east|west)|northern|southern|eastern|western|"
    r"central"
    r"|upper|lower|north|south|east|west)"
)
PART = re.compile(
    r"^(?:(?:a |the |its |some |several |many |all |other |nearby |remaining |entire |whole "
    r"|two |three |four |five |six |seven |eight |nine |ten |a dozen |\d{1,3} |another "
    r"|almost the entire |large |small |vast |last |key |strategic |most |parts? |much |"
    r"half |rest |majority |chunk |bulk |areas? |villages? |towns? |pockets? |territor(?:y|ies) "
    r"|positions? |districts? |neighbou?rhoods? |suburbs? |outskirts |countryside |vicinity |"
    r"edge |edges |centre |center |city |town |village |settlement |province |governorate |region "
    r"|hub |capital |stronghold |bastion |besieged |contested |important |cities |parts? |"
    r"surroundings |sections? |swaths? |hills? |mountains? |farms? |of |in |near |around |outside "
    r"|inside |within |between |from |at |on |into |towards? |and |also |"
    r"(?:militant|rebel|government|regime|opposition|[A-Za-z]{2,12})-(?:held|controlled|occupied) |"
    + DIRECTION
    + r" )+)",
    re.I,
)
FEATURE_AFTER = re.compile(
    r"\b(province|governorate|oblast|region|district|area|city|town|village|camp|refugee camp|air "
    r"?base|airport|airfield|base|dam|crossing|border crossing|river|valley|"
    r"mountains?|highway|road|neighbou?rhood|suburb|countryside|front|pocket|canton|garrison|oil "
    r"?fields?|gas ?fields?|prison|bridge|plain|desert|front "
    r"?line|strip|heights|hill|county|parish|state)\b",
    re.I,
)
# a thing at a town that is not the town: whoever holds it need not hold the town
FACILITY = re.compile(
    r"^(.+?)(?:['’]s?)?(?<!\s)\s+((?:international |military |refugee |border |air "
    r"?)?(?:airport|airfield|airbase|air base|base|camp|dam|crossing|prison|garrison|power "
    r"(?:plant|station)|hospital))$"
)
COMMON = re.compile(
    r"(?:(?:the|a|an|northern|southern|eastern|western|central|main|old|new|international|military|"
    r"civilian|nearby|strategic|local|border|refugee|air|key)\s+)*"
    r"(?:airports?|airfields?|airbases?|bases?|camps?|borders?|city|cities|town|towns|villages?|"
    r"province|district|region|area|areas|countryside|capital|centre|center|downtown|"
    r"front|fronts|frontline|front "
    r"?lines?|crossing|crossings|bridges?|dam|river|port|harbou?r|coast|road|roads|highway|"
    r"hospital|prison|school|university|mosque|church|market|"
    r"garrison|barracks|headquarters|checkpoints?|positions?|hills?|mountains?|valley|plain|desert|"
    r"sea|island|islands|suburbs?|neighbou?rhoods?|outskirts|country|countries|"
    r"state|states|county|enclave|pocket|stronghold|territory|north|south|east|west|heights?|"
    r"farms?|fields?|forest|station|building|house|home|zone|site)",
    re.I,
)
AREA_ASKED = frozenset(
    ["province", "governorate", "oblast", "region", "countryside", "canton", "state", "district"]
)
DEFINITE = re.compile(
    r"^(?:the |this |that )?(?:nearby |strategic |besieged |northern |southern |eastern |western "
    r"|provincial |border |same |whole |entire |coastal |ancient |key )*"
    r"(city|town|village|area|province|governorate|region|capital|camp|district|neighbou?rhood|"
    r"airport|airbase|base|country|settlement|enclave|pocket|there|suburb|border|crossing|dam|"
    r"island|hill)$",
    re.I,
)
STRETCH = re.compile(
    r"\b(highway|road|motorway|supply line|route|front ?line|axis|border|frontier|corridor)\b", re.I
)
LAST_NAME = re.compile(
    r"\s*(?:,|and|or)\s+(?:"
    + DIRECTION
    + r")\s+((?:[A-Z][\w’'-]+|al-[A-Z][\w’'-]+)(?:\s[A-Z][\w’'-]+)?)",
    re.I,
)
BEARING = {"north": (1, 0), "south": (-1, 0), "east": (0, 1), "west": (0, -1)}
