#!/usr/bin/env python3
"""A code location that does everything on one thread, as the simplest one in any language would.

It defines `inline/one` and many others, and runs a step while nobody reads its input. An argument
before `serve` says how it goes wrong: `slow` takes a second and a half for each step, `failing`
fails each, `deaf` never answers one, `twice` answers each twice, `cut` leaves out the last
definition of each page but one, and `rude` has a code of its own for what comes too early.
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Any

JSON = dict[str, Any]
MODE = sys.argv[1]
ASSETS = ["inline/one"] + [f"inline/{'x' * 100}{number}" for number in range(1000)]


class Location:
    def __init__(self) -> None:
        self.number = 0
        self.page_bytes = 0

    def say(self, message: JSON) -> None:
        self.number += 1
        print(json.dumps({"jsonrpc": "2.0", "seq": self.number} | message), flush=True)

    def refuse(self, identifier: int | None, code: int, text: str) -> None:
        self.say({"id": identifier, "error": {"code": code, "message": text}})

    def page(self, start: int) -> JSON:
        end = min(len(ASSETS), start + self.page_bytes // 200)
        keys = ASSETS[start : end - (1 if MODE == "cut" and start > 0 else 0)]
        page: JSON = {"assets": [{"key": key} for key in keys]}
        return page | ({"nextCursor": str(end)} if end < len(ASSETS) else {"digest": "1"})

    def step(self, identifier: int, params: JSON) -> None:
        name = {member: params[member] for member in ("run", "step", "attempt", "epoch")}
        if MODE == "deaf":
            return
        if MODE == "slow":
            threading.Event().wait(1.5)
        if MODE == "failing" or params["assets"][0] not in ASSETS:
            code = "failed" if MODE == "failing" else "protocol"
            failure = {"code": code, "message": "as it was told to"}
            self.say({"id": identifier, "result": {"status": "failed", "failure": failure}})
            return
        event = {"kind": "materialized", "data": {"asset": params["assets"][0]}}
        self.say({"method": "step/event", "params": name | {"event": event}})
        for _ in range(2 if MODE == "twice" else 1):
            self.say({"id": identifier, "result": {"status": "succeeded"}})

    def receive(self, line: str) -> None:
        message = json.loads(line)
        identifier, method, params = (message.get(m) for m in ("id", "method", "params"))
        if method == "initialize":
            self.page_bytes = params["limits"]["lineBytes"]
            library = {"name": "inline", "version": "1"}
            self.say({"id": identifier, "result": {"protocolVersion": 1, "library": library}})
        elif method == "definitions" and self.page_bytes == 0:
            self.refuse(identifier, 7 if MODE == "rude" else -32600, "too early")
        elif method == "definitions":
            page = self.page(int((params or {}).get("cursor") or 0))
            self.say({"id": identifier, "result": page})
        elif method == "step/execute":
            self.step(identifier, params)
        elif method == "ping":
            self.say({"id": identifier, "result": {"stepsInFlight": 0}})


location = Location()
for line in sys.stdin:
    location.receive(line)
