"""The commands and environments of LaTeX by what becomes of them."""

from __future__ import annotations

import unicodedata

SECTIONS = {
    **{"title": 1, "part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4},
    **{"paragraph": 5, "subparagraph": 6, "frametitle": 2, "framesubtitle": 3},
}
# How many arguments in braces of a command are not text.
DROPPED = {
    **dict.fromkeys(
        (
            *("cite", "citep", "citet", "citealp", "citealt", "citeauthor", "citeyear", "nocite"),
            *("parencite", "textcite", "autocite", "footcite", "label", "ref", "eqref", "pageref"),
            *("cref", "Cref", "autoref", "nameref", "vref", "index", "glossary", "bibliography"),
            *("bibliographystyle", "includegraphics", "usepackage", "documentclass", "input"),
            *("include", "includeonly", "vspace", "hspace", "pagestyle", "thispagestyle"),
            *("pagenumbering", "hypersetup", "graphicspath", "hypertarget", "textcolor", "color"),
            *("href", "parbox", "date", "RequirePackage", "PassOptionsToPackage", "rule", "cline"),
            *("cmidrule", "usetikzlibrary", "lstset", "addbibresource", "phantom", "hphantom"),
            *("vphantom", "setcounter", "addtocounter", "newcounter", "stepcounter", "fontsize"),
            *("selectlanguage", "foreignlanguage", "linespread", "geometry", "marginnote"),
            *("bibitem", "hyperlink", "hyperref", "settowidth", "newlength", "arraystretch"),
            *(
                "newtheorem",
                "DeclareMathOperator",
                "theoremstyle",
                "multirow",
                "allowdisplaybreaks",
            ),
            *("hyphenation", "crefname", "Crefname", "providecommand", "let", "def", "newif"),
        ),
        1,
    ),
    **dict.fromkeys(
        (
            *("setcounter", "addtocounter", "setlength", "addtolength", "rule", "newcommand"),
            *(
                "renewcommand",
                "providecommand",
                "multicolumn",
                "multirow",
                "fontsize",
                "newtheorem",
            ),
            *(
                "DeclareMathOperator",
                "definecolor",
                "raisebox",
                "settowidth",
                "DeclareRobustCommand",
            ),
            *("addcontentsline", "markboth", "resizebox", "scalebox"),
        ),
        2,
    ),
    **dict.fromkeys(("newenvironment", "renewenvironment", "crefname", "Crefname"), 3),
}
DEFINES = {"newcommand", "renewcommand", "providecommand", "DeclareRobustCommand"}
NOTES = {"footnote", "footnotetext", "thanks", "marginpar", "sidenote"}
BREAKS = {
    "par",
    "newpage",
    "clearpage",
    "cleardoublepage",
    "bigskip",
    "medskip",
    "smallskip",
    "caption",
}
LISTS = {"itemize", "enumerate", "description", "thebibliography", "compactitem", "compactenum"}
NUMBERED = {"enumerate": "{}.", "compactenum": "{}.", "thebibliography": "[{}]"}
# How many arguments in braces follow the name of a table.
TABLES = {
    **{"tabular": 1, "tabularx": 2, "tabulary": 2, "longtable": 1, "supertabular": 1},
}
MAX_DEPTH = 50  # of environments that one that ends may stand around
QUOTATIONS = {"quote", "quotation", "verse", "displayquote"}
VERBATIM = {"verbatim", "Verbatim", "lstlisting", "minted", "alltt", "BVerbatim"}
MATHEMATICS = {
    *("equation", "align", "gather", "multline", "eqnarray", "displaymath", "math", "flalign"),
    *("alignat", "IEEEeqnarray", "dmath"),
}
UNREAD = {"comment", "tikzpicture", "picture", "filecontents", "pspicture", "CD", "tikzcd"}
RAW = VERBATIM | MATHEMATICS | UNREAD
NAMED = {  # whose name is shown before their text
    *("theorem", "lemma", "proposition", "corollary", "definition", "remark", "example", "proof"),
    *("abstract", "exercise", "conjecture", "claim", "axiom", "note", "fact", "observation"),
}
SIGNS = {
    **{"ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å"},
    **{"AA": "Å", "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "S": "§", "P": "¶", "copyright": "©"},
    **{"dots": "…", "ldots": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—"},
    **{"euro": "€", "texteuro": "€", "EUR": "€", "pounds": "£", "textbackslash": "\\"},
    **{"LaTeX": "LaTeX", "TeX": "TeX", "LaTeXe": "LaTeX2e", "BibTeX": "BibTeX", "slash": "/"},
    **{"textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“", "textdegree": "°"},
    **{"textquotedblright": "”", "textbar": "|", "textless": "<", "textgreater": ">", "dag": "†"},
    **{"ddag": "‡", "textregistered": "®", "texttrademark": "™", "textbullet": "•", "quad": " "},
    **{"qquad": " ", "space": " ", "enspace": " ", "thinspace": " ", "textasciitilde": "~"},
    **{"textunderscore": "_", "textasciicircum": "^", "guillemotleft": "«", "guillemotright": "»"},
    **{"glqq": "„", "grqq": "“", "flqq": "«", "frqq": "»", "newline": "\n", "linebreak": "\n"},
    **{"textsection": "§", "degree": "°", "th": "þ", "TH": "Þ", "dh": "ð", "DH": "Ð", "dj": "đ"},
}
ESCAPED = {
    **{"&": "&", "%": "%", "$": "$", "#": "#", "_": "_", "{": "{", "}": "}", " ": " ", "\n": " "},
    **{",": " ", ";": " ", ":": " ", "!": "", "/": "", "-": "", "@": ""},
}
ACCENTS = {
    **{"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304"},
    **{".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328"},
    **{"r": "\u030a", "b": "\u0331", "d": "\u0323"},
}
PUNCTUATION = {"---": "—", "--": "–", "``": "“", "''": "”", "`": "‘", "?`": "¿", "!`": "¡"}


def accented(letter: str, accent: str) -> str:
    """A letter with the accent that a command puts on it."""
    letter = {"\\i": "i", "\\j": "j"}.get(letter, letter)
    return unicodedata.normalize("NFC", letter[:1] + ACCENTS[accent] + letter[1:])
