"""Tags of the shared look. Chinese and English stand side by side in the template, so neither can be forgotten."""

import math
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from qingshan.kernel.citation import BASES
from qingshan.kernel.text import Text
from qingshan.library.codes import area_name, industry_name

register = template.Library()

STATES = {
    "scored": Text("已评分", "scored"),
    "missing": Text("未报告", "not reported"),
    "no_benchmark": Text("无对标值", "no benchmark"),
    "not_applicable": Text("不适用", "not applicable"),
    "met": Text("符合", "met"),
    "failed": Text("不符合", "failed"),
    "unknown": Text("待补正", "unknown"),
    "division_by_zero": Text("除数为零", "division by zero"),
    "known": Text("已报告", "reported"),
}
ROLES = {
    "enterprise": Text("企业", "plant"),
    "park": Text("园区", "park"),
    "district": Text("区县经信局", "district office"),
    "city": Text("市经信局", "city office"),
    "evaluator": Text("第三方评价机构", "evaluator"),
    "expert": Text("专家", "expert"),
    "bank": Text("银行", "bank"),
    "buyer": Text("采购方", "buyer"),
    "public": Text("公众", "public"),
}


def is_english() -> bool:
    """Whether the page is in English."""
    return (get_language() or "zh").startswith("en")


@register.simple_tag
def t(zh: str, en: str) -> str:
    """One phrase in the language of the page."""
    return en if is_english() else zh


@register.filter
def say(value: Any) -> str:
    """A bilingual text (``Text`` or ``{"zh", "en"}``) in the language of the page."""
    if isinstance(value, Text):
        return value.in_language("en" if is_english() else "zh")
    if isinstance(value, Mapping):
        return str(value["en" if is_english() else "zh"])
    return str(value)


@register.filter
def state_name(value: str) -> str:
    """Name of a state."""
    return say(STATES.get(value, Text(value, value)))


@register.filter
def role_name(value: str) -> str:
    """Name of a role."""
    return say(ROLES.get(value, Text(value, value)))


@register.filter
def area(value: str) -> str:
    """Name of an area code."""
    return say(area_name(value)) if value else ""


@register.filter
def industry(value: str) -> str:
    """Name of an industry code."""
    return say(industry_name(value)) if value else ""


@register.filter
def basis_name(value: str) -> str:
    """What was read of a source."""
    zh, en = BASES.get(value, (value, value))  # type: ignore[call-overload]
    return en if is_english() else zh


@register.filter
def figure(value: Any) -> str:
    """A number for reading: at most six significant digits; yes and no in words."""
    if isinstance(value, bool):
        return t("是", "yes") if value else t("否", "no")
    if value is None:
        return "—"
    number = float(value)
    return f"{number:,.0f}" if abs(number) >= 100_000 else f"{number:,.6g}"


@register.filter
def points(value: int) -> str:
    """Points from 10⁻⁴ points."""
    return f"{value / 10_000:g}"


@register.simple_tag
def radar(groups: list[Mapping[str, Any]]) -> SafeString:
    """Radar chart of the level-1 indicators as SVG; the table beside it says the same in words."""
    size, radius = 320, 104.0
    middle = size / 2
    count = len(groups)
    if count < 3:
        return SafeString("")

    def corner(index: int, share: float) -> str:
        angle = 2 * math.pi * index / count - math.pi / 2
        return f"{middle + radius * share * math.cos(angle):.1f},{middle + radius * share * math.sin(angle):.1f}"

    def shares(key: str) -> str:
        return " ".join(corner(i, float(group[key]) / float(group["full"]) if float(group["full"]) else 0) for i, group in enumerate(groups))

    rings = format_html_join(
        "", '<polygon class="radar__ring" points="{}"/>', ((" ".join(corner(i, ring) for i in range(count)),) for ring in (0.25, 0.5, 0.75, 1.0))
    )
    spokes = format_html_join(
        "", '<line class="radar__ring" x1="{}" y1="{}" x2="{}" y2="{}"/>', ((middle, middle, *corner(i, 1.0).split(",")) for i in range(count))
    )
    names = format_html_join(
        "",
        '<text class="radar__name" x="{}" y="{}" text-anchor="middle">{}</text>',
        ((*corner(i, 1.22).split(","), say(group["label"])) for i, group in enumerate(groups)),
    )
    return format_html(
        '<svg class="radar" viewBox="-40 0 400 {size}" role="img" aria-label="{title}"><title>{title}</title>{rings}{spokes}'
        '<polygon class="radar__high" points="{high}"/><polygon class="radar__low" points="{low}"/>{names}</svg>',
        size=size,
        title=t("五个维度的得分率", "share of points in each dimension"),
        rings=rings,
        spokes=spokes,
        high=shares("high"),
        low=shares("score"),
        names=names,
    )


@register.simple_tag
def interval(low: Any, high: Any, mark: Any = "") -> SafeString:
    """Sure score, open part and mark on one line from 0 to 100, as SVG."""
    sure, most = float(low), float(high)
    line = format_html('<line class="interval__mark" x1="{0}" x2="{0}" y1="0" y2="24"/>', f"{float(mark):.2f}") if mark else SafeString("")
    label = t(f"确定得分 {sure:g}，最高 {most:g}", f"sure score {sure:g}, at most {most:g}")
    return format_html(
        '<svg class="interval" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label="{label}"><rect class="interval__all" width="100" height="16" y="4"/>'
        '<rect class="interval__open" x="{sure}" width="{open}" height="16" y="4"/><rect class="interval__sure" width="{sure}" height="16" y="4"/>{line}</svg>',
        label=label,
        sure=f"{sure:.2f}",
        open=f"{max(most - sure, 0):.2f}",
        line=line,
    )


@register.inclusion_tag("ui/score_bar.html")
def score_bar(label: str, score: Any, full: Any, high: Any = None) -> dict[str, Any]:
    """Score against its full mark."""
    return {"label": label, "score": score, "full": full, "high": high if high not in (None, score) else None}


@register.inclusion_tag("ui/source.html")
def source(citation: Mapping[str, Any]) -> dict[str, Any]:
    """A source and how far it was checked."""
    return {"citation": citation}


@register.inclusion_tag("ui/trace.html")
def trace(node: Mapping[str, Any]) -> dict[str, Any]:
    """A figure and, one click below it, what it was made from."""
    return {"node": node}
