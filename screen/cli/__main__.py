"""``python -m screen.cli``."""

from screen.cli import main

main()
