"""Test sets for organoids: which drugs, which doses, which wells, and the files a lab pipettes from.

:func:`plan` chooses and stores, :func:`write_files` writes the plan's csv files and worklists.
"""

from screen.organoid.next_plate import NextPlate
from screen.organoid.plan_assembly import plan
from screen.organoid.plan_files import write_files
from screen.organoid.request import Request, read_doses
from screen.organoid.wishes import read_drugs_file

__all__ = ["NextPlate", "Request", "plan", "read_doses", "read_drugs_file", "write_files"]
