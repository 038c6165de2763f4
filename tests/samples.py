"""Small files of each format, made by hand: what a program writes, and no more."""

import io
import zipfile

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHAPES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    f'xmlns:r="{KIND}"'
)
OPEN = " ".join(
    f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"'
    for one in ("office", "text", "table", "style", "meta")
)
CORE = (
    '<c:coreProperties xmlns:c="http://schemas.openxmlformats.org/package/2006/metadata/'
    'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>{title}</dc:title>'
    "<dc:creator>Anna Lind</dc:creator><dcterms:created>2024-02-29T12:00:00Z</dcterms:created>"
    "</c:coreProperties>"
)


def zipped(parts):
    """An archive of these parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, (2024, 2, 29, 12, 0, 0))
            archive.writestr(info, data, compress_type=zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def relations(*targets):
    """What a part calls others: r1, r2 and so on, as (kind, target)."""
    named = "".join(
        f'<Relationship Id="r{number}" Type="{KIND}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f"<Relationships {RELATIONS}>{named}</Relationships>"


def docx(body, *, title="", **parts):
    """A document of Word whose body is this, with other parts by their kind."""
    related = relations(*((kind, f"{kind}.xml") for kind in parts))
    return zipped(
        {
            "_rels/.rels": relations(("officeDocument", "word/document.xml")),
            "word/document.xml": f"<w:document {WORD}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": related,
            "docProps/core.xml": CORE.format(title=title),
            **{f"word/{kind}.xml": text for kind, text in parts.items()},
        }
    )


def w(text, properties=""):
    """A paragraph of Word."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def w_table(*rows, properties=""):
    cells = (
        "".join(f"<w:tc>{one if one.startswith('<') else w(one)}</w:tc>" for one in row)
        for row in rows
    )
    inside = "".join(f"<w:tr>{row}</w:tr>" for row in cells)
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{inside}</w:tbl>"


def odt(text, *, automatic="", styles="", encrypted=False):
    """An OpenDocument text whose body is this."""
    secret = "<manifest:encryption-data/>" if encrypted else ""
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": (
                '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:'
                f'manifest:1.0"><manifest:file-entry>{secret}</manifest:file-entry>'
                "</manifest:manifest>"
            ),
            "content.xml": (
                f"<office:document-content {OPEN}><office:automatic-styles>{automatic}"
                f"</office:automatic-styles><office:body><office:text>{text}</office:text>"
                "</office:body></office:document-content>"
            ),
            "styles.xml": f"<office:document-styles {OPEN}>{styles}</office:document-styles>",
        }
    )


def pptx(*slides):
    """A presentation of (shapes, notes) each."""
    parts = {
        "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml")),
        "ppt/_rels/presentation.xml.rels": relations(
            *(("slide", f"slides/slide{number}.xml") for number in range(1, len(slides) + 1))
        ),
        "ppt/presentation.xml": (
            f"<p:presentation {SHAPES}><p:sldIdLst>"
            + "".join(f'<p:sldId id="{255 + n}" r:id="r{n}"/>' for n in range(1, len(slides) + 1))
            + "</p:sldIdLst></p:presentation>"
        ),
    }
    for number, (shapes, notes) in enumerate(slides, 1):
        tree = "<p:cSld><p:spTree>{}</p:spTree></p:cSld>"
        parts[f"ppt/slides/slide{number}.xml"] = f"<p:sld {SHAPES}>{tree.format(shapes)}</p:sld>"
        parts[f"ppt/slides/_rels/slide{number}.xml.rels"] = relations(
            ("notesSlide", f"../notesSlides/notesSlide{number}.xml")
        )
        said = tree.format(shape(notes, place="body"))
        parts[f"ppt/notesSlides/notesSlide{number}.xml"] = f"<p:notes {SHAPES}>{said}</p:notes>"
    return zipped(parts)


def shape(*paragraphs, place=None):
    """A shape with paragraphs, which fills a place of its layout."""
    fills = "" if place is None else f'<p:ph type="{place}"/>'
    inside = "".join(
        one if one.startswith("<a:p") else f"<a:p><a:r><a:t>{one}</a:t></a:r></a:p>"
        for one in paragraphs
    )
    return (
        f"<p:sp><p:nvSpPr><p:nvPr>{fills}</p:nvPr></p:nvSpPr><p:txBody>{inside}</p:txBody></p:sp>"
    )


def epub(*pages, title="A Book", extra=None):
    """A book of these pages, each the body of one."""
    names = [f"page{number}.xhtml" for number in range(len(pages))]
    items = "".join(
        f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(names)
    )
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(names)))
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": (
                '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
                '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
            ),
            "OEBPS/book.opf": (
                '<package xmlns="http://www.idpf.org/2007/opf" '
                'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
                f"<dc:title>{title}</dc:title><dc:creator>Anna Lind</dc:creator></metadata>"
                f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
            ),
            **{f"OEBPS/{name}": page for name, page in zip(names, pages, strict=True)},
            **(extra or {}),
        }
    )


def mhtml(page, *, charset="utf-8"):
    """A page as a browser saves it."""
    return (
        b"From: <Saved>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="--B"\r\n\r\n'
        b"----B\r\nContent-Type: text/html; charset="
        + charset.encode()
        + b"\r\n\r\n"
        + page.encode(charset)
        + b"\r\n----B\r\nContent-Type: text/css\r\n\r\np { }\r\n----B--\r\n"
    )


PAGE = """<!DOCTYPE html><html><head><title>Ports</title></head><body><nav><a>Home</a></nav>
<h1>Ports of the <b>north</b></h1><p>They&nbsp;are&#58;
<ol start=3><li>Lodi<li><p>Bergen<ul><li>old<li>new</ul></ol>
<table><tr><th>Port<th colspan=2>Depth<tr><td rowspan=2>Lodi<td>5<td>m<tr><td>6<td>m</table>
<blockquote>Said <q>so</q>.<p>Twice.</blockquote><pre>  a = 1
  b</pre><dl><dt>Quay<dd>Where ships lie.</dl><script>x<p></script></body></html>"""
RTF = rb"""{\rtf1\ansi\ansicpg1250{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}}
{\info{\title Ports}{\author Anna}{\creatim\yr2024\mo2\dy29}}{\stylesheet{\s1\outlinelevel0 H;}}
{\header Page one\par}\pard\s1 Ports\par\pard Prosz\'ea {\f1\'c4\'e0}, \u26580?\u36947?.
{\footnote\pard A note.\par}\par{\listtext 1.\tab}First\par
\trowd\trhdr\intbl Port\cell Depth\cell\row
\trowd\intbl Lodi\cell 5\cell\row\pard End{\v hidden}\par}"""
RST = """=====
Ports
=====

They *are*:

1. Lodi, see :ref:`there <here>`
2. Bergen

   * old

.. note:: Mind the quay. [1]_

.. versionadded:: 3.8
   It opened.

+------+-------+
| Port | Depth |
+======+=======+
| Lodi | 5     |
+------+-------+

Quay
  Where ships lie.

::

  a = 1

.. [1] A note.
.. include:: /etc/passwd
"""
TEX = r"""\documentclass{article}\title{Ports}\author{Anna}\newcommand{\lodi}{Lodi}
\begin{document}\section{The \emph{north}}% a comment
They~are\footnote{A \textbf{note}.} in \lodi{} for $5\,m$ --- caf\'e \cite{x}, \"Uber:
\begin{enumerate}\item One\item[b)] Two \begin{itemize}\item Deep\end{itemize}\end{enumerate}
\begin{tabular}{ll}Port & Depth \\ Lodi & 5\end{tabular}
\begin{verbatim}
a = 1
\end{verbatim}\begin{quote}So.\end{quote}\end{document}"""
DOCX = docx(
    w("Ports", '<w:outlineLvl w:val="0"/>')
    + w("They are:")
    + w("Lodi", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')
    + w_table(["Port", "Depth"], ["Lodi", w_table(["5", "m"])])
    + "<w:p><w:r><w:t>Seen</w:t><w:footnoteReference w:id='2'/></w:r>"
    "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>",
    numbering=(
        f'<w:numbering {WORD}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
        '<w:start w:val="3"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="(%1)"/></w:lvl>'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    ),
    footnotes=f'<w:footnotes {WORD}><w:footnote w:id="2">{w("A note.")}</w:footnote></w:footnotes>',
    header=f"<w:hdr {WORD}>{w('Above')}</w:hdr>",
)
ODT = odt(
    '<text:h text:outline-level="1">Ports</text:h><text:p>They<text:s text:c="3"/>are:</text:p>'
    '<text:list text:style-name="L"><text:list-item><text:p>Lodi</text:p></text:list-item>'
    "</text:list><table:table><table:table-row>"
    "<table:table-cell><text:p>Port</text:p></table:table-cell><table:table-cell "
    'table:number-columns-repeated="1000"/></table:table-row></table:table>'
    "<text:p>Seen<text:note><text:note-citation>1</text:note-citation><text:note-body>"
    "<text:p>A note.</text:p></text:note-body></text:note> there.</text:p>",
    automatic=(
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" '
        'style:num-format="a" style:num-suffix=")"/></text:list-style>'
    ),
)
PPTX = pptx(
    (shape("Ports", place="title") + shape("Lodi", "Bergen", place="body"), "Say hello."),
    (shape("Free text"), ""),
)
EPUB = epub("<html><head><title/></head><body><h1>One</h1><p>Text<br/>more</p></body></html>", PAGE)
