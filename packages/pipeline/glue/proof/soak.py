"""`npm run soak -- [--seed N] [--count N]`: random histories through the real jobs on real Spark."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

import curated
import semantic
from lean_ops.session import folder_settings, open_local_session
from proof.check import random_seed
from proof.generate import generate_history
from proof.on_spark.compare import compare_tables
from proof.on_spark.contract_tables import root
from proof.on_spark.spark_world import Main, play_on_spark
from proof.oracle import ask_oracle

mains: dict[str, Main] = {"curated": curated.main, "semantic": semantic.main}


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="npm run soak --", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="first seed; random when left out")
    parser.add_argument("--count", type=int, default=200, help="number of seeds (200)")
    parser.add_argument("--size", type=int, default=9, help="steps of a history (9)")
    options = parser.parse_args(argv)
    first = random_seed() if options.seed is None else options.seed
    folder = Path(tempfile.mkdtemp(prefix="lean-ops-soak-"))
    spark = open_local_session(folder_settings(folder / "warehouse"), root / ".local/jars")
    failed = 0
    for number, seed in enumerate(range(first, first + options.count), start=1):
        history = generate_history(seed, size=options.size, is_in_place=True)
        truth = ask_oracle([history])[seed]
        started = time.monotonic()
        name = f"h{number}"
        try:
            wrong = compare_tables(play_on_spark(spark, folder / name, name, mains, history), history, truth)
        except Exception as error:
            wrong = [f"{type(error).__name__}: {error}"]
        failed += bool(wrong)
        said = "ok" if not wrong else f"WRONG (npm run soak -- --seed {seed} --count 1)\n  " + "\n  ".join(wrong[:10])
        seconds = time.monotonic() - started
        print(f"{number:>4}  seed {seed}  {len(history.raw_rows):>3} rows  {seconds:6.1f} s  {said}", flush=True)
        shutil.rmtree(folder / name, ignore_errors=True)
    spark.stop()
    shutil.rmtree(folder, ignore_errors=True)
    print(f"{options.count} histories, {failed} wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
