"""Countries by the names that people use, in Korean and in English."""

import re
from collections.abc import Mapping
from functools import cache

from babel import Locale

from procedures.rules.countries import COUNTRY_CODES

# What people say and the tables of names do not: short names, former names, well-known cities.
_ALSO: Mapping[str, str] = {
    "KR": "한국 우리나라 국내 korea",
    "US": "미국 미주 뉴욕 하와이 로스앤젤레스 실리콘밸리 usa america",
    "GB": "영국 런던 uk england",
    "JP": "일본 도쿄 동경 오사카 후쿠오카 교토",
    "CN": "중국 베이징 북경 상하이 상해 선전 심천",
    "VN": "베트남 하노이 호치민 호찌민 다낭",
    "TH": "태국 방콕",
    "TW": "대만 타이완 타이베이",
    "HK": "홍콩",
    "MO": "마카오",
    "SG": "싱가포르 싱가폴",
    "ID": "인도네시아 인니 자카르타 발리",
    "PH": "필리핀 마닐라 세부",
    "MY": "말레이시아 쿠알라룸푸르",
    "AU": "호주 시드니",
    "DE": "독일 베를린 프랑크푸르트",
    "FR": "프랑스 파리",
    "IT": "이태리 이탈리아 밀라노",
    "ES": "스페인 마드리드 바르셀로나",
    "NL": "네덜란드 암스테르담",
    "TR": "터키 튀르키예 이스탄불",
    "AE": "아랍에미리트 두바이 아부다비 uae",
    "CZ": "체코 프라하",
    "CH": "스위스",
    "RU": "러시아 모스크바",
    "CA": "캐나다 토론토 밴쿠버",
    "IN": "인도",
    "MM": "미얀마",
    "MX": "멕시코",
    "BR": "브라질",
}
# After a Korean name only these may follow, so that 가나요 is not Ghana.
_AFTER = r"(?:에서|에선|에|으로|로|은|는|의|이|가|과|와|랑|이랑|쪽|까지|만|도|행|하고|이나|나|이랑은|출장|여행|지사)?"
_SHORTEST_ENGLISH = 4


@cache
def country_names(language: str) -> Mapping[str, str]:
    """Map each code to the country's name in a language, ``ko`` or ``en``."""
    territories = Locale(language).territories
    return {code: territories.get(code, code) for code in sorted(COUNTRY_CODES)}


@cache
def _names() -> tuple[tuple[re.Pattern[str], str], ...]:
    """List patterns with their codes, the longest name first: 인도네시아 before 인도."""
    found: dict[str, str] = {}
    for language in ("ko", "en"):
        for code, name in country_names(language).items():
            found.setdefault(name.partition("(")[0].strip().lower(), code)
    for code, words in _ALSO.items():
        found |= dict.fromkeys(words.split(), code)
    ordered = sorted(found.items(), key=lambda one: -len(one[0]))
    return tuple((_pattern(name), code) for name, code in ordered if _is_telling(name))


def _is_telling(name: str) -> bool:
    return not name.isascii() or len(name) >= _SHORTEST_ENGLISH or name in {"usa", "uk", "uae"}


def _pattern(name: str) -> re.Pattern[str]:
    after = r"\b" if name.isascii() else _AFTER + r"(?![가-힣])"
    return re.compile(r"(?<![0-9a-z가-힣])" + re.escape(name) + after)


def find_countries(text: str, own: str = "") -> tuple[str, ...]:
    """Return the codes of the countries named, in their order, without the tenant's own."""
    rest = text.lower()
    places: dict[str, int] = {}
    for pattern, code in _names():
        for match in pattern.finditer(rest):
            places.setdefault(code, match.start())
            blank = " " * (match.end() - match.start())
            rest = rest[: match.start()] + blank + rest[match.end() :]
    return tuple(sorted((code for code in places if code != own), key=places.__getitem__))
