"""What WeasyPrint leaves open in a tagged PDF: running heads, the scope of headings, the identification of PDF/UA-1."""

from typing import Any

_ACCESSIBLE = b"""\
<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
 rdf:about=""><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""
"""PDF/A allows a property that is not its own only beside a description of its schema (ISO 19005-3, 6.6.2.3)."""


def finish(_document: Any, pdf: Any) -> None:
    """Complete a ``pydyf.PDF`` just before it is written."""
    metadata = _object(pdf, pdf.catalog["Metadata"])
    metadata.stream = [part.replace(b"</rdf:RDF>", _ACCESSIBLE + b"</rdf:RDF>") for part in metadata.stream]
    pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
    _scope_headings(pdf)
    _set_margins_apart(pdf)


def _scope_headings(pdf: Any) -> None:
    for heading in (one for one in pdf.objects if isinstance(one, dict) and one.get("S") == "/TH"):
        group = _object(pdf, _object(pdf, heading["P"])["P"])
        heading["A"]["Scope"] = "/Column" if group["S"] == "/THead" else "/Row"


def _set_margins_apart(pdf: Any) -> None:
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    marks = _object(pdf, root["ParentTree"])["Nums"]
    document = _object(pdf, root["K"][0])
    pages = [_object(pdf, page) for page in pdf.page_references]
    for page in pages:
        elements = marks[2 * page["StructParents"] + 1]
        outside = {n for n, reference in enumerate(elements) if not _reachable(pdf, reference, document)}
        _as_artifacts(_object(pdf, page["Contents"]).stream, outside)
        elements[:] = ["null" if n in outside else reference for n, reference in enumerate(elements)]


def _reachable(pdf: Any, reference: bytes, document: Any) -> bool:
    # A margin box has the document as its parent, which does not have it as a child.
    element = _object(pdf, reference)
    while element["P"] != document.reference:
        element = _object(pdf, element["P"])
    return element.reference in document["K"]


def _as_artifacts(stream: list[Any], marks: set[int]) -> None:
    for place, item in enumerate(stream):
        if isinstance(item, dict) and item.get("MCID") in marks:
            del item["MCID"]
            item["Type"] = "/Pagination"
            stream[place - 1] = "/Artifact"


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
