"""A rule in words, for readers who do not read YAML."""

from qingshan.engines.evaluation.standard import MOST_RATIO, SHARE, BestOf, Check, Curve, PerStep, Ratio, Rule, Tier, Unpublished
from qingshan.kernel.text import Text


def rule_in_words(rule: Rule) -> Text:
    """What earns the points of an indicator. (评分规则)

    >>> from qingshan.engines.evaluation.formula import parse_formula
    >>> from qingshan.engines.evaluation.standard import Formula
    >>> rule_in_words(Check(Formula("qms", parse_formula("qms")))).zh
    '满足得满分：qms'
    """
    if isinstance(rule, Check):
        return Text(f"满足得满分：{rule.when.text}", f"all points if: {rule.when.text}")
    if isinstance(rule, Unpublished):
        return Text("评分细则未获得，得分敞开", "the rule was not found; the score stays open")
    if isinstance(rule, BestOf):
        parts = [rule_in_words(entry) for entry in rule.rules]
        return Text("择优：" + "；或 ".join(part.zh for part in parts), "the best of: " + "; or ".join(part.en for part in parts))
    value, unit = rule.value.text, rule.unit
    if isinstance(rule, Tier):
        sign = "≥" if rule.better == "higher" else "≤"
        steps = "，".join(f"{sign} {at:g} {unit} → {share / SHARE:.0%}" for at, share in rule.steps)
        return Text(f"{value} 分档：{steps}", f"{value} in steps: {steps.replace('，', ', ')}")
    if isinstance(rule, Ratio):
        shape = f"{value} ÷ {rule.lead:g}" if rule.better == "higher" else f"{rule.lead:g} ÷ ({value})"
        cap = ("不封顶", "no cap") if rule.cap == MOST_RATIO else (f"最多 {rule.cap / SHARE:.0%}", f"at most {rule.cap / SHARE:.0%}")
        return Text(f"比值 {shape} {unit}，{cap[0]}", f"ratio {shape} {unit}, {cap[1]}")
    if isinstance(rule, PerStep):
        side = ("每高于", "above") if rule.better == "lower" else ("每低于", "below")
        return Text(
            f"{value}：{side[0]} {rule.start:g} 一档（{rule.step:g} {unit}）扣 {rule.penalty / SHARE:.0%}，扣完为止",
            f"{value}: each {rule.step:g} {unit} {side[1]} {rule.start:g} costs {rule.penalty / SHARE:.0%}, until nothing is left",
        )
    return _curve(rule, value, unit)


def _curve(rule: Curve, value: str, unit: str) -> Text:
    if rule.fixed is not None:
        where = (f"基准值 {rule.fixed.base:g}、引领值 {rule.fixed.lead:g} {unit}", f"baseline {rule.fixed.base:g}, lead {rule.fixed.lead:g} {unit}")
    elif rule.by_industry:
        listed = "；".join(f"{code} {reference.base:g} → {reference.lead:g}" for code, reference in rule.by_industry)
        where = (f"基准值 → 引领值 分行业（{unit}）：{listed}", f"baseline → lead by industry ({unit}): {listed.replace('；', '; ')}")
    else:
        where = (f"基准值、引领值随企业给出（{rule.external}）", f"baseline and lead values come with the plant ({rule.external})")
    return Text(f"{value} 线性：{where[0]}", f"{value}, linear: {where[1]}")


def rule_text(rule: Rule, language: str) -> str:
    """The rule in one language."""
    return rule_in_words(rule).in_language(language)
