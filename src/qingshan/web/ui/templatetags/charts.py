"""Small charts as SVG and tables; each says in words or figures what it shows."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from qingshan.engines.evaluation.standard import Rule
from qingshan.library.rule_text import rule_in_words
from qingshan.web.ui.templatetags.ui import is_english, t

register = template.Library()


@register.filter
def absolute(value: int) -> int:
    """Without its sign."""
    return abs(value)


@register.filter
def wan(fen: int) -> str:
    """Fen as 10⁴ yuan."""
    return f"{fen / 1_000_000:,.2f}"


@register.filter
def rule_words(rule: Rule) -> str:
    """What earns the points, in words."""
    words = rule_in_words(rule)
    return words.en if is_english() else words.zh


WORDS = {
    "base": "基准值",
    "lead": "引领值",
    "step": "档",
    "share": "得分比例",
    "cap": "封顶",
    "start": "起点",
    "penalty": "扣分",
    "at_base": "基准处得分",
}


@register.filter
def in_words(text: str) -> str:
    """Names of a rule's numbers in the reader's language."""
    return text if is_english() else re.sub(r"\b(at_base|base|lead|step|share|cap|start|penalty)\b", lambda word: WORDS[word.group()], text)


@register.filter
def line_column(problem: str) -> tuple[str, str] | None:
    """Line and column of a problem, for the editor to jump to."""
    found = re.search(r":(\d+):(\d+)", problem)
    return (found.group(1), found.group(2)) if found else None


@register.filter
def slider_data(report: Mapping[str, Any]) -> dict[str, Any]:
    """What the slider counts from."""
    return {**report["bins"], "areas": [{"before": area["before"], "after": area["after"]} for area in report["areas"]]}


@register.filter
def pairs(transition: Mapping[str, Any]) -> list[tuple[str, list[int]]]:
    """Rows of a transition table with their names."""
    return list(zip(transition["from"], transition["count"], strict=True))


@register.simple_tag
def effect_bar(net: int, effects: Sequence[Mapping[str, Any]]) -> SafeString:
    """A clause's effect as a bar left or right of nothing."""
    most = max((abs(effect["net"]) for effect in effects), default=0) or 1
    width = 48 * abs(net) / most
    return format_html(
        '<svg class="bar" viewBox="0 0 100 14" aria-hidden="true"><rect class="{}" x="{}" width="{}" y="3" height="8"/>'
        '<line class="bar__axis" x1="50" x2="50" y1="0" y2="14"/></svg>',
        "bar__gain" if net > 0 else "bar__lose",
        f"{50 if net > 0 else 50 - width:.1f}",
        f"{width:.1f}",
    )


@register.simple_tag
def columns(counts: Sequence[int]) -> SafeString:
    """A histogram; its figures stand in the title."""
    most = max(counts, default=0) or 1
    width = 100 / max(len(counts), 1)
    bars = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}"/>',
        ((f"{i * width:.1f}", f"{40 - 38 * n / most:.1f}", f"{width * 0.85:.1f}", f"{38 * n / most:.1f}") for i, n in enumerate(counts)),
    )
    label = ", ".join(f"{i * 10}–{i * 10 + 10}: {n}" for i, n in enumerate(counts))
    return format_html(
        '<svg class="columns" viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label="{0}"><title>{0}</title>{1}</svg>', label, bars
    )


@register.simple_tag
def heat(cells: Sequence[Mapping[str, Any]]) -> SafeString:
    """Net change of titles by district and industry, as a table that is coloured."""
    areas = list(dict.fromkeys((cell["area"], cell["area_name"]) for cell in cells))
    trades = list(dict.fromkeys((cell["industry"], cell["industry_name"]) for cell in cells))
    by_place = {(cell["area"], cell["industry"]): cell for cell in cells}
    changes = [abs(cell["after"] - cell["before"]) for cell in cells if not cell["suppressed"]]
    most = max(changes, default=0) or 1
    head = format_html_join("", '<th scope="col">{}</th>', ((name,) for _, name in areas))
    rows = format_html_join(
        "",
        '<tr><th scope="row">{} {}</th>{}</tr>',
        ((code, name, format_html_join("", "{}", ((_cell(by_place.get((area, code)), most),) for area, _ in areas))) for code, name in trades),
    )
    return format_html('<div class="scroll"><table class="heat"><thead><tr><th></th>{}</tr></thead><tbody>{}</tbody></table></div>', head, rows)


def _cell(cell: Mapping[str, Any] | None, most: int) -> SafeString:
    if cell is None or cell["suppressed"]:
        text = "" if cell is None else t("少", "few")
        return format_html('<td class="heat__none">{}</td>', text)
    change = cell["after"] - cell["before"]
    strength = 2 if abs(change) > most / 2 else 1
    tone = "zero" if change == 0 else f"up{strength}" if change > 0 else f"down{strength}"
    title = f"{cell['before']} → {cell['after']} / {cell['plants']}"
    return format_html('<td class="heat__{}" title="{}">{}</td>', tone, title, f"{change:+d}" if change else "0")


@register.simple_tag
def cost_curve(points: Sequence[tuple[float, float | None]]) -> SafeString:
    """Cost against mark; marks that cannot be reached are left out."""
    known = [(mark, cost) for mark, cost in points if cost is not None]
    if len(known) < 2:
        return SafeString("")
    low, high = known[0][0], known[-1][0]
    most = max(cost for _, cost in known) or 1.0

    def place(mark: float, cost: float) -> tuple[str, str]:
        return f"{30 + 340 * (mark - low) / (high - low):.1f}", f"{130 - 110 * cost / most:.1f}"

    path = "M" + " L".join(" ".join(place(mark, cost)) for mark, cost in known)
    dots = format_html_join("", '<circle cx="{}" cy="{}" r="3"/>', (place(mark, cost) for mark, cost in known))
    names = format_html_join("", '<text x="{}" y="148" text-anchor="middle">{}</text>', ((place(mark, 0)[0], f"{mark:g}") for mark, _ in known))
    label = t("各分数线的最低成本", "least cost by mark") + ": " + ", ".join(f"{mark:g} → {cost:.0f}" for mark, cost in known)
    return format_html(
        '<svg class="curve" viewBox="0 0 400 155" role="img" aria-label="{0}"><title>{0}</title><path d="{1}"/>{2}{3}<text x="2" y="14">{4}</text></svg>',
        label,
        path,
        dots,
        names,
        f"{most:,.0f}",
    )
