"""An illustration by signatures as files: a page (HTML, PDF), its pictures as SVG, its data as JSON."""

import json
from dataclasses import asdict
from pathlib import Path

from markupsafe import Markup

from screen import resources
from screen.mechanism import signature_pictures, signature_text
from screen.mechanism.signature_records import Illustration
from screen.report.file_names import safe_name
from screen.report.formats.pdf import print_page
from screen.tasks.files import write_whole


def write_signature(found: Illustration, out: Path) -> list[Path]:
    """Write ``signature-DRUG`` into a folder as HTML, PDF and JSON, with a picture a file; the files written."""
    name, data = safe_name("signature", found.drug), data_of(found)
    out.mkdir(parents=True, exist_ok=True)
    printed = print_page(_page(found, styled=False), data, f"{name}.json").content
    files = {
        f"{name}.html": _page(found, styled=True).encode(),
        f"{name}.pdf": printed,
        f"{name}.json": data.encode(),
        **{f"{name}-{which}.svg": str(picture).encode() for which, picture in pictures(found).items()},
    }
    for file, content in files.items():
        write_whole(out / file, content)
    return [out / file for file in files]


def data_of(found: Illustration) -> str:
    """The illustration as JSON."""
    return json.dumps(asdict(found), indent=1, sort_keys=True) + "\n"


def pictures(found: Illustration) -> dict[str, Markup]:
    """Each picture that the illustration has something for, by what it shows."""
    made: dict[str, Markup] = {}
    if found.similar:
        made["similar"] = signature_pictures.strip(found)
    if found.pathways:
        made["pathways"] = signature_pictures.bars(*signature_text.ends(found.pathways))
    if found.versus and found.versus.components:
        made["components"] = signature_pictures.plane(found.versus.components)
    if found.versus and found.versus.pathways:
        made["pathways-between"] = signature_pictures.bars(*signature_text.ends(found.versus.pathways))
    return made


def _page(found: Illustration, *, styled: bool) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = resources.folder("templates")
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (folder / "style.css").read_text(encoding="utf-8") if styled else ""
    template = made.get_template("signature.html")
    return template.render(s=found, say=signature_text, pictures=pictures(found), style=Markup(style))
