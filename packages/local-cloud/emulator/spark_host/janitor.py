"""What one run leaves in the shared JVM is taken away before the next one; run in a forked process."""

from __future__ import annotations

import time
from typing import Any

from . import jvm
from .settings import HostSettings

CANCEL_SECONDS_MAX = 4.0


def clean(settings: HostSettings) -> dict[str, int]:
    """Drop caches and global views of earlier runs; the heap afterwards, in bytes."""
    gateway = jvm.connect(jvm.wait_for_session(settings))
    base = gateway.jvm.SparkSession.getDefaultSession().get()
    context = base.sparkContext()
    # The cache is the application's: a cached plan would answer the same plan of another run with old rows.
    base.catalog().clearCache()
    for row in base.sql("SHOW VIEWS IN global_temp").collectAsList():
        base.catalog().dropGlobalTempView(row.getString(1))
    for rdd in gateway.jvm.JavaSparkContext(context).getPersistentRDDs().values():
        rdd.unpersist(False)
    context.setLogLevel("ERROR")
    runtime = gateway.jvm.java.lang.Runtime.getRuntime()
    runtime.gc()
    return {"used": int(runtime.totalMemory() - runtime.freeMemory()), "max": int(runtime.maxMemory())}


def cancel(settings: HostSettings, run_name: str) -> bool:
    """Stop what a dead run still computes; False when its thread could not be brought to its end."""
    gateway = jvm.connect(jvm.wait_for_session(settings))
    context = gateway.jvm.SparkSession.getDefaultSession().get().sparkContext()
    deadline = time.monotonic() + CANCEL_SECONDS_MAX
    while time.monotonic() < deadline:
        context.cancelJobGroup(run_name)
        thread = _thread(gateway, run_name)
        if thread is None:
            return True
        thread.interrupt()
        time.sleep(0.1)
    return False


def _thread(gateway: Any, name: str) -> Any:
    for thread in gateway.jvm.java.lang.Thread.getAllStackTraces().keySet():
        if thread.getName() == name:
            return thread
    return None
