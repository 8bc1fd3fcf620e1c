"""How good a model is: on cell lines it never saw, and on patients whose response is known. Nothing flows back."""

import hashlib
import json
from typing import Any


def evaluation_id(*protocol: Any) -> str:
    """16 hex digits over what was evaluated and how; rows under one id are replaced together."""
    return hashlib.sha256(json.dumps(protocol, sort_keys=True, default=str).encode()).hexdigest()[:16]
