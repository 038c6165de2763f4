"""PDFs that lead in circles, or say what cannot be."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from pdf_files import HELVETICA, PROSE, page, pdf, written

PAGES = 1_000


def made(*objects: str, trailer: str = "/Root 1 0 R") -> bytes:
    """A PDF of these objects, numbered from 1, whose parts are found without a table."""
    parts = [f"{number} 0 obj {one} endobj" for number, one in enumerate(objects, 1)]
    return "\n".join(["%PDF-1.7", *parts, f"trailer <<{trailer}>>", "%%EOF"]).encode("latin-1")


def one_page(content: str, resources: str = f"/Font<<{HELVETICA}>>", *more: str) -> bytes:
    """A PDF of one page with this content, and more objects, numbered from 5."""
    return made(
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R"
        f"/Resources<<{resources}>>>>",
        f"<</Length {len(content)}>> stream\n{content}\nendstream",
        *more,
    )


def pdfs() -> Iterator[tuple[str, bytes]]:
    """Bad PDFs, and one of many pages that is good."""
    catalog = "<</Type/Catalog/Pages 2 0 R>>"
    text = "BT /F1 12 Tf 10 100 Td (The bridge of Lodi) Tj ET"
    yield "no-pages.pdf", made(catalog, "<</Type/Pages/Kids[]/Count 0>>")
    yield "no-tree.pdf", made(catalog)
    yield "tree-is-itself.pdf", made(catalog, "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>")
    yield (
        "tree-in-a-loop.pdf",
        made(
            catalog,
            "<</Type/Pages/Kids[3 0 R]/Count 9>>",
            "<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 9>>",
        ),
    )
    yield "count-is-a-lie.pdf", one_page(text).replace(b"/Count 1", b"/Count 2000000000")
    yield "count-is-negative.pdf", one_page(text).replace(b"/Count 1", b"/Count -1")
    kids = "3 0 R " * 500
    yield (
        "same-page-often.pdf",
        one_page(text).replace(b"[3 0 R]/Count 1", f"[{kids}]/Count 500".encode()),
    )
    yield "root-is-itself.pdf", made("1 0 R")
    yield "no-root.pdf", made(catalog, trailer="")
    yield "length-is-itself.pdf", one_page(text).replace(b"/Length 49", b"/Length 4 0 R")
    yield (
        "form-in-itself.pdf",
        one_page(
            "/X Do",
            "/XObject<</X 5 0 R>>",
            "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"
            "/Length 5>> stream\n/X Do\nendstream",
        ),
    )
    yield "deep.pdf", one_page("[" * 100_000)
    yield "deep-object.pdf", made("[" * 100_000)
    yield "saved-often.pdf", one_page("q " * 200_000)
    box = b"[0 0 200 200]"
    yield "huge-page.pdf", one_page(text).replace(box, b"[0 0 1e30 1e30]")
    yield "no-page.pdf", one_page(text).replace(box, b"[0 0 0 0]")
    yield "strange-page.pdf", one_page(text).replace(box, b"[(a) null]")
    yield "huge-letters.pdf", one_page(text.replace("12 Tf", "99999999999 Tf"))
    yield "far-away.pdf", one_page(text.replace("10 100", "1e20 -1e20"))
    yield "all-in-one-place.pdf", one_page("BT /F1 1 Tf " + "(a) Tj 0 0 Td " * 5_000 + "ET")
    yield "many-letters.pdf", one_page(f"BT /F1 1 Tf ({'word ' * 20_000}) Tj ET")
    yield "no-fonts.pdf", one_page(text, "")
    packed = zlib.compress(bytes(30_000_000))
    bomb = written("x").partition(b"4 0 obj")[0]
    bomb += b"4 0 obj <</Filter/FlateDecode/Length %d>> stream\n" % len(packed)
    yield "bomb.pdf", bomb + packed + b"\nendstream endobj\ntrailer <</Root 1 0 R>>\n%%EOF"
    filters = "/FlateDecode" * 200
    yield (
        "filters.pdf",
        one_page(text).replace(b"<</Length", f"<</Filter[{filters}]/Length".encode()),
    )
    good = pdf(page(*PROSE))
    start = good.rindex(b"startxref")
    for name, value in (("itself", start), ("minus", -1), ("far", 10**18), ("zero", 0)):
        yield f"table-at-{name}.pdf", good[:start] + b"startxref\n%d\n%%%%EOF" % value
    before = good.index(b"/Root", good.rindex(b"trailer"))
    table = good.rindex(b"xref\n", 0, start)
    loop = good[:before] + b"/Prev %d " % table + good[before:]
    yield "tables-in-a-loop.pdf", loop
    yield "password.pdf", pdf(page(*PROSE), encrypt="secret")
    yield "many-pages.pdf", pdf(*[page("A page.")] * PAGES)
