"""Lambda's Node workers as on AWS: our Node, error types kept, warm after an error, logs in files, an inspector."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import limits, patches
from .settings import Settings
from .watched_file import WatchedFile

# A handler's error goes back as a result with this key, because MiniStack kills the worker on status "error".
ERROR_KEY = "__emulator_error"

_SETTLE_ERROR = """          _realStdoutWrite(JSON.stringify({
            status: "error", error: String(err.message || err), trace: err.stack || ""
          }) + "\\n");"""
_THROWN_ERROR = """      _realStdoutWrite(JSON.stringify({
        status: "error", error: e.message, trace: e.stack
      }) + "\\n");"""
# Node 24 warns of url.parse on stderr, that is in every function's log.
_WITHOUT_DEPRECATED_PARSE = [
    ("const parsed = url.parse(endpoint);", "const parsed = new URL(endpoint);"),
    ("input = url.parse(input);", "input = url.urlToHttpOptions(new URL(input));"),
    ("input = url.parse(input.toString());", "input = url.urlToHttpOptions(input);"),
]
_REPORT = '_realStdoutWrite(JSON.stringify({ status: "ok", result: __emulatorError(%s) }) + "\\n");'

_PRELUDE = Path(__file__).with_name("node_worker_prelude.cjs").read_text("utf-8")


def install(settings: Settings) -> None:
    """Replace the Node worker's script and binary, and how its results and logs are read."""
    script = patches.symbol("core.lambda_runtime", "_NODEJS_WORKER_SCRIPT")
    script = patches.replace_text(script, _SETTLE_ERROR, "          " + _REPORT % "err", "the Node worker (settle)")
    script = patches.replace_text(script, _THROWN_ERROR, "      " + _REPORT % "e", "the Node worker (throw)")
    for old, new in _WITHOUT_DEPRECATED_PARSE:
        script = patches.replace_text(script, old, new, "the Node worker (url.parse)")
    script = _PRELUDE + script

    def make_detect(original: Callable[[str], tuple[str, str]]) -> Callable[[str], tuple[str, str]]:
        def detect(runtime: str) -> tuple[str, str]:
            return (settings.node, script) if runtime.startswith("nodejs") else original(runtime)

        return detect

    patches.replace("core.lambda_runtime", "_detect_runtime_binary", "runtime", make_detect)
    patches.replace("services.lambda_svc", "_execute_function_warm", "func, event, request_id", _make_warm)
    _install_logs(settings.log_dir / "functions")
    _install_inspector(WatchedFile(settings.inspect_file))


def _make_warm(original: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def warm(func: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        result = original(func, event, request_id)
        body = result.get("body")
        error = body.get(ERROR_KEY) if isinstance(body, dict) else None
        if error is None and result.get("error") and isinstance(body, dict):
            error = _runtime_error(body, request_id)
        if error is None and not result.get("error"):
            error = limits.response_too_large(body)
        if error is None:
            return result
        line = json.dumps({"level": "ERROR", "requestId": request_id, **error})
        return {"body": error, "error": True, "log": "\n".join(filter(None, [result.get("log", ""), line]))}

    return warm


def _runtime_error(body: dict[str, Any], request_id: str) -> dict[str, Any]:
    """What Lambda answers when not the handler but its process failed."""
    message = str(body.get("errorMessage", ""))
    if message == "Worker process died":
        exited = f"RequestId: {request_id} Error: Runtime exited without providing a reason"
        return {"errorType": "Runtime.ExitError", "errorMessage": exited}
    if "Worker init failed" in message or "exited immediately" in message:
        return {"errorType": "Runtime.ImportModuleError", "errorMessage": message}
    return body


def _install_logs(folder: Path) -> None:
    """Append every line a function writes, when it writes it, to `<folder>/<function>.log`."""
    folder.mkdir(parents=True, exist_ok=True)
    worker = patches.symbol("core.lambda_runtime", "Worker")

    def read_stderr(self: Any) -> None:
        process, lines = self._proc, self._stderr_queue
        with (folder / f"{self.func_name}.log").open("a", buffering=1, encoding="utf-8") as file:
            for raw in process.stderr:
                line = raw.rstrip("\n")
                lines.put(line)
                if line:
                    # One write per line: several workers of one function share the file.
                    file.write(line + "\n")

    worker._read_stderr = read_stderr


def _install_inspector(inspect: WatchedFile) -> None:
    """`{"functions": {"<name>": <port>}}` in the inspect file starts that function's worker with `--inspect`."""
    worker = patches.symbol("core.lambda_runtime", "Worker")
    original = worker.__init__

    def ports() -> dict[str, int]:
        content = inspect.read()
        return dict(content.get("functions", {})) if isinstance(content, dict) else {}

    def init(self: Any, func_name: str, config: dict[str, Any], code_zip: bytes) -> None:
        port = ports().get(func_name)
        if port is not None:
            environment = dict(config.get("Environment", {}).get("Variables", {}))
            options = f"--inspect=127.0.0.1:{int(port)} --enable-source-maps"
            environment["NODE_OPTIONS"] = f"{environment.get('NODE_OPTIONS', '')} {options}".strip()
            # A person at a breakpoint is no time-out.
            config = {**config, "Timeout": 3600, "Environment": {"Variables": environment}}
        original(self, func_name, config, code_zip)

    worker.__init__ = init

    def make_concurrency(concurrency: Callable[..., int]) -> Callable[..., int]:
        def limited(esm: dict[str, Any], func_rec: Any, config: Any, queue: Any = None) -> int:
            # One worker only: a second one could not listen on the same inspector port.
            return 1 if esm.get("FunctionName") in ports() else concurrency(esm, func_rec, config, queue)

        return limited

    patches.replace("services.lambda_svc", "_sqs_esm_concurrency", "esm, func_rec, config, queue", make_concurrency)
    threading.Thread(target=_restart_inspected, args=(ports,), daemon=True, name="inspect").start()


def _restart_inspected(ports: Callable[[], dict[str, int]]) -> None:
    """A changed inspect file takes effect at once: the function's running workers end, the next call starts anew."""
    invalidate = patches.symbol("core.lambda_runtime", "invalidate_worker")
    known = ports()
    while True:
        time.sleep(0.5)
        current = ports()
        for name in {name for name in {*known, *current} if known.get(name) != current.get(name)}:
            invalidate(name)
        known = current
