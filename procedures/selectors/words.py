"""Take everyday Korean and English apart: spellings evened out, particles off, pairs of letters."""

import re
import unicodedata
from functools import lru_cache

# How people write the same thing; the left side is a pattern on lower-case text.
_SPELLINGS = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"e-?mails?|이-?메일|웹메일|메일함|멜|mails?\b|mailbox(?:es)?", "메일"),
        (r"(안|않)\s*(되|돼|됨|됩|됐|된|뜨|떠|뜸|뜬|열리|열려|열림)\w*", "안되"),
        (r"못\s*(들어가|하|해|보|봐|열|써|쓰|씀)\w*", "안되"),
        (r"\w+\s*수\s*(없|가\s*없|는\s*없)\w*", "안되"),
        (r"(부탁|문의)\s*(드려|드립|드리|합|해)?\w*", ""),
        (r"퇴사\w*", "퇴사"),
        (r"막(혔|혀|힘|힌|히)\w*", "차단"),
        (r"(바꾸|바꿔|바꿀|바꿨|바꾼|바꼈|바뀌|바뀐|바뀔|바껴|변경)\w*", "변경"),
        (r"(지우|지워|지웠|지운|지울|날려|날렸|날아|없어|없앤|사라|삭제|비웠|비워)\w*", "삭제"),
        (r"(살리|살려|살릴|되살|복원|되돌|복구|찾을\s*수)\w*", "복구"),
        (r"(빽업|백업|내려받|다운받|다운로드)\w*", "백업"),
        (r"(새로|신규|신입|입사)\s*(들어온|온|뽑은|입사)?\w*", "신규"),
        (r"(사원|직원|사람|인턴|입사자|경력직)", "직원"),
        (r"(협력|외주|하청|거래처|프리랜서|용역|파견|계약직|외부|외국인\s*고문)\s*\w*", "외부"),
        (r"(로그인|접속|들어가|들어갈|들어가져|입장|접근)\w*", "접속"),
        (r"(출장|여행|외국|국외|해외|현지|타국)\w*", "해외"),
        (r"(잠겼|잠김|잠긴|잠겨|잠금)\w*", "잠김"),
        (r"(오랜만|오래\s*안|오랫동안|한동안|몇\s*달|장기\s*미사용|미사용)\w*", "오래"),
        (r"도매인|도매안|domains?\b", "도메인"),
        (r"(관리자|담당자|어드민|admin(?:istrator)?s?\b)", "관리자"),
        (r"(추가|등록|넣어|넣고|넣을|add(?:ed|ing)?\b)\w*", "추가"),
        (r"(엠엑스|mx\s*레코드|mx\s*값|mx)", "mx"),
        (r"(네임\s*서버|name\s*servers?|dns)", "네임서버"),
        (r"(고도\s*몰|godo\s*mall|쇼핑몰)", "고도몰"),
        (r"(부서|팀|본부|조직|소속)\s*(전체|원들?|사람들?)?", "조직"),
        (r"(몇\s*명|몇명|일부|여러\s*명|셋이|넷이|끼리)", "일부"),
        (r"(같이|함께|공동|공용|단체|그룹)\w*", "공동"),
    )
)
_WORD = re.compile(r"[0-9a-z가-힣]+")
_PARTICLES = tuple(
    sorted(
        "을 를 이 가 은 는 에 에서 에게 한테 으로 로 의 도 만 까지 부터 요 와 과 랑 이랑 하고 인데 인데요 "
        "이요 입니다 이에요 예요 에요 했어요 했는데 했는데요 해요 해주세요 하고싶어요 하려고요 합니다 "
        "할래요 하려면 하나요 되나요 됐어요 됐는데 돼요 주세요 싶어요 싶습니다 있나요 있어요 들 님 "
        "이래요 래요 라고 이라고 한데 인가요 나요 고 면 어요 아요 습니다 ㅠㅠ".split(),
        key=len,
        reverse=True,
    )
)
_EMPTY = frozenset(
    "좀 제 저 저희 우리 그 이 수 것 거 때 더 다 왜 어떻게 어떡해 어떻해 방법 the a an to of in is my for we "
    "our i how do can not it and please s 있는 하는 되는 해주 싶은 네요 그런데 근데 혹시 문의 부탁 알려".split()
)


def spell_evenly(text: str) -> str:
    """Write a text in lower case with one spelling of what people write in many ways."""
    plain = unicodedata.normalize("NFKC", text).lower()
    for pattern, word in _SPELLINGS:
        plain = pattern.sub(f" {word} ", plain)
    return plain


def stems(text: str) -> tuple[str, ...]:
    """Return the words that mean something, without particles and endings."""
    found = (_stem(word) for word in _WORD.findall(spell_evenly(text)))
    return tuple(word for word in found if _means_something(word))


def _means_something(word: str) -> bool:
    # A single Korean letter is what evening out left of a particle.
    return word not in _EMPTY and not (len(word) == 1 and "가" <= word <= "힣")


def _stem(word: str) -> str:
    if not "가" <= word[-1] <= "힣":
        return word
    for particle in _PARTICLES:
        if word.endswith(particle) and len(word) - len(particle) >= 2:
            return word[: -len(particle)]
    return word


@lru_cache(maxsize=4096)
def features(text: str) -> frozenset[str]:
    """Return stems and their pairs of letters; pairs forgive a misspelt word."""
    found: set[str] = set()
    for word in stems(text):
        found.add(word)
        found.update(f"~{word[n : n + 2]}" for n in range(len(word) - 1))
    return frozenset(found)
