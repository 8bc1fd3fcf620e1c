"""What can go wrong for a user.

ScreenError              what is wrong, the value, the remedy; shown without a traceback, exit code 2
|-- InputError           a file or an argument cannot be read as it is
|-- NotReady             something else has to be done first; exit code 3
|-- StoreError           the store cannot be opened, is locked, or lacks what a step needs
|   `-- StoreBusy        another process has the store open
`-- UnitError            an expression unit is unknown or cannot be brought to the model's
"""


class ScreenError(Exception):
    """A fault the user can mend.

    Parameters
    ----------
    what : what is wrong, with the offending value, e.g. ``column AUC, line 12: 'n/a' is not a number``
    where : the file, table or argument it was met in
    remedy : what to do about it
    """

    exit_code = 2
    """Of a command that ends with it."""

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        place = f"{where}: " if where else ""
        advice = f"\n  -> {remedy}" if remedy else ""
        super().__init__(f"{place}{what}{advice}")


class InputError(ScreenError):
    """A file or an argument cannot be read as it is."""


class NotReady(ScreenError):
    """Something else has to be done first; the same command works then."""

    exit_code = 3


class StoreError(ScreenError):
    """The store cannot be opened, is locked, or lacks what a step needs."""


class StoreBusy(StoreError):
    """Another process has the store open, still at the end of the wait."""


class UnitError(ScreenError):
    """An expression unit is unknown or cannot be brought to the model's."""


def no_gpu() -> InputError:
    """The error where a GPU is required and there is none."""
    return InputError(
        "there is no GPU that torch can use",
        where="--device",
        remedy="leave it out, or install the GPU build of torch (TORCH=cuda) and the driver",
    )
