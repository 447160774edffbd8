"""How each Chinese character is read, for finding names by their sound.

`reading` is the usual one, `other` a second one that is common in words (重庆 chong, 重型 zhong) or in
names of people and places; rarer ones are left out. ü is written v, as people type it.
"""

from collections import Counter, defaultdict
from io import StringIO

from django.db import migrations
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

_FIRST, _LAST = 0x4E00, 0x9FFF  # the characters in use; those beyond are read as themselves
_SHARE = 0.08  # of the words with a character that read it another way
_NAMES = dict(  # surnames and places that words of the language do not show
    单="shan", 仇="qiu", 解="xie", 查="zha", 翟="zhai", 区="ou", 朴="piao", 盖="ge", 覃="qin", 种="chong",
    缪="miao", 尉="yu", 员="yun", 洗="xian", 六="lu", 番="pan", 厦="xia", 莞="guan", 蚌="beng", 荥="xing",
    涡="guo", 歙="she", 铅="yan", 泌="bi", 柏="bo", 会="kuai", 台="tai", 什="shi", 都="du", 长="chang",
)  # fmt: skip

FORWARD = """
CREATE TABLE customers_pinyin (sign text COLLATE "C" PRIMARY KEY, reading text NOT NULL, other text);
REVOKE ALL ON customers_pinyin FROM crm_app, crm_job;
"""


def readings() -> list[tuple[str, str, str | None]]:
    """Each character with its usual reading and the other one, if it has a common one."""
    used: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word, sounds in PHRASES_DICT.items():
        for sign, sound in zip(word, sounds, strict=False):
            used[sign][_plain(sound[0])] += 1
    found = []
    for number in range(_FIRST, _LAST + 1):
        if number in PINYIN_DICT:
            sign = chr(number)
            reading = _plain(lazy_pinyin(sign)[0])
            found.append((sign, reading, _other(sign, reading, used[sign])))
    return found


def _other(sign: str, reading: str, used: "Counter[str]") -> str | None:
    least = max(2, _SHARE * used.total())
    by_use = [sound for sound, times in used.most_common() if times >= least]
    return next((s for s in [_NAMES.get(sign, reading), *by_use] if s != reading), None)


def _plain(sound: str) -> str:
    return to_normal(sound).replace("ü", "v")


def fill(apps, schema_editor):
    """Copy the readings in."""
    lines = (f"{sign}\t{reading}\t{other or chr(92) + 'N'}\n" for sign, reading, other in readings())
    with schema_editor.connection.cursor() as cursor:
        cursor.copy_from(StringIO("".join(lines)), "customers_pinyin")
        cursor.execute("ANALYZE customers_pinyin")


class Migration(migrations.Migration):
    """The table and its characters."""

    dependencies = [("customers", "0019_own_claims")]
    operations = [
        migrations.RunSQL(FORWARD, "DROP TABLE customers_pinyin"),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
