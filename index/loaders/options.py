"""How files are read, as far as a user may choose."""

from __future__ import annotations

from dataclasses import dataclass

from index.errors import OptionError
from index.loaders.ocr import INSTALL, is_installed

AUTO, ALWAYS, NEVER = "auto", "always", "never"
OCR = (AUTO, ALWAYS, NEVER)


@dataclass(frozen=True, slots=True)
class Options:
    """How files are read.

    `ocr` is which pages are read by OCR: those without a text that can be used, all, or none.
    Unless given, it is "auto" where the extra is installed. Raises OptionError for another word,
    and for OCR that is not installed.
    """

    ocr: str | None = None

    def __post_init__(self) -> None:
        if self.ocr not in (None, *OCR):
            raise OptionError(f"There is no OCR {self.ocr!r}; choose {', '.join(OCR)}.")
        if self.ocr in (AUTO, ALWAYS) and not is_installed():
            raise OptionError(f"OCR is not installed; to have it: {INSTALL}")

    @property
    def reads_pictures(self) -> bool:
        """Whether OCR reads pages without a text."""
        return self.ocr in (AUTO, ALWAYS) or (self.ocr is None and is_installed())


DEFAULT_OPTIONS = Options()
