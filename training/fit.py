"""Fit the calibration on documents of many kinds that the reader was not trained on.

    python -m training.fit --cases FOLDER [--write]

Takes what `training.cases` wrote. Every kind of text weighs the same, however many questions it
has. Prints a table of each kind fitted without it, which is the figure that counts, and
chooses the thresholds on those. --write puts the weights fitted on all kinds beside the reader.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

from qa.calibration import FILE, read_calibration
from training.judge import HeldOut, choose_thresholds, figures
from training.weights import fit, read_cases

ANSWER_FROM = 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=Path, required=True, help="what training.cases wrote")
    parser.add_argument("--write", action="store_true", help="put the weights beside the reader")
    arguments = parser.parse_args()
    cases = read_cases(arguments.cases)
    domains = list(dict.fromkeys(case.domain for case in cases))
    print("fitted without it | search P@1 / MRR | with reader P@1 / MRR | AUROC | now, with reader")
    now = read_calibration()
    held_out: list[HeldOut] = []
    for domain in domains:
        rest, own = ([c for c in cases if (c.domain == domain) is mine] for mine in (False, True))
        fitted = fit(rest)
        held_out += [HeldOut(case, fitted) for case in own]
        print(f"{domain:20} {figures(own, fitted)} | {figures(own, now)}", flush=True)
    thresholds = {**now.thresholds, "answer": ANSWER_FROM, **choose_thresholds(held_out)}
    fitted = replace(fit(cases), thresholds=thresholds)
    print(f"{'all, on itself':20} {figures(cases, fitted)} | {figures(cases, now)}")
    row = {"reader": fitted.reader, "stages": fitted.stages, "thresholds": fitted.thresholds}
    written = json.dumps(row, indent=2) + "\n"
    print(written)
    if arguments.write:
        FILE.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
