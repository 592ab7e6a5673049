#!/usr/bin/env python3
"""A code location in Python, of the standard library alone.

It shows what the protocol's documentation asks of a location in any language. Run by a host, it
defines five assets: `python/described` has an entry of every type of metadata, and so has its check; `python/readings` is made of nothing, `python/summary` is made of it and of
`observatory/numbers`, which another location stores as a JSON list; `python/wait` ends when it is
cancelled, and `python/fail` fails. The check `in_range` looks at `python/summary`.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import sys
import threading
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, NoReturn

JSON = dict[str, Any]


class StepFailed(Exception):
    """An attempt that did not succeed, with the code for programs."""

    def __init__(self, code: str, message: str, retryable: bool = True) -> None:
        super().__init__(message)
        self.failure: JSON = {"code": code, "message": message, "isRetryable": retryable}


class Cancelled(Exception):
    """Somebody wants the attempt to end."""


class FileStore:
    """Values as files, as the page on stored values lays them out."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, key: str, extension: str = "json") -> Path:
        return self.root / f"{key}.{extension}"

    def load(self, key: str, reader: str) -> Any:
        try:
            return json.loads(self.path(key).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise StepFailed("input", f'asset "{reader}" cannot read asset "{key}": {error}')

    def store(self, key: str, value: Any) -> tuple[str, JSON]:
        """Writes beside and renames; returns the data version and the metadata."""
        path = self.path(key)
        content = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        data = content.encode("utf-8")
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
        with open(beside, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        for extension in ("txt", "bin"):
            self.path(key, extension).unlink(missing_ok=True)
        metadata = {
            "path": {"type": "path", "value": str(path)},
            "bytes": {"type": "bytes", "value": len(data)},
        }
        return "sha256:" + hashlib.sha256(data).hexdigest(), metadata


class Wire:
    """Writes the location's lines: one thread, a bounded queue, numbers in writing order."""

    def __init__(self, descriptor: int, capacity: int = 10_000) -> None:
        self.descriptor = descriptor
        self.capacity = capacity
        self.lines: queue.SimpleQueue[JSON | None] = queue.SimpleQueue()
        self.lost = 0
        self.thread = threading.Thread(target=self.write, name="writer", daemon=True)
        self.thread.start()

    def send(self, message: JSON, may_be_lost: bool = False) -> None:
        if may_be_lost and self.lines.qsize() >= self.capacity:
            self.lost += 1
        else:
            self.lines.put(message)

    def close(self) -> None:
        """Writes what is queued, but waits no longer than a second for it."""
        self.lines.put(None)
        self.thread.join(timeout=1)

    def write(self) -> None:
        number = 0
        while (message := self.lines.get()) is not None:
            number += 1
            text = json.dumps({"jsonrpc": "2.0", "seq": number} | message, allow_nan=False)
            data = text.encode() + b"\n"
            try:
                while data:
                    data = data[os.write(self.descriptor, data) :]
            except OSError:
                os._exit(0)  # nobody reads any more: the host is gone


@dataclass
class Attempt:
    """One try at one step."""

    request: JSON
    wire: Wire
    store: FileStore
    cancelled: threading.Event = field(default_factory=threading.Event)
    metadata: JSON = field(default_factory=dict)

    @property
    def name(self) -> JSON:
        return {member: self.request[member] for member in ("run", "step", "attempt", "epoch")}

    def tell(self, kind: str, data: JSON) -> None:
        params = self.name | {"event": {"kind": kind, "data": data}}
        may_be_lost = kind in ("logged", "progress", "observed")
        self.wire.send({"method": "step/event", "params": params}, may_be_lost)

    def log(self, message: str, level: str = "info") -> None:
        self.tell("logged", {"level": level, "message": message})

    def load(self, key: str) -> Any:
        return self.store.load(key, reader=self.request["assets"][0])

    def materialize(self, key: str, value: Any, reads: list[str]) -> None:
        version, metadata = self.store.store(key, value)
        metadata = metadata | self.metadata
        known = {record["asset"]: record for record in self.request.get("upstream", [])}
        inputs = [
            {"asset": read}
            | {m: known[read][m] for m in ("dataVersion", "sequence") if m in known.get(read, {})}
            for read in reads
        ]
        data = {"asset": key, "metadata": metadata, "dataVersion": version, "inputs": inputs}
        self.tell("materialized", data)


def readings(attempt: Attempt) -> list[float]:
    attempt.tell("progress", {"fraction": 0.5, "message": "measuring"})
    return [12.5, 13.0, 11.5]


def summary(attempt: Attempt) -> JSON:
    numbers = attempt.load("python/readings") + attempt.load("observatory/numbers")
    attempt.log(f"{len(numbers)} numbers")
    return {"count": len(numbers), "mean": sum(numbers) / len(numbers)}


def wait(attempt: Attempt) -> NoReturn:
    attempt.log("waiting")
    attempt.cancelled.wait()
    raise Cancelled


def fail(attempt: Attempt) -> NoReturn:
    print("this goes to standard error")
    raise ValueError("as it was told to")


# The types of metadata, as the page on the messages lists them, each with a value that a careless
# reader would change: a number that is no double, a space, a quote, a half-open range of characters.
EVERY_TYPE: JSON = {
    name: {"type": name, "value": value}
    for name, value in {
        "integer": 9223372036854775807,
        "number": 0.1,
        "text": 'two\tcells, "quoted"',
        "markdown": "# Title\n\n*rows*: `3`",
        "url": "https://example.org/report?a=1&b=%20",
        "path": "/data/ä b/2024.csv",
        "json": {"a": [1, 2.5, None, "ü\n"], "b": {"c": False}},
        "table": {"columns": ["station", "mean"], "rows": [["Seattle", 11.5], ["San Francisco", None]]},
        "time": "2024-03-31T00:00:00.007Z",
        "bytes": 9007199254740993,
        "duration": 90061007,
        "bool": True,
    }.items()
}


def described(attempt: Attempt) -> int:
    attempt.metadata = EVERY_TYPE
    attempt.tell("observed", {"asset": "python/described", "metadata": EVERY_TYPE})
    return 1


def in_range(attempt: Attempt) -> tuple[bool, str, JSON]:
    mean = attempt.load("python/summary")["mean"]
    return 0 <= mean <= 20, f"the mean is {mean}", {}


def every_type(attempt: Attempt) -> tuple[bool, str, JSON]:
    return True, "as it should be", EVERY_TYPE


ASSETS: dict[str, tuple[Callable[[Attempt], Any], list[str]]] = {
    "python/readings": (readings, []),
    "python/summary": (summary, ["python/readings", "observatory/numbers"]),
    "python/wait": (wait, []),
    "python/fail": (fail, []),
    "python/described": (described, []),
}
CHECKS: dict[tuple[str, str], Callable[[Attempt], tuple[bool, str, JSON]]] = {
    ("python/summary", "in_range"): in_range,
    ("python/described", "every_type"): every_type,
}


def definitions() -> JSON:
    assets = [
        {
            "key": key,
            "dependencies": reads,
            "description": f"Made by `{make.__name__}`",
            "group": "python",
            "kinds": ["python"],
        }
        for key, (make, reads) in ASSETS.items()
    ]
    checks = [{"name": name, "asset": asset, "blocking": True} for asset, name in CHECKS]
    digest = hashlib.sha256(json.dumps([assets, checks]).encode()).hexdigest()
    return {"assets": assets, "checks": checks, "digest": digest}


def perform(attempt: Attempt) -> JSON:
    """Runs one attempt and says how it ended."""
    try:
        key = attempt.request["assets"][0]
        if (check := attempt.request.get("check")) is not None:
            run_check(attempt, key, check)
        elif key in ASSETS:
            make, reads = ASSETS[key]
            attempt.materialize(key, make(attempt), reads)
        else:
            raise StepFailed("protocol", f'this location defines no asset "{key}"', False)
        return {"status": "succeeded"}
    except Cancelled:
        return {"status": "canceled"}
    except StepFailed as error:
        return {"status": "failed", "failure": error.failure}
    except Exception as error:
        traceback.print_exc()
        failure = {"code": "failed", "message": str(error), "errorType": type(error).__name__}
        return {"status": "failed", "failure": failure}


def run_check(attempt: Attempt, asset: str, name: str) -> None:
    if (look := CHECKS.get((asset, name))) is None:
        raise StepFailed("protocol", f'asset "{asset}" has no check "{name}" here', False)
    passed, description, metadata = look(attempt)
    result = {"name": name, "asset": asset, "passed": passed, "blocking": True}
    attempt.tell("checked", result | {"description": description, "metadata": metadata})
    if not passed:
        message = f'check "{name}" of asset "{asset}" failed: {description}'
        raise StepFailed("check-failed", message, False)


class RPCError(Exception):
    """A request that cannot be answered as it was meant."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.error: JSON = {"code": code, "message": message}


class Location:
    """Reads the host's lines on the main thread; each step has a thread of its own."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.session: JSON | None = None
        self.attempts: dict[str, Attempt] = {}
        self.lock = threading.Lock()

    def receive(self, line: bytes) -> None:
        identifier: int | None = None
        try:
            try:
                message = json.loads(line)
            except ValueError as error:
                raise RPCError(-32700, f"a line from the host is not JSON: {error}")
            if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
                raise RPCError(-32600, "a line from the host is no message of JSON-RPC 2.0")
            identifier = message.get("id")
            self.handle(identifier, message.get("method"), message.get("params") or {})
        except RPCError as error:
            self.wire.send({"id": identifier, "error": error.error})
        except (KeyError, TypeError) as error:
            error_member = {"code": -32602, "message": f"a parameter is missing or wrong: {error}"}
            self.wire.send({"id": identifier, "error": error_member})

    def handle(self, identifier: int | None, method: Any, params: JSON) -> None:
        if method == "step/cancel":
            if attempt := self.attempts.get(self.name(params)):
                attempt.cancelled.set()
        elif identifier is None:
            return  # a notification of a later version
        elif method == "initialize":
            self.answer(identifier, self.initialize(params))
        elif method == "ping":
            self.answer(identifier, {"stepsInFlight": len(self.attempts)})
        elif method == "shutdown":
            self.stop()
            self.answer(identifier, {})
            self.wire.close()
            os._exit(0)
        elif method not in ("definitions", "step/execute"):
            raise RPCError(-32601, f'there is no method "{method}"')
        elif self.session is None:
            raise RPCError(-32600, '"initialize" has to come first')
        elif method == "definitions":
            self.answer(identifier, definitions())
        else:
            self.execute(identifier, params, self.session)

    def answer(self, identifier: int, result: JSON) -> None:
        self.wire.send({"id": identifier, "result": result})

    @staticmethod
    def name(params: JSON) -> str:
        return json.dumps([params[member] for member in ("run", "step", "attempt", "epoch")])

    def initialize(self, params: JSON) -> JSON:
        if 1 not in params["protocolVersions"]:
            raise RPCError(-32000, "this location speaks protocol version 1 only")
        self.session = params
        return {"protocolVersion": 1, "library": {"name": "python-location", "version": "1.0"}}

    def execute(self, identifier: int, params: JSON, session: JSON) -> None:
        name = self.name(params)
        attempt = Attempt(params, self.wire, FileStore(Path(session["io"].get("path") or ".")))
        with self.lock:
            if name in self.attempts:
                raise RPCError(-32600, f"attempt {name} is running already")
            if len(self.attempts) >= session["limits"].get("concurrentSteps", 32):
                raise RPCError(-32600, "as many steps are running as the host allowed")
            self.attempts[name] = attempt

        def work() -> None:
            outcome = perform(attempt)
            with self.lock:
                del self.attempts[name]
            self.answer(identifier, outcome)

        threading.Thread(target=work, name=name, daemon=True).start()

    def stop(self) -> None:
        with self.lock:
            for attempt in self.attempts.values():
                attempt.cancelled.set()


def main() -> NoReturn:
    # The protocol gets private descriptors; whatever is printed goes to standard error.
    output, source = os.dup(1), os.dup(0)
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    location = Location(Wire(output))
    with open(source, "rb") as lines:
        for line in lines:
            if line.strip():
                location.receive(line)
    # The host is gone: nothing may outlive it, not even code that does not end.
    location.stop()
    os._exit(0)


if __name__ == "__main__":
    main()
