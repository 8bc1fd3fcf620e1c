"""A library of any size screened for the patients of one indication: in shards, never in memory as a whole.

    file -> pieces -> standardised and embedded -> distinct drugs -> brackets from a sample -> scored -> merged

Each arrow to a file is a task with one file, named by everything it depends on: a killed screen goes on where it was,
and gives the same result.
"""

from screen.library_screen.parts import Part, PartDone, gather, screen_part
from screen.library_screen.screening import PatientsToScreen, ScreenRequest, screen_library
from screen.library_screen.steps import Screened

__all__ = [
    "Part",
    "PartDone",
    "PatientsToScreen",
    "ScreenRequest",
    "Screened",
    "gather",
    "screen_library",
    "screen_part",
]
