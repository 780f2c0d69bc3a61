"""`python -m emulator.conformance`: observe every behaviour and print what differs from AWS's documentation.

`--endpoint URL` observes an emulator, none observes the account of the default credentials. `--json` prints one line
of JSON last. Exit code 1 when something differs.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from . import functions, lake, queues
from .behaviour import REGISTRY, Behaviour
from .world import World

MODULES = (queues, functions, lake)


def main() -> int:
    """Parse arguments, observe, report."""
    parser = argparse.ArgumentParser(prog="conformance")
    parser.add_argument("--endpoint", help="an emulator; without it, the account of the default credentials")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--only", default="", help="behaviours whose service or title contains this text")
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end")
    options = parser.parse_args()
    where = "emulator" if options.endpoint else "account"
    wanted = [one for one in REGISTRY if options.only.lower() in f"{one.service} {one.title}".lower()]
    results = []
    for one in wanted:
        started = time.time()
        observed = observe(one, World(options.endpoint, options.region))
        is_same = observed == one.documented
        results.append({**_row(one), where: observed, "same": is_same})
        mark = "same" if is_same else "DIFFERS"
        print(f"{mark:8} {one.service:15} {one.title} ({time.time() - started:.1f} s)", flush=True)
    print(table(results, where))
    differing = sum(not result["same"] for result in results)
    print(f"{len(results) - differing} as documented, {differing} different ({where})")
    if options.json:
        print(json.dumps({"where": where, "results": results}))
    return 1 if differing else 0


def observe(one: Behaviour, world: World) -> Any:
    """What happens; an error while observing is itself an observation."""
    try:
        return one.observe(world)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:300]
    finally:
        world.close()


def table(results: list[dict[str, Any]], where: str) -> str:
    """A Markdown table: behaviour, documented, observed, difference."""
    lines = [f"| service | behaviour | documented | {where} | difference |", "|---|---|---|---|---|"]
    for row in results:
        cells = [row["service"], row["title"], _shown(row["documented"]), _shown(row[where])]
        lines.append("| " + " | ".join([*cells, "" if row["same"] else "differs"]) + " |")
    return "\n".join(lines)


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text.replace("|", "\\|").replace("\n", " ")


def _row(one: Behaviour) -> dict[str, Any]:
    return {"service": one.service, "title": one.title, "documented": one.documented, "source": one.source}


if __name__ == "__main__":
    sys.exit(main())
