"""What place a waybill's free text means, and how far apart two places are. Pure Python.

`Places` knows the national list: cities by their names with and without 市, and their provinces.
A text it does not know stays as it is written: a place of its own in no province.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

# Names that stand for other countries and regions in front of the trade's own borders.
_ABROAD = (
    *("香港", "澳门", "台湾", "台北", "高雄", "日本", "东京", "大阪", "韩国", "首尔", "新加坡"),
    *("泰国", "越南", "美国", "洛杉矶", "纽约", "德国", "汉堡", "英国", "伦敦", "荷兰", "俄罗斯"),
    *("Hong Kong", "Macau", "Taiwan", "Tokyo", "Singapore", "Los Angeles", "Hamburg", "Rotterdam"),
)
_MUNICIPALITIES = ("北京", "天津", "上海", "重庆")
_PROVINCE_ENDING = re.compile("(省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)$")
_BREAKS = re.compile(r"[\s,，/·\-]+")


class Scope(StrEnum):
    """How far a shipment goes."""

    CITY = "city"
    REGIONAL = "regional"  # within one province
    NATIONAL = "national"
    CROSS_BORDER = "cross_border"
    UNKNOWN = "unknown"  # a place is not stated, or its province is not known


@dataclass(frozen=True, slots=True)
class Place:
    """A city as people call it, with its province ("" where it is not known)."""

    city: str
    province: str = ""
    is_abroad: bool = False


@dataclass(slots=True)
class Places:
    """Reads texts as places; each text is read once."""

    cities: dict[str, str]  # short name of a city to its province
    provinces: dict[str, str]  # short name of a province to its full name
    _read: dict[str, Place] = field(default_factory=dict)

    def place(self, text: str) -> Place:
        """The place of the text: its city, else its province, else the text itself."""
        if text not in self._read:
            self._read[text] = self._found(text)
        return self._read[text]

    def scope(self, origin: str, destination: str) -> Scope:
        """How far it is from one text to the other."""
        start, end = self.place(origin), self.place(destination)
        if not start.city or not end.city:
            return Scope.UNKNOWN
        if start.is_abroad or end.is_abroad:
            return Scope.CROSS_BORDER
        if start.city == end.city:
            return Scope.CITY
        if not start.province or not end.province:
            return Scope.UNKNOWN
        return Scope.REGIONAL if start.province == end.province else Scope.NATIONAL

    def _found(self, text: str) -> Place:
        words = _BREAKS.sub("", text)
        if any(name.replace(" ", "") in words for name in _ABROAD):
            return Place(text.strip(), is_abroad=True)
        province = next(
            (full for short, full in self.provinces.items() if words.startswith(short)), ""
        )
        rest = words.removeprefix(province) if province else words
        short = short_province(province)
        if short in _MUNICIPALITIES:
            return Place(short, province)
        for known in (rest, rest.removeprefix(short)):
            city = self._city(known, province)
            if city:
                return Place(city, self.cities[city])
        return Place(short or text.strip(), province)

    def _city(self, words: str, province: str) -> str:
        """The longest city name that the words begin with, of the province if it is known."""
        for length in range(min(len(words), 12), 1, -1):
            city = (
                words[:length].removesuffix("市")
                if words[:length].endswith("市")
                else words[:length]
            )
            if city in self.cities and province in ("", self.cities[city]):
                return city
        return ""


def known_places(rows: Iterable[tuple[str, str]]) -> Places:
    """Places from (city, province) of the national list."""
    cities, provinces = {}, {}
    for city, province in rows:
        provinces[short_province(province)] = province
        cities[city.removesuffix("市")] = province
    return Places(cities, provinces)


def short_province(name: str) -> str:
    """浙江 of 浙江省, 广西 of 广西壮族自治区."""
    return _PROVINCE_ENDING.sub("", name)
