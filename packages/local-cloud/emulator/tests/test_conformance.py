"""The emulator behaves as AWS documents, behaviour by behaviour."""

from __future__ import annotations

import pytest

from emulator.conformance import functions, lake, queues
from emulator.conformance.behaviour import REGISTRY, Behaviour
from emulator.conformance.world import World
from emulator.tests.cloud import Cloud

MODULES = (queues, functions, lake)


@pytest.mark.parametrize("behaviour", REGISTRY, ids=lambda one: f"{one.service}: {one.title}")
def test_behaves_as_documented(cloud: Cloud, behaviour: Behaviour) -> None:
    world = World(f"http://127.0.0.1:{cloud.port}", "us-east-1")
    try:
        assert behaviour.observe(world) == behaviour.documented, behaviour.source
    finally:
        world.close()
