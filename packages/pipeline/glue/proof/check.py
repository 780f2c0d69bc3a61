"""`python -m proof.check [--seed N] [--count N] [--show]`: random histories, model against oracle."""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from dataclasses import dataclass, field

from proof.check_seed import check_history
from proof.generate import generate_history
from proof.oracle import ask_oracle

#: Histories per run of the SQL.
batch_size = 200


@dataclass
class Outcome:
    histories: int = 0
    raw_rows: int = 0
    states: Counter[str] = field(default_factory=Counter)
    differences: dict[int, list[str]] = field(default_factory=dict)


def check_seeds(first: int, count: int) -> Outcome:
    """Seeds first … first + count - 1. A crash of the model is a difference too."""
    outcome = Outcome()
    for start in range(first, first + count, batch_size):
        histories = [generate_history(seed) for seed in range(start, min(start + batch_size, first + count))]
        truths = ask_oracle(histories)
        for history in histories:
            truth = truths[history.seed]
            outcome.histories += 1
            outcome.raw_rows += len(history.raw_rows)
            outcome.states.update(truth.states.values())
            try:
                found = check_history(history, truth)
            except Exception as error:
                found = [f"the model broke: {error!r}"]
            if found:
                outcome.differences[history.seed] = found
    return outcome


def explain(outcome: Outcome) -> str:
    """The first few differences, each with the command that shows it again."""
    return "\n".join(
        f"seed {seed} (python -m proof.check --seed {seed} --count 1 --show):\n  " + "\n  ".join(found[:5])
        for seed, found in sorted(outcome.differences.items())[:5]
    )


def random_seed() -> int:
    return random.SystemRandom().randrange(1_000_000_000)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m proof.check", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="first seed; random when left out")
    parser.add_argument("--count", type=int, default=1000, help="number of seeds (1000)")
    parser.add_argument("--show", action="store_true", help="print the steps of each history")
    options = parser.parse_args(argv)
    first = random_seed() if options.seed is None else options.seed
    if options.show:
        for seed in range(first, first + options.count):
            history = generate_history(seed)
            print(f"seed {seed}: contracts {[contract['version'] for contract in history.contracts]}")
            for step in history.steps:
                print(f"  {step}")
    outcome = check_seeds(first, options.count)
    print(f"seeds {first}–{first + options.count - 1}: {outcome.raw_rows} raw rows, states {dict(outcome.states)}")
    print(explain(outcome) or "no difference")
    return 1 if outcome.differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
