"""Names of report files."""

import hashlib
import re


def safe_name(kind: str, subject: str) -> str:
    """A file's name without ending; all but letters, digits, dots and dashes becomes ``_``, told apart by a hash."""
    plain = re.sub(r"[^A-Za-z0-9.-]", "_", subject)
    if plain != subject:
        plain = f"{plain[:60]}-{hashlib.sha256(subject.encode()).hexdigest()[:6]}"
    return f"{kind}-{plain}"
