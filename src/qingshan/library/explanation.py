"""An evaluation as plain JSON, schema ``qingshan/explanation@1``: both languages, exact decimals as text, every reason kept."""

import math
from decimal import Decimal
from typing import Any

from qingshan.engines.evaluation.gap import shortest_way
from qingshan.engines.evaluation.result import Evaluation, ItemResult, RequirementResult, points_of
from qingshan.engines.evaluation.standard import SHARE
from qingshan.kernel.citation import Citation
from qingshan.kernel.text import Text
from qingshan.kernel.trace import Trace


def to_json(evaluation: Evaluation, *, year: int, mark: str = "") -> dict[str, Any]:
    """The whole answer as JSON values.

    Args:
        evaluation: What the engine said.
        year: Year of the facts.
        mark: A mark in points, "" for none; adds the shortest way to it.
    """
    return {
        "schema": "qingshan/explanation@1",
        "subject": evaluation.subject,
        "industry": evaluation.industry,
        "year": year,
        "standard": {"id": evaluation.standard_id, "version": evaluation.standard_version, "sha256": evaluation.standard_sha256},
        "inputs_sha256": evaluation.inputs_sha256,
        "total": str(evaluation.total),
        "total_high": str(evaluation.total_high),
        "exact": {
            "low": str(points_of(evaluation.low)),
            "high": str(points_of(evaluation.high)),
            "unit": "10^-10 point",
            "integers": [evaluation.low, evaluation.high],
        },
        "level": evaluation.level,
        "level_high": evaluation.level_high,
        "veto": evaluation.veto_state,
        "final": evaluation.is_final,
        "groups": [
            {
                "id": group.id,
                "label": _text(group.label),
                "score": str(points_of(group.low, 100)),
                "high": str(points_of(group.high, 100)),
                "full": str(points_of(group.full, 100)),
                "items": [_item(item) for item in group.items],
            }
            for group in evaluation.groups
        ],
        "vetoes": [
            {
                "id": veto.id,
                "label": _text(veto.label),
                "state": veto.state,
                "curable": veto.curable,
                "source": _cite(veto.source),
                "trace": trace_json(veto.trace),
            }
            for veto in evaluation.vetoes
        ],
        "levels": [
            {
                "id": level.id,
                "label": _text(level.label),
                "at": None if level.at is None else str(points_of(level.at * SHARE, 100)),
                "state": level.state,
                "by": level.by,
                "requires": [_requirement(entry) for entry in level.requires],
                "direct": [_requirement(entry) for entry in level.direct],
                "source": _cite(level.source),
            }
            for level in evaluation.levels
        ],
        "pending": [
            {
                "key": entry.key,
                "label": _text(entry.label),
                "unit": entry.unit,
                "items": list(entry.items),
                "vetoes": list(entry.vetoes),
                "max_gain": str(entry.max_gain),
            }
            for entry in evaluation.pending
        ],
        "derived": [trace_json(trace) for trace in evaluation.derived],
        "unverified": [_cite(citation) for citation in evaluation.unverified],
        "mark": mark,
        "shortest_way": [
            {
                "item": step.item,
                "label": _text(step.label),
                "kind": step.kind,
                "gain": str(points_of(int(step.gain * 10**10), 100)),
                "from": _number(step.from_value),
                "to": _number(step.to_value),
                "unit": step.unit,
            }
            for step in (shortest_way(evaluation, Decimal(mark)) if mark else ())
        ],
    }


def _requirement(entry: RequirementResult) -> dict[str, Any]:
    return {
        "id": entry.id,
        "label": _text(entry.label),
        "state": entry.state,
        "source": _cite(entry.source),
        "trace": trace_json(entry.trace),
    }


def trace_json(trace: Trace) -> dict[str, Any]:
    """One figure with everything below it."""
    return {
        "key": trace.key,
        "label": _text(trace.label),
        "value": trace.value if isinstance(trace.value, bool) else _number(trace.value),
        "unit": trace.unit,
        "state": trace.state,
        "formula": trace.formula,
        "source": None if trace.source is None else _cite(trace.source),
        "evidence": list(trace.evidence),
        "inputs": [trace_json(node) for node in trace.inputs],
    }


def _item(item: ItemResult) -> dict[str, Any]:
    return {
        "id": item.id,
        "label": _text(item.label),
        "type": _text(item.type),
        "state": item.state,
        "score": str(points_of(item.low, 100)),
        "high": str(points_of(item.high, 100)),
        "full": str(points_of(item.full, 100)),
        "value": item.trace.value if isinstance(item.trace.value, bool) else _number(item.trace.value),
        "unit": item.unit,
        "base": _number(item.base),
        "lead": _number(item.lead),
        "benchmark": None if item.benchmark is None else _cite(item.benchmark),
        "source": _cite(item.source),
        "note": None if item.note is None else _text(item.note),
        "trace": trace_json(item.trace),
        "lines": [
            {
                "label": _text(line.label),
                "value": _number(line.value),
                "base": _number(line.base),
                "lead": _number(line.lead),
                "unit": line.unit,
                "share": None if share is None else share / 10**6,
                "source": _cite(line.source),
            }
            for line, share in item.lines
        ],
    }


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _cite(citation: Citation) -> dict[str, Any]:
    return {"document": citation.document, "clause": citation.clause, "basis": citation.basis, "verified": citation.verified, "note": citation.note}


def _number(value: float | bool | None) -> float | None:
    """JSON has no infinity and no NaN; such a figure is no figure."""
    return None if value is None or not math.isfinite(value) else float(value)
