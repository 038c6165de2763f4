"""What we know of a language: its stemmer and its little words. The only word lists there are."""

from __future__ import annotations

# The languages that sentences can be split in, as ISO 639-1 and NLTK's Punkt call them.
SPLITTING = {
    **{"cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english"},
    **{"es": "spanish", "et": "estonian", "fi": "finnish", "fr": "french", "it": "italian"},
    **{"ml": "malayalam", "nl": "dutch", "no": "norwegian", "nb": "norwegian", "pl": "polish"},
    **{"pt": "portuguese", "ru": "russian", "sl": "slovene", "sv": "swedish", "tr": "turkish"},
}
DEFAULT_LANGUAGE = "english"
TRAINED_ON = frozenset({"en"})  # the bundled embedder and reader
# Splitting languages that tantivy can stem; the others are searched by their plain words.
STEMMED = {
    *("danish", "dutch", "english", "finnish", "french", "german", "greek", "italian"),
    *("norwegian", "portuguese", "russian", "spanish", "swedish", "turkish"),
}

# The words that questions are asked with.
QUESTION_WORDS = frozenset({"what", "which", "who", "whom", "whose", "when", "where", "why", "how"})
# Words that begin a question, or ask for something.
ASKING_FIRST = QUESTION_WORDS | {
    *("are", "can", "could", "define", "describe", "did", "do", "does", "explain", "find", "give"),
    *("had", "has", "have", "is", "list", "may", "might", "must", "name", "shall", "should"),
    *("show", "tell", "was", "were", "will", "would"),
}
# Question words by splitting language. Rare in statements, they would make BM25 rank other
# questions first.
UNSEARCHED = {
    "english": QUESTION_WORDS | {"did", "do", "does", "is", "are", "was", "were", "many", "much"},
}
# Words that say nothing by themselves.
LITTLE = frozenset(
    {
        *("a", "an", "and", "any", "are", "at", "be", "by", "can", "do", "does", "for", "from"),
        *("has", "have", "i", "if", "in", "is", "it", "its", "may", "must", "my", "of", "on"),
        *(
            "one",
            "only",
            "or",
            "our",
            "shall",
            "should",
            "some",
            "that",
            "the",
            "their",
            "them",
            "they",
        ),
        *("this", "to", "was", "we", "were", "will", "with", "you", "your"),
    }
)
# Words that turn what comes after them into its opposite.
NEGATING = ("no", "not", "never", "cannot")
# Words of who asks for questions themselves.
ASKED = frozenset({"ask", "asked", "asking", "asks", "question", "questions"})
# Words that point at what comes next.
POINTING = frozenset({"below", "following", "follows", "these", "those"})
ARTICLES = ("a", "an", "the")
JOINING = ("and", "or")  # between the items of a list

# Words after which a number goes on with the line before, and begins no item of a list.
BEFORE_NUMBER = frozenset(
    {
        *("article", "articles", "chapter", "clause", "figure", "number", "page", "pages"),
        *("paragraph", "paragraphs", "section", "sections", "table", "version"),
    }
)
# Words that never end a complete line.
NEVER_LAST = frozenset({"and", "my", "of", "our", "the", "their"})

# The languages whose spelt-out numbers are understood, as text2num calls them.
SPELT_NUMBERS = {
    "danish": "da",
    "dutch": "nl",
    "english": "en",
    "french": "fr",
    "german": "de",
    "italian": "it",
    "portuguese": "pt",
    "spanish": "es",
}
