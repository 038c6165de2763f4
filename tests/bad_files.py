"""A folder of files that nobody should have: `python -m tests.bad_files FOLDER`.

Broken, cut, with the suffix of another format, made to take all memory or time, with names and
links that lead astray. Beside them stand some good ones, which have to be read all the same.
"""

from __future__ import annotations

import argparse
import codecs
import contextlib
import json
import os
import socket
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

sys.path.append(str(Path(__file__).parent))  # as pytest has it

from bad_archives import Files, archives, bombs, books, offices, sheets
from bad_pdfs import pdfs
from made_files import msg
from pdf_files import SAMPLES as PDFS
from samples import DOCX, PAGE, RTF, mhtml
from test_loader_conformance import SAMPLES

from index.loaders import LOADERS

GOOD = {
    "good/bridge.txt": b"The bridge of Lodi was opened in 1894.\n",
    "good/harbour.pdf": PDFS[1],
    "good/ports.docx": DOCX,
    "good/quay.html": PAGE.encode(),
    "good/bolts.csv": b"part,level\nbolt,40\nnut,7\n",
}
KILOBYTE = 1_024
# One of each loader.
SUFFIXES = sorted({loader: one for one, loader in reversed(LOADERS.items())}.values())
MANY = 2_000  # of what may be many
NAMES = [
    *("Αθήνα.txt", "日本.txt", "مرحبا.txt", "emoji 😀.txt", "line\nfeed.txt", "tab\tstop.txt"),
    *("right\u202eto left.txt", "\u200f.txt", " .txt", "  spaces  .txt", "'; rm -rf *.txt"),
    *(
        "a#b.txt",
        "%2e%2e%2fa.txt",
        "<b>bold<b>.txt",
        "-rf.txt",
        "..a.txt",
        "CON.txt",
        "nul\x01.txt",
    ),
    *("e\u0301.txt", "\u00e9.txt", "UPPER.TXT", "a.txt.", "a.tar.gz", "noname", f"{'n' * 246}.txt"),
    *(f"{'日' * 80}.txt", "$(reboot).txt", "{x}.txt", "%s%n.txt", "\x1b[31mred.txt", "a\\b.txt"),
]


def truncated() -> Files:
    """Good files of every format, cut at each kilobyte and in the middle."""
    for suffix in SUFFIXES:
        for number, data in enumerate(SAMPLES[suffix][-2:]):
            for end in {len(data) // 2, len(data) - 1, *range(KILOBYTE, len(data), KILOBYTE)}:
                yield f"cut-{number}-{end}{suffix}", data[: max(end, 0)]


def renamed() -> Files:
    """Files with the suffix of another format."""
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 9
    whole = {
        **{"png": png, "docx": DOCX, "html": PAGE.encode(), "pdf": PDFS[0], "rtf": RTF},
        **{"msg": msg({"subject": "Bolts"}), "elf": b"\x7fELF" + bytes(3_000)},
        **{"gzip": b"\x1f\x8b\x08" + bytes(300), "old": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99},
    }
    for name, data in whole.items():
        for suffix in SUFFIXES:
            yield f"is-{name}{suffix}", data
    for suffix in SUFFIXES:
        yield f"empty{suffix}", b""


def nested() -> Files:
    """Text formats nested deeper, or repeated more often, than anyone writes."""
    yield "deep-list.json", b"[" * 20_000
    yield "deep-record.json", b'{"a":' * 20_000 + b"1" + b"}" * 20_000
    yield "long-number.json", b'{"a": ' + b"9" * 100_000 + b"}"
    yield "many-fields.json", json.dumps({f"f{n}": n for n in range(MANY)}).encode()
    yield "wide-records.json", json.dumps([{f"f{n}": n} for n in range(1_000)]).encode()
    yield "deep.ipynb", b'{"cells": ' + b"[" * 20_000
    for tag in ("div", "table><tr><td", "ul><li", "blockquote", "b", "svg", "select", "<!--"):
        yield (
            f"deep-{tag.partition('>')[0].strip('<!-') or 'remark'}.html",
            f"<{tag}>".encode() * MANY,
        )
    yield "attributes.html", b"<p " + b"a=b " * MANY + b">Text"
    yield "wide.html", b"<table><tr><td colspan=999999999 rowspan=999999999>a<td>b</table>" * 99
    yield "numbers.html", b"<ol start=99999999999999 type=i><li value=-1>a</ol>&#99999999999;"
    yield "deep.xml", b"<x>" * 20_000
    yield "deep.rtf", b"{\\rtf1" + b"{" * 20_000 + b"a" + b"}" * 20_000
    yield "numbers.rtf", b"{\\rtf1 \\u99999999999 \\bin99999999 a\\ansicpg99999\\uc-5 \\f-1 a}"
    yield "fonts.rtf", b"{\\rtf1{\\fonttbl" + b"{\\f1\\fcharset128 A;}" * MANY + b"}a}"
    yield "deep.tex", b"\\begin{itemize}\\item " * MANY
    macros = b"".join(
        b"\\newcommand{\\%c}{\\%c\\%c}" % (one, one + 1, one + 1) for one in range(97, 121)
    )
    yield "macros.tex", macros + b"\\begin{document}\\a\\end{document}"
    yield "macro-of-itself.tex", b"\\newcommand{\\a}{\\a\\a}\\begin{document}\\a\\end{document}"
    yield "deep.rst", b"".join(b" " * (2 * n) + b"* a\n\n" for n in range(200))
    yield "include.rst", b".. include:: /etc/passwd\n\n.. raw:: html\n   :file: /etc/passwd\n"
    for name, part in {
        **{"quotes": b"> ", "brackets": b"[", "stars": b"*a ", "ticks": b"` ", "items": b"- "},
        **{"angles": b"<", "images": b"![](", "cells": b"|a", "hashes": b"#", "backslashes": b"\\"},
    }.items():
        yield f"{name}.md", part * MANY
    yield "lines.md", b"\n" * 100_000
    yield "references.md", b"".join(b"[a%d]: b\n" % n for n in range(MANY)) + b"[a]" * MANY


def encoded() -> Files:
    """Texts in encodings that are odd, or not what the file says."""
    text = "Die Brücke von Łódź wurde 1894 eröffnet. "
    kinds = {
        **{"nuls": b"The\0bridge\0" * 99, "only-nuls": bytes(5_000), "only-marks": codecs.BOM_UTF8},
        **{"surrogates": codecs.BOM_UTF16_LE + b"a\0\x00\xd8b\0\xff\xdf" * 9, "ff": b"\xff" * 999},
        **{"half": codecs.BOM_UTF16_LE + text.encode("utf-16-le")[:-1], "odd": b"\xff\xfe\0"},
        **{"utf32": text.encode("utf-32"), "utf7": text.encode("utf-7"), "escape": b"\x1b$B" * 99},
        **{
            "ebcdic": text.replace("Ł", "L").replace("ź", "z").encode("cp500"),
            "wtf": b"\xed\xa0\x80a",
        },
        **{"mixed": text.encode() + text.replace("Ł", "L").replace("ź", "z").encode("cp1252")},
        **{
            "controls": bytes(range(32)) * 9,
            "returns": b"a\r\r\r\nb\r" * 99,
            "overlong": b"\xc0\x80a",
        },
        **{
            "bidi": "\u202e\u2066\u200f\ufeffabc\ufffe\uffff".encode(),
            "tall": b"a" + b"\xcc\x81" * 9_999,
        },
    }
    for name, data in kinds.items():
        for suffix in (".txt", ".md", ".csv", ".html", ".srt", ".eml", ".tex", ".py", ".json"):
            yield f"encoded-{name}{suffix}", data
    for name in ("utf-16", "rot13", "zlib", "idna", "x" * 300, "unicode_escape", "base64", "\0"):
        declared = f'<?xml version="1.0" encoding="{name}"?><a>Text</a>'
        yield f"says-{name[:20].encode().hex()}.xml", declared.encode()
        yield (
            f"says-{name[:20].encode().hex()}.html",
            f"<meta charset={name}><p>Gr\xf6\xdfe".encode("latin-1"),
        )
        yield (
            f"says-{name[:20].encode().hex()}.eml",
            f"Subject: a\nContent-Type: text/plain; charset={name}\n\nGr\xf6\xdfe".encode(
                "latin-1"
            ),
        )


def tables() -> Files:
    """Tables, subtitles, notebooks and lines of data that are none, or enormous."""
    yield "one-line.csv", b"word " * 400_000
    yield "commas.csv", b"," * 2_000_000
    yield "columns.csv", b",".join(b"%d" % n for n in range(MANY)) + b"\n"
    yield "open-quote.csv", b'a,b\n"c,' + b"d,e\n" * MANY
    yield "quotes.csv", b'"' * 200_001
    yield "separator.csv", "sep=\u20ac\na\u20acb\n".encode()
    yield "separator-is-quote.csv", b'sep=""\na"b\n'
    yield "nul.csv", b"a,b\0,c\n\0,\0\n"
    yield "ragged.csv", b"\n".join(b"," * (n % 90) + b"a" for n in range(500))
    yield (
        "absurd.srt",
        (
            b"1\n99:99:99,999 --> 00:00:00,000\nHello.\n\n-5\n00:00:00,000 --> \nNo.\n\n"
            b"2\n9999:00:00,000 --> 9999:00:01,000\nLate.\n\n"
            b"3\n00:00:01,000 --> 00:00:01,000\nNow.\n"
        ),
    )
    yield "same-moment.vtt", b"WEBVTT\n\n" + b"00:00.000 --> 00:00.000\na\n\n" * 3_000
    yield "arrows.srt", b"-->" * 20_000
    for number, cell in enumerate(
        [
            *(None, 5, [], {"cell_type": 5}, {"cell_type": "code", "source": {"a": 1}}, "text"),
            *({"cell_type": "code", "source": [1, None, ["a"]], "outputs": {"a": 1}},),
            *({"cell_type": "code", "source": "a", "outputs": [None, {"data": []}, {"text": 5}]},),
            *({"cell_type": "heading", "level": -99, "source": "A"},),
            *({"cell_type": "heading", "level": True, "source": "\ud800"},),
            *({"cell_type": "markdown", "source": "\r\r\0\ud800# A"},),
        ]
    ):
        yield f"cell-{number}.ipynb", json.dumps({"cells": [cell]}).encode()
    for number, notebook in enumerate([[], {"cells": {}}, {"cells": 5}, {"worksheets": [5, {}]}]):
        yield f"book-{number}.ipynb", json.dumps(notebook).encode()
    yield (
        "broken.jsonl",
        b'{"a": 1}\n{"a": \n\n]\nnull\n{"a": 2}{"a": 3}\n"b"\n\xff\n{"\\ud800": 1}',
    )
    yield "all-broken.jsonl", b"{\n" * MANY
    yield "names.json", json.dumps({"\ud800": {"\0": {"": [{"": 1}, {"\n": "\r"}]}}}).encode()


def mails() -> Files:
    """Mails in mails without end, parts that are none, heads of any length."""
    inner = EmailMessage()
    inner["Subject"] = "Innermost"
    inner.set_content("Text.")
    for _ in range(30):
        outer = EmailMessage()
        outer["Subject"] = "Outer"
        outer.set_content("Look at this.")
        outer.add_attachment(inner)
        inner = outer
    yield "mails-in-mails.eml", inner.as_bytes()
    many = EmailMessage()
    many["Subject"] = "Many"
    many.set_content("See below.")
    for number in range(300):
        many.add_attachment(b"part,level\nbolt,40\n", "text", "csv", filename=f"{number % 3}.csv")
    yield "many-attachments.eml", many.as_bytes()
    bomb = EmailMessage()
    bomb["Subject"] = "Bombs"
    bomb.set_content("See below.")
    for name, data in bombs():
        bomb.add_attachment(data, "a", "b", filename=f"../../{name}")
    yield "bombs.eml", bomb.as_bytes()
    parts = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(200))
    yield "parts-in-parts.eml", f"Subject: a\n{parts}".encode()
    yield "parts-in-parts.mhtml", f"Subject: a\n{parts}".encode()
    same = b'Subject: a\nContent-Type: multipart/mixed; boundary=""\n\n--\n\n--\n\n----\n'
    yield "no-boundary.eml", same
    yield "long-head.eml", b"Subject: " + b"=?utf-8?q?a?= " * MANY + b"\n\nText"
    yield "many-heads.eml", b"X-A: b\n" * MANY + b"Subject: a\n\nText"
    yield "address.eml", b"From: " + b"(" * MANY + b"\nSubject: a\n\nText"
    yield "strange-head.eml", b"Subject: =?x?y?z?=\nDate: 99 Foo 99999 99:99\nFrom: <<>>@\n\n\xff"
    yield "base64.eml", b"Subject: a\nContent-Transfer-Encoding: base64\n\n" + b"=%!" * 3_000
    yield "report.eml", b"Subject: a\nContent-Type: message/delivery-status\n\n" + b"a: b\n\n" * 999
    yield "no-page.mhtml", mhtml("").replace(b"text/html", b"text/none")
    yield (
        "base64.mhtml",
        mhtml("<p>a").replace(b"\r\n\r\n<p>", b"\r\nContent-Transfer-Encoding: x\r\n\r\n<p>"),
    )
    whole = msg({"subject": "Bolts", "body": "None."}, {"a.txt": b"Text."})
    for at in range(0, len(whole), 512):
        yield f"sector-{at // 512}.msg", whole[:at] + b"\xff" * 512 + whole[at + 512 :]
    yield "sectors-in-a-loop.msg", whole[:512] + bytes(512) + whole[1024:]


def names() -> Files:
    """Files with names that programs stumble over."""
    for number, name in enumerate(NAMES):
        yield name, f"Its name is number {number}.".encode()
    yield os.fsdecode(b"\xff\xfe.txt"), b"Its name is not UTF-8."


KINDS = (truncated, renamed, nested, encoded, tables, mails, names, pdfs, bombs, archives, offices)
KINDS = {one.__name__: one for one in (*KINDS, books, sheets)}


def write_bad_files(folder: Path, *kinds: str) -> None:
    """Make a folder of the good files and of bad files of these kinds; or of all, with what only a
    folder can have."""
    files = [(f"{kind}/{name}", data) for kind in kinds or KINDS for name, data in KINDS[kind]()]
    for name, data in {**dict(files), **GOOD}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError):  # a name that this file system does not have
            path.write_bytes(data)
    if not kinds:
        write_odd(folder / "odd")


def write_odd(odd: Path) -> None:
    """Write what is no file, leads nowhere or may not be read."""
    odd.mkdir()
    with contextlib.suppress(OSError, AttributeError):  # where there is no such thing
        os.mkfifo(odd / "pipe.txt")
        os.mkfifo(odd / "pipe.pdf")
    with contextlib.suppress(OSError, AttributeError), socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(odd / "socket.txt"))
    links = {
        **{"dead.txt": "nothing", "itself.txt": "itself.txt", "there.md": "back.md"},
        **{
            "back.md": "there.md",
            "up.txt": "..",
            "null.txt": os.devnull,
            "outside.txt": "/etc/passwd",
        },
        **{"folder-in-itself": ".", "again.txt": "../good/bridge.txt"},
    }
    for name, target in links.items():
        (odd / name).symlink_to(target)
    (odd / "a folder.txt").mkdir()
    (odd / "closed.txt").write_text("Nobody may read this.")
    (odd / "closed.txt").chmod(0)
    (odd / "closed").mkdir()
    (odd / "closed" / "inside.txt").write_text("Nobody may list this.")
    (odd / "closed").chmod(0)
    (odd / "old.txt").write_text("It is from before all time.")
    os.utime(odd / "old.txt", (-(10**11), -(10**11)))
    with (odd / "sparse.txt").open("wb") as file:
        file.truncate(10 * 2**30)


def files_below(folder: Path) -> Iterator[Path]:
    """All that is in a folder and is no folder, links to folders among it."""
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            with contextlib.suppress(OSError):
                yield from files_below(Path(entry.path))
        else:
            yield Path(entry.path)


def names_it(reason: str, path: Path) -> bool:
    """Whether a reason is a sentence that names a file."""
    named = str(path) in reason or repr(os.fsencode(path)) in reason
    return named and reason.endswith(".") and "Traceback" not in reason


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True)
    write_bad_files(folder)
    print(f"{sum(1 for _ in files_below(folder)):,} files in {folder}")


if __name__ == "__main__":
    main()
