"""What the README says about speed, as ratios in one run: ``make bench``. CPU seconds, best of three; fails only if results disagree."""

import json
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import law
from benchmarks.standard80 import NUMBERS, TRUTHS, build, hundred_items, population, specification
from qingshan.engines.evaluation.population import Population, evaluate_population
from qingshan.engines.evaluation.program import compile_standard
from qingshan.library.standards import parse

PEER_PYTHON = Path(".venv-bench/bin/python")
POINT = 10**10


def best_cpu(work: Callable[[], Any]) -> float:
    """CPU seconds, best of three."""
    seconds = []
    for _ in range(3):
        begin = time.process_time()
        work()
        seconds.append(time.process_time() - begin)
    return min(seconds)


def peer(script: str, spec: dict[str, Any], plants: Population, folder: Path) -> tuple[np.ndarray, float]:
    """Scores and CPU seconds of another engine, in its own environment."""
    (folder / "spec.json").write_text(json.dumps(spec))
    np.savez(folder / "rows.npz", industry=plants.industry, **plants.columns)
    command = [str(PEER_PYTHON), f"benchmarks/{script}", str(folder / "spec.json"), str(folder / "rows.npz"), str(folder / "out.npz")]
    subprocess.run(command, check=True)
    out = np.load(folder / "out.npz")
    return out["scores"], float(out["cpu"])


def complete_rows(plants: Population, most: int) -> Population:
    """Rows with nothing missing, for an engine that knows no missing values."""
    whole = np.ones(len(plants.industry), bool)
    for key in NUMBERS:
        whole &= ~np.isnan(plants.columns[key])
    for key in TRUTHS:
        whole &= plants.columns[key] != 1
    rows = np.flatnonzero(whole)[:most]
    return Population(plants.industries, plants.industry[rows], {key: column[rows] for key, column in plants.columns.items()})


def main() -> int:
    """Print the table."""
    spec = specification()
    standard = build(spec)
    compiled = best_cpu(lambda: compile_standard(standard))
    program = compile_standard(standard)
    text = hundred_items()
    parse(text, name="warm.yaml")
    loading = best_cpu(lambda: parse(text, name="hundred.yaml"))
    million, small = population(1_000_000), population(10_000)
    inputs = million.industry.nbytes + sum(column.nbytes for column in million.columns.values())
    big = best_cpu(lambda: evaluate_population(program, million))
    little = best_cpu(lambda: evaluate_population(program, small))
    floor = best_cpu(lambda: [column.view(np.uint8).max() if column.dtype == np.uint8 else column.sum() for column in million.columns.values()])
    tracemalloc.start()
    evaluate_population(program, million)
    extra = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"load a standard of 100 items, warm        {loading * 1e3:8.1f} ms CPU   (wanted < 100)")
    print(f"compile the standard of 80 items          {compiled * 1e3:8.1f} ms CPU")
    print(f"10,000 plants                             {little * 1e3:8.1f} ms CPU   (wanted < 50)")
    print(f"1,000,000 plants                          {big:8.2f} s CPU    (wanted < 1.5) = {big:.2f} µs a plant")
    print(f"memory (inputs + peak) / inputs           {(inputs + extra) / inputs:8.3f}          (wanted < 1.1)")
    print(f"physical floor: read every input once     {floor:8.2f} s CPU    we take {big / floor:.1f} ×")
    del million
    failed = not law.main()
    million = population(1_000_000)
    if not PEER_PYTHON.exists():
        print("peers: not installed; `make bench` creates .venv-bench")
        return int(failed)
    with tempfile.TemporaryDirectory() as name:
        hundred_thousand = population(100_000)
        ours = best_cpu(lambda: evaluate_population(program, hundred_thousand))
        own = evaluate_population(program, hundred_thousand).low / POINT
        scores, cpu = peer("peer_openfisca.py", spec, hundred_thousand, Path(name))
        differ = int((abs(scores - own) > 0.01).sum())
        failed |= differ > len(own) * 0.005
        print(
            f"OpenFisca-Core tuned, 100,000 plants      {cpu * 10:8.2f} µs a plant, ours {ours * 10:.2f}: {cpu / ours:.1f} ×  (wanted ≥ 2); {differ} of 100,000 differ by > 0.01 (float32)"
        )
        few = complete_rows(million, 300)
        own = evaluate_population(program, few).low / POINT
        scores, cpu = peer("peer_zen.py", spec, few, Path(name))
        failed |= bool((abs(scores - own) > 0.005).any())
        each = cpu / len(own) * 1e6
        print(
            f"zen-engine, {len(own)} plants                    {each:8.1f} µs a plant, ours {big:.2f}: {each / big:.0f} ×  (wanted ≥ 100); largest difference {abs(scores - own).max():.4f}"
        )
    print("results agree" if not failed else "RESULTS DISAGREE")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
