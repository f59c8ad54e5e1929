"""Builds src/payload/name/known.bin: the words that are known as names, as an XOR filter of one byte a word.

The words come from two packages on PyPI, whose versions and hashes are pinned in scripts/known-names, and from
more.txt beside this file:

* Faker (MIT): names of 87 locales. Cyrillic, Greek, Georgian and Armenian ones are written in Latin letters first.
* names (MIT): the US Census Bureau's frequent names of 1990 (public domain), the most frequent ones of each file.
* more.txt: written for this project.

Usage: known.py DIRECTORY_WITH_BOTH_PACKAGES OUTPUT
"""

import importlib
import pkgutil
import re
import struct
import sys
import unicodedata
from pathlib import Path

HERE = Path(__file__).parent
CENSUS = {"dist.all.last": 15_000, "dist.male.first": 1_219, "dist.female.first": 4_275}

LETTERS = str.maketrans(
    {
        "Ø": "O",
        "Æ": "AE",
        "Œ": "OE",
        "Þ": "TH",
        "Đ": "D",
        "Ð": "D",
        "Ħ": "H",
        "Ł": "L",
        "Ŋ": "N",
        "Ŧ": "T",
        "Ə": "E",
        "ẞ": "SS",
        "'": "",
        "’": "",
        "ʻ": "",
        "ʼ": "",
        "`": "",
    }
)

# ICAO 9303 part 3, table B, as it is for Russian; and English habit.
CYRILLIC = dict(
    zip(
        "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЇЄҐЎЂЈЉЊЋЏЃЌЅ",
        (
            "A B V G D E E ZH Z I I K L M N O P R S T U F KH TS CH SH SHCH IE Y - E IU IA "
            "I I IE G U D J LJ NJ C DZ G K DZ"
        ).split(),
        strict=True,
    )
)
HABITS = {"ЪЬ": "", "Й": "Y", "Ю": "YU", "Я": "YA", "Ё": "YO"}
LOCALES = {
    "uk_UA": {"Г": "H", "И": "Y"},
    "bg_BG": {"Щ": "SHT", "Ъ": "A", "Х": "H"},
    "mk_MK": {"Х": "H"},
}
GREEK = [
    ("ΟΥ", "OU"),
    ("ΑΥ", "AV"),
    ("ΕΥ", "EV"),
    ("ΓΓ", "NG"),
    ("ΓΞ", "NX"),
    ("ΓΧ", "NCH"),
    *zip("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", "A V G D E Z I TH I K L M N X O P R S T Y F CH PS O".split(), strict=True),
]
GEORGIAN = dict(
    zip(
        "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
        "A B G D E V Z T I K L M N O P ZH R S T U P K GH Q SH CH TS DZ TS CH KH J H".split(),
        strict=True,
    )
)
ARMENIAN = dict(
    zip(
        "ԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖ",
        "A B G D E Z E Y T ZH I L KH TS K H DZ GH CH M Y N SH O CH P J R S V T R TS V P K O F".split(),
        strict=True,
    )
)


def plain(text):
    text = unicodedata.normalize("NFKC", text).upper().translate(LETTERS)
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def latin(word, locale):
    """The word in Latin letters, in the spellings that are most used."""
    upper = unicodedata.normalize("NFC", word).upper()
    if re.search("[Ѐ-ԯ]", upper):
        table = {**CYRILLIC, **LOCALES.get(locale, {}), "Ь": ""}
        habits = {**table, **{letter: text for letters, text in HABITS.items() for letter in letters}}
        return {"".join(spelling.get(c, c) for c in upper) for spelling in (table, habits)}
    text = plain(word)
    if re.search("[Α-Ω]", text):
        for greek, letters in GREEK:
            text = text.replace(greek, letters)
    elif re.search("[ა-ჰ]", word):
        text = "".join(GEORGIAN.get(c, c) for c in word)
    elif re.search("[Ա-Ֆ]", text):
        text = text.replace("ՈՒ", "U").replace("ԵՒ", "EV")
        text = "".join(ARMENIAN.get(c, c) for c in text)
    return {text}


def faker_words():
    person = importlib.import_module("faker.providers.person")
    for module in pkgutil.iter_modules(person.__path__):
        provider = getattr(importlib.import_module(f"{person.__name__}.{module.name}"), "Provider", None)
        for attribute in dir(provider):
            if not re.search("name", attribute) or "language" in attribute:
                continue
            values = getattr(provider, attribute)
            if not isinstance(values, (list, tuple, dict, set)):
                continue
            for value in values:
                for word in re.split(r"[\s\-.,/·]+", value) if isinstance(value, str) else ():
                    yield from latin(word, module.name)


def slips(word):
    """What swapping two neighbours, or a letter too few, makes of a word."""
    for at in range(1, len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        yield word[:at] + word[at + 1 :]


def census_words(directory):
    """The frequent names; without those that are slips of far more frequent ones, such as JHONSON and HERNADEZ."""
    for file, most in CENSUS.items():
        lines = (line.split() for line in (directory / "names" / file).read_text().splitlines()[:most])
        shares = {name: float(share) for name, share, *_ in lines}
        misspelt = set()
        for name, share in shares.items():
            if len(name) >= 5:
                misspelt.update(slip for slip in slips(name) if 15 * shares.get(slip, share) <= share)
        yield from (name for name in shares if name not in misspelt)


def all_words(directory):
    sys.path.insert(0, str(directory))
    more = (HERE / "more.txt").read_text(encoding="utf-8")
    own = (plain(word) for line in more.splitlines() if not line.startswith("#") for word in line.split())
    words = {*faker_words(), *census_words(directory), *own}
    return sorted(word for word in words if re.fullmatch("[A-Z]{3,32}", word))


MASK = (1 << 64) - 1


def mixed(value):
    """SplitMix64's finaliser."""
    value = ((value ^ value >> 30) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ value >> 27) * 0x94D049BB133111EB) & MASK
    return value ^ value >> 31


def hashed(word, seed):
    """FNV-1a of the word, mixed with the seed."""
    value = 0xCBF29CE484222325
    for byte in word.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return mixed((value + seed) & MASK)


def places(value, block):
    """One place in each of three blocks."""
    rotated = (value, value << 21 | value >> 43, value << 42 | value >> 22)
    return [((part & 0xFFFFFFFF) * block >> 32) + at * block for at, part in enumerate(rotated)]


def fingerprint(value):
    return value >> 56


def peeled(hashes, block):
    """The order in which each word finds a place of its own, last first; None where there is none."""
    at = [[0, 0] for _ in range(3 * block)]
    for value in hashes:
        for place in places(value, block):
            at[place][0] += 1
            at[place][1] ^= value
    alone = [place for place, (count, _) in enumerate(at) if count == 1]
    order = []
    while alone:
        place = alone.pop()
        count, value = at[place]
        if count != 1:
            continue
        order.append((place, value))
        for other in places(value, block):
            at[other][0] -= 1
            at[other][1] ^= value
            if at[other][0] == 1:
                alone.append(other)
    return order if len(order) == len(hashes) else None


def main():
    words = all_words(Path(sys.argv[1]))
    block = (len(words) * 123 // 100 + 32) // 3
    for seed in range(1, 1000):
        hashes = {hashed(word, seed) for word in words}
        order = peeled(hashes, block) if len(hashes) == len(words) else None
        if order:
            break
    table = bytearray(3 * block)
    for place, value in reversed(order):
        byte = fingerprint(value)
        for other in places(value, block):
            if other != place:
                byte ^= table[other]
        table[place] = byte
    Path(sys.argv[2]).write_bytes(struct.pack("<QI", seed, block) + table)
    print(f"{len(words)} words, {12 + len(table)} bytes")


if __name__ == "__main__":
    main()
