"""The sentence of S0's paper on a recording, in Korean; what it does not print is put in the same way."""

from auscult.recordings.facts import Facts

_LEFT, _RIGHT = "왼쪽", "오른쪽"
_FRONT, _BACK, _SIDE = "전방 흉부", "후방 흉부", "측면 흉부"
_LOCATIONS = {  # ICBHI's and SPRSound's words
    "Tc": "기관",
    "Al": f"{_LEFT} {_FRONT}",
    "Ar": f"{_RIGHT} {_FRONT}",
    "Pl": f"{_LEFT} {_BACK}",
    "Pr": f"{_RIGHT} {_BACK}",
    "Ll": f"{_LEFT} {_SIDE}",
    "Lr": f"{_RIGHT} {_SIDE}",
    "p1": f"{_LEFT} {_BACK}",
    "p2": f"{_LEFT} {_SIDE}",
    "p3": f"{_RIGHT} {_BACK}",
    "p4": f"{_RIGHT} {_SIDE}",
}
_DEVICES = {"Meditron": "메디트론 청진기", "AKGC417L": "AKGC417L 마이크"}
_WORDS = {"adult": "성인", "pediatric": "소아", "male": "남성", "female": "여성"}
_UNKNOWN = {  # whether age is, whether sex is
    (True, False): "나이를 알 수 없는",
    (False, True): "성별을 알 수 없는",
    (True, True): "나이와 성별을 알 수 없는",
}


def tell_in_korean(facts: Facts, say_unknown: bool) -> str:
    """S0's sentence; ``say_unknown`` tells what is not known too."""
    if not any(facts):
        return "설명 없음."
    patient = _patient(facts, say_unknown)
    place = _LOCATIONS.get(facts.location, facts.location) if facts.location else "알 수 없는 부위" if say_unknown else None
    device = (
        _DEVICES.get(facts.device, f"{facts.device} 청진기") if facts.device else "알 수 없는 기기" if say_unknown else None
    )
    if not place and not device:
        return f"이 환자는 {patient}."
    words = ["이 소리는"]
    if patient:
        words.append(f"{patient}의" if place else f"{patient}에게서")
    if place:
        words.append(f"{place}에서")
    words.append(f"{device}를 사용." if device else "녹음.")
    return " ".join(words)


def _patient(facts: Facts, say_unknown: bool) -> str | None:
    known = [_WORDS[word] for word in (facts.age, facts.sex) if word is not None]
    if not known and not say_unknown:
        return None
    lacking = (facts.age is None, facts.sex is None)
    return " ".join([*([_UNKNOWN[lacking]] if say_unknown and any(lacking) else []), *known, "환자"])
