"""Correlation clustering: groups of a signed graph in which friends stand together and enemies
apart.

Bansal, Blum and Chawla (2004) state the problem: of all partitions the one that disagrees least
with the signs. It is solved here greedily, by contracting the pair of groups with the most between
them in favour as long as there is one (greedy additive edge contraction, Keuper et al. 2015), with
one constraint of structural balance (Cartwright and Harary 1956): two that are clearly enemies
never share a group.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping


def clusters(
    nodes: Iterable[str], pairs: Mapping[tuple[str, str], float], join_at: float
) -> list[frozenset[str]]:
    """Groups of all `nodes`, largest first; the same whatever the order of `nodes` and `pairs`.

    `pairs` gives for two nodes what speaks for (> 0) and against (< 0) their standing together;
    groups are joined while more than `join_at` speaks for it, and never over a pair with `join_at`
    or more against it.
    """
    members: dict[str, frozenset[str]] = {n: frozenset({n}) for n in nodes}
    between: dict[str, dict[str, float]] = defaultdict(dict)
    enemies: dict[str, set[str]] = defaultdict(set)
    heap: list[tuple[float, str, str]] = []
    for (a, b), v in sorted(pairs.items()):
        if a == b or a not in members or b not in members:
            continue
        between[a][b] = between[b][a] = between[a].get(b, 0.0) + v
    for a, row in between.items():
        for b, v in row.items():
            if v < 0 and v <= -join_at:
                enemies[a].add(b)
            if a < b and v > join_at:
                heapq.heappush(heap, (-v, a, b))
    while heap:
        v, a, b = heapq.heappop(heap)
        if a not in members or b not in members or between[a].get(b) != -v or b in enemies[a]:
            continue
        # the group goes by its first member, so that ties are broken alike however it came about
        members[a] = members[a] | members.pop(b)
        for other, w in between.pop(b).items():
            between[other].pop(b, None)
            if other != a:
                both = between[a].get(other, 0.0) + w
                between[a][other] = between[other][a] = both
        for other in enemies.pop(b, set()):
            enemies[other].discard(b)
            enemies[other].add(a)
            enemies[a].add(other)
        between[a].pop(b, None)
        for other, w in between[a].items():
            if w > join_at and other not in enemies[a]:
                heapq.heappush(heap, (-w, min(a, other), max(a, other)))
    return sorted(members.values(), key=lambda g: (-len(g), sorted(g)))
