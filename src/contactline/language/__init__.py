"""What a language needs to be read, as data: a folder of TOML files a language (`en/dates.toml`,
…).

Another language is another folder with the same tables; code asks for words by what they do
("since", "ahead") and never spells them out.
"""

from contactline.language.dates import Dates
from contactline.language.tables import KNOWN, table, words

__all__ = ["KNOWN", "Dates", "table", "words"]
