"""Grades by place: the best so many percent. (按名次定档)"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qingshan.engines.evaluation.standard import SHARE, Ranking


@dataclass(frozen=True, slots=True)
class Places:
    """Place of each plant, its grade, and the score with which each grade ends. (名次与档次)"""

    place: npt.NDArray[np.int64]  # 1 for the best; 0 for those not ranked
    grade: npt.NDArray[np.int8]  # index into the ranking's grades; −1 for those not ranked or beyond the last
    cuts: tuple[int | None, ...]  # lowest score inside each grade [10⁻¹⁰ point]


def rank(ranking: Ranking, scores: npt.NDArray[np.int64], eligible: npt.NDArray[np.bool_]) -> Places:
    """Rank the eligible; equal scores share a place.

    With ``ties: include`` all who equal the last one inside a grade are inside too; with ``exclude`` a grade ends before a tie
    that would exceed it.

    Args:
        ranking: Grades with the cumulative share up to which each reaches.
        scores: Exact scores. [10⁻¹⁰ point], shape (n,)
        eligible: Who is ranked at all, e.g. who filed the year's data. Shape (n,)

    >>> from qingshan.kernel.citation import Citation
    >>> from qingshan.kernel.text import Text
    >>> ranking = Ranking((("A", Text("", ""), 250_000), ("B", Text("", ""), SHARE)), "include", Text("", ""), Citation("x"))
    >>> rank(ranking, np.array([90, 80, 80, 70]), np.array([True] * 4)).grade.tolist()
    [0, 1, 1, 1]
    """
    size = len(scores)
    place, grade = np.zeros(size, np.int64), np.full(size, -1, np.int8)
    rows = np.flatnonzero(eligible)
    order = rows[np.argsort(-scores[rows], kind="stable")]
    ordered = scores[order]
    count = len(order)
    if count:
        place[order] = np.searchsorted(-ordered, -ordered, "left") + 1
    cuts: list[int | None] = []
    start = 0
    for index, (_, _, upto) in enumerate(ranking.grades):
        end = count * upto // SHARE
        if 0 < end < count and ordered[end - 1] == ordered[end]:
            if ranking.ties == "include":
                end = int(np.searchsorted(-ordered, -ordered[end - 1], "right"))
            else:
                end = int(np.searchsorted(-ordered, -ordered[end], "left"))
        end = max(end, start)
        grade[order[start:end]] = index
        cuts.append(int(ordered[end - 1]) if end > start else None)
        start = end
    return Places(place, grade, tuple(cuts))
