"""Files whose lines end with blanks, or that do not end with one newline: named, mended, exit code 1."""

import re
import sys
from pathlib import Path

bad = 0
for name in sys.argv[1:]:
    path = Path(name)
    text = path.read_text(encoding="utf-8")
    mended = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE).rstrip("\n") + "\n" if text.strip() else text
    if mended != text:
        path.write_text(mended, encoding="utf-8")
        sys.stdout.write(f"mended {name}\n")
        bad = 1
sys.exit(bad)
