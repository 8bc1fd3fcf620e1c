"""Thermo SkanIt workbooks: a sheet a step, a grid a plate and wavelength in it."""

from screen.errors import InputError
from screen.results.readers.cells import PlateFile
from screen.results.readers.grids import find_grids
from screen.results.readers.plate_read import FileRead, PlateRead, assay_of, plate_of, unique_plates

_STEPS = ("absorbance", "luminescence", "fluorescence", "photometric", "fluorometric", "luminometric", "trf")


def is_skanit(file: PlateFile) -> bool:
    """SkanIt's name on the sheet of general information."""
    return "skanit" in file.words and "measurement results" in file.words


def read_skanit(file: PlateFile) -> FileRead:
    """The first wavelength of the first step that measures, of every plate.

    Raises
    ------
    InputError
        No step that measures, or no grid of numbers in it.
    """
    page = next((page for page in file.pages if page.name.lower().startswith(_STEPS)), None)
    if page is None:
        raise InputError(
            f"no sheet of a measurement among: {', '.join(one.name for one in file.pages)}",
            where=str(file.path),
            remedy="export the report with its measurement steps",
        )
    plates: dict[str, PlateRead] = {}
    others: list[str] = []
    wave = ""
    for grid in find_grids(file, page.rows):
        values = next(iter(grid.values.values()))
        if grid.texts or not any(value == value for value in values.values()):
            continue
        above = [row[0] for row in page.rows[max(0, grid.line - 8) : grid.line] if row and row[0]]
        wave = next((cell for cell in reversed(above) if cell.lower().startswith("wavelength")), wave)
        name = next((cell for cell in reversed(above) if not cell.lower().startswith("wavelength")), "")
        if name in plates:
            others.append(f"{name} {wave}")
            continue
        plates[name] = plate_of(values, file.path, plate=name, assay=assay_of(page.name), measurement=wave or page.name)
    if not plates:
        raise InputError("no grid of numbers", where=str(file.path), remedy="export the results as plates")
    notes = (f"first wavelength of each plate taken, {len(others)} more left",) if others else ()
    return FileRead(
        path=file.path,
        format="skanit",
        says="Thermo SkanIt",
        plates=unique_plates(list(plates.values()), file.path),
        notes=notes,
    )
