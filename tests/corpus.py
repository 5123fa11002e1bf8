"""A corpus for tokenizers: prose in many scripts, code, logs, and deliberately difficult text.

Everything is written here or generated from a seed, except sources of Python's standard library,
which every machine that runs the tests has.
"""

from __future__ import annotations

import base64
import json
import random
import sysconfig
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

PROSE = {
    "en": "The baker's oven wasn't cold yet when we'd come back; she'll say it's BREAD, not cake.",
    "de": "Die Müllerin füllt die Säcke übermäßig voll, und der Großvater schließt das Tor.",
    "fr": "L'été, les élèves n'arrivent qu'après « la fête », où l'on chante jusqu'à l'aube…",
    "es": "¿Quién dejó la niña sola? ¡Mañana volveré con el señor Muñoz, a las 17:45!",
    "vi": "Người thợ mộc đóng chiếc bàn nhỏ để các cháu ngồi học buổi tối bên cửa sổ.",
    "tr": "İstanbul'da ışıklar söndü, çocuklar uyudu; rüzgâr kapıyı çarptı.",
    "ru": "Мельник проснулся рано: река шумела, а мост, построенный в 1908 году, дрожал.",
    "el": "Ο μυλωνάς ξύπνησε νωρίς· η γέφυρα έτρεμε και ο ποταμός φούσκωνε.",
    "ar": "استيقظ الطحّان مبكرًا، وكان النهر يرتفع ببطء نحو الجسر القديم.",
    "he": "הטוחן התעורר מוקדם, והנהר עלה לאט אל הגשר הישן.",
    "fa": "آسیابان زود بیدار شد؛ می‌دانست که رودخانه بالا می‌آید.",
    "hi": "चक्कीवाला जल्दी उठा, क्योंकि नदी का पानी पुल तक पहुँच रहा था।",
    "bn": "কলওয়ালা ভোরে উঠল, নদীর জল সেতু ছুঁয়ে ফেলেছে।",
    "ta": "ஆலைக்காரர் விடியற்காலையில் எழுந்தார்; ஆறு பாலத்தைத் தொட்டது.",
    "th": "เจ้าของโรงสีตื่นแต่เช้า เพราะน้ำในแม่น้ำกำลังขึ้นถึงสะพานเก่า",
    "ka": "მეწისქვილე ადრე ადგა, მდინარე ხიდს უახლოვდებოდა.",
    "zh": "磨坊主一早就醒了，因为河水正慢慢涨到那座旧桥。他说：“快走！”",
    "ja": "粉屋は朝早く目を覚ました。川の水が古い橋まで上がってきていた（２０２６年）。",
    "ko": "방앗간 주인은 일찍 일어났다. 강물이 낡은 다리까지 차오르고 있었다.",
    "am": "የወፍጮ ቤቱ ባለቤት በማለዳ ተነሣ፤ ወንዙ ወደ ድልድዩ ደረሰ።",
    "emoji": "Ready 🚀🚀 or not 👩‍👩‍👧‍👦 here 👍🏽 we ☃️ go 🇩🇰!",
}
DIFFICULT = {
    "specials": "<|endoftext|> <|im_start|>system<|im_end|> <s>[INST] </s> <think>x</think> <bos>",
    "contractions": "I'LL we'Re DON'T o'clock 'tis ''s' x'S 's 't y'all'd've it'ſ",
    "spaces": " a  b   c    d\t\te\t f\n\n\n g \n  h\r\n\r\ni \u00a0j\u2003k\u3000l ",
    "controls": "a\x00b\x01c\x07d\x1be\x7ff\x85g\ufeffh\u200bi\u200dj\u00adk",
    "numbers": "1 12 123 1234 12345678901234567890 3.14159 1,000,000 ٣٤٥ ४५६ ①②③ ½ ² Ⅻ",
    "symbols": "!!! ??? --- === ### ~~~ ``` \\\\\\ /// ||| &&& $$$ %%% @@@ «»“”‘’ …—– → ⇒ ∑∫√",
    "case": "camelCaseWord HTTPServer XMLHttpRequest snake_case_word SCREAMING_SNAKE iPhone ǅ",
    "marks": "e\u0301 n\u0303 \u0301x a\u0308\u0323 \u0e4d\u0e32 \u0915\u094d\u0937 \u05d0\u05b8",
    "astral": "𝒜𝓁𝓅𝒽𝒶 𐍈𐌰𐌹 𠜎𠜱 🜁 \U0001d7ce",
    "url": "https://example.org/a/b?c=d&e=%20f#g mailto:x.y+z@example.co.uk C:\\dir\\file.txt",
    "one": "x",
    "newlines": "\n\n\n\n",
    "tail": "ends with white space \n \t ",
}


@lru_cache(maxsize=1)
def documents() -> tuple[str, ...]:
    """Return at least 2,000 documents, the same at every run on one version of Python."""
    return tuple(_documents())


def _documents() -> Iterator[str]:
    yield from PROSE.values()
    yield from DIFFICULT.values()
    yield from _sources(400)
    random_ = random.Random(20261122)
    for _ in range(500):
        yield _paragraph(random_)
    for _ in range(400):
        yield _log(random_)
    for _ in range(350):
        yield _mixture(random_)
    for _ in range(350):
        yield "".join(chr(_code_point(random_)) for _ in range(random_.randint(1, 60)))


def _sources(most: int) -> Iterator[str]:
    """Yield sources of the standard library, each cut to 20,000 characters."""
    root = Path(sysconfig.get_path("stdlib"))
    paths = sorted(path for path in root.rglob("*.py") if "site-packages" not in path.parts)
    step = max(1, len(paths) // most)
    for path in paths[::step][:most]:
        try:
            yield path.read_text(encoding="utf-8")[:20_000]
        except UnicodeDecodeError:
            continue


def _paragraph(random_: random.Random) -> str:
    words = " ".join(PROSE[random_.choice(sorted(PROSE))] for _ in range(3)).split(" ")
    random_.shuffle(words)
    return " ".join(words[: random_.randint(1, len(words))])


def _log(random_: random.Random) -> str:
    record = {
        "ts": f"2026-{random_.randint(1, 12):02}-{random_.randint(1, 28):02}T10:00:00.123Z",
        "level": random_.choice(["INFO", "WARN", "ERROR"]),
        "msg": PROSE[random_.choice(["en", "de", "zh", "ja", "emoji"])],
        "usage": {"input_tokens": random_.randint(0, 10**6), "cost": random_.random()},
        "blob": base64.b64encode(random_.randbytes(random_.randint(0, 90))).decode(),
        "path": [f"/srv/app-{random_.randint(0, 99)}/x.py:{random_.randint(1, 999)}"] * 2,
    }
    return json.dumps(record, ensure_ascii=random_.random() < 0.5, indent=random_.choice([None, 2]))


def _mixture(random_: random.Random) -> str:
    pool = [*PROSE.values(), *DIFFICULT.values()]
    cuts = []
    for _ in range(random_.randint(1, 6)):
        text = random_.choice(pool)
        start = random_.randrange(len(text))
        cuts.append(text[start : start + random_.randint(1, 30)])
    return random_.choice(["", " ", "\n", "'"]).join(cuts)


def _code_point(random_: random.Random) -> int:
    """Return an assigned character, mostly of the planes that people write in."""
    import unicodedata

    while True:
        code = random_.choice(
            [
                random_.randrange(0x20, 0x250),
                random_.randrange(0x250, 0x3100),
                random_.randrange(0x3100, 0xFFFF),
                random_.randrange(0x1F300, 0x1FA00),
            ]
        )
        if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Co"):
            return code


WORST = {
    "one letter": "a" * 1_000_000,
    "spaces": " " * 1_000_000,
    "newlines": "\n" * 1_000_000,
    "bangs": "!" * 1_000_000,
    "letters": "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz", k=1_000_000)),
    "base64": base64.b64encode(random.Random(2).randbytes(750_000)).decode(),
    "Chinese": "".join(chr(random.Random(3).randrange(0x4E00, 0x9FA5)) for _ in range(3000)) * 110,
}
