"""`npm run soak -- [--seed N] [--count N]`: random histories through the real jobs on real Spark."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from lean_ops.session import folder_settings, open_local_session
from proof.check import random_seed
from proof.generate import generate_together
from proof.on_spark.check_on_spark import check_on_spark
from proof.on_spark.contract_tables import root
from proof.on_spark.small_data import small


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="npm run soak --", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="first seed; random when left out")
    parser.add_argument("--count", type=int, default=200, help="number of seeds (200)")
    parser.add_argument("--together", type=int, default=10, help="seeds that share a topic and its passes (10)")
    parser.add_argument("--size", type=int, default=8, help="steps of a history (8)")
    options = parser.parse_args(argv)
    first = random_seed() if options.seed is None else options.seed
    folder = Path(tempfile.mkdtemp(prefix="lean-ops-soak-"))
    spark = open_local_session(folder_settings(folder / "warehouse") | small, root / ".local/jars")
    failed = 0
    for start in range(first, first + options.count, options.together):
        seeds = range(start, min(start + options.together, first + options.count))
        history = generate_together(seeds, options.size)
        started = time.monotonic()
        name = f"h{start - first}"
        try:
            wrong = check_on_spark(spark, folder / name, name, history)
        except Exception as error:
            wrong = [f"{type(error).__name__}: {error}"]
        failed += bool(wrong)
        again = f"npm run soak -- --seed {start} --count {len(seeds)} --together {options.together}"
        said = "ok" if not wrong else f"WRONG ({again})\n  " + "\n  ".join(wrong[:10])
        seconds = time.monotonic() - started
        print(f"seeds {start} to {seeds[-1]}  {len(history.raw_rows):>4} rows  {seconds:6.1f} s  {said}", flush=True)
        shutil.rmtree(folder / name, ignore_errors=True)
    spark.stop()
    shutil.rmtree(folder, ignore_errors=True)
    print(f"{options.count} seeds, {failed} groups of {options.together} wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
