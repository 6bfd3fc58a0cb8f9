/** What the page says in Korean. */

import type { Fault } from "../../engine";
import { percent } from "../format";
import type { Texts } from "./en";

const FINDINGS: Record<string, string> = {
  normal: "정상",
  crackle: "수포음",
  wheeze: "천명음",
  both: "수포음과 천명음",
  abnormal: "비정상",
};
const KINDS: Record<string, string> = {
  fine_crackle: "미세 수포음",
  coarse_crackle: "거친 수포음",
  rhonchus: "건성 수포음(론쿠스)",
  wheeze: "천명음",
  stridor: "협착음",
};
const EXAMPLES: Record<string, string> = {
  "wheezes-crackles": "천명음과 수포음",
  clear: "깨끗한 소리",
  murmur: "심잡음",
};

/** What the quality gate finds (bundled/gate.json), by its fixed names. */
const FAULTS: Record<string, [sentence: string, advice: string]> = {
  silent: ["아무것도 녹음되지 않았습니다", "청진기가 켜져 있고 연결되어 있는지 확인한 뒤 다시 녹음하세요"],
  "partly silent": ["녹음의 일부가 비어 있습니다", "케이블이나 무선 연결을 확인하고 끊김 없이 다시 녹음하세요"],
  interrupted: ["녹음이 도중에 끊겼습니다", "케이블이나 무선 연결을 확인하고 끊김 없이 다시 녹음하세요"],
  "very short": ["녹음이 너무 짧습니다", "10초 이상 녹음하세요"],
  "very quiet": ["소리가 너무 작습니다", "입력 음량을 높이고 청진판을 맨살에 평평하게 대고 다시 녹음하세요"],
  clipped: ["소리가 너무 커서 잘렸습니다", "입력 음량을 낮추고 더 가볍게 누르세요"],
  coarse: ["소리의 해상도가 너무 낮습니다", "16비트로, 입력 음량을 높여 녹음하세요"],
  shifted: ["신호가 한쪽으로 치우쳐 있습니다", "마이크를 확인하세요"],
  hum: ["전원 잡음(험)이 섞여 있습니다", "충전기를 뽑고 전선에서 떨어져 다시 녹음하세요"],
  speech: ["말소리가 섞여 있습니다", "조용한 방에서 아무도 말하거나 울지 않을 때 다시 녹음하세요"],
  rubbing: [
    "마찰음이나 부딪치는 소리가 있습니다",
    "움직이지 말고 가볍게 누르며, 옷과 케이블이 닿지 않게 다시 녹음하세요",
  ],
  "band-limited": [
    "전화 통화처럼 높은 소리가 빠져 있습니다",
    "통화나 음성 메모가 아닌 청진기 앱에서 wav나 flac으로 녹음하세요",
  ],
  "no breathing": ["호흡이 감지되지 않았습니다", "입을 벌리고 깊게 숨 쉬게 하고 청진기를 가슴에 댄 뒤 다시 녹음하세요"],
  "no heart beat": [
    "규칙적인 심박이 감지되지 않았습니다",
    "청진기를 흉골 왼쪽에 대고 움직이지 않은 채 다시 녹음하세요",
  ],
  doubtful: [
    "소리로 보아 품질이 의심스럽습니다",
    "직접 들어 보고, 더 확실히 하려면 움직이지 말고 가볍게 누르며 조용한 방에서 다시 녹음하세요",
  ],
  poor: ["녹음 품질이 부족해 보입니다", "움직이지 말고 가볍게 누르며 조용한 방에서 다시 녹음하세요"],
};

const PROBLEMS: Record<string, string> = {
  empty: "빈 파일입니다. 다른 파일을 여세요.",
  "no-sound": "소리 파일로 읽을 수 없습니다. wav, flac, mp3, ogg 또는 m4a 파일을 여세요.",
  "too-long": "3시간보다 깁니다. 나누어서 여세요.",
  "too-large": "파일이 너무 큽니다. 나누어서 여세요.",
  "too-many-channels": "채널이 너무 많습니다. 16채널 이하의 파일을 여세요.",
  "bad-rate": "표본율이 맞지 않습니다. 다시 녹음하거나 변환하세요.",
  "cut-off": "파일이 중간에 잘려 있습니다. 다시 복사하세요.",
  "not-numbers": "읽을 수 없는 값이 들어 있습니다. 다시 저장하세요.",
  "model-missing": "모델을 불러올 수 없습니다. 페이지를 다시 여세요.",
  "model-broken": "모델 파일이 손상되었습니다. 페이지를 다시 여세요.",
  "model-unsupported": "이 브라우저에서는 모델을 실행할 수 없습니다. 최신 브라우저를 쓰세요.",
  "out-of-memory": "메모리가 부족합니다. 녹음을 나누어서 여세요.",
  "engine-stopped": "분석이 중단되었습니다. 다시 시도하세요.",
};

export const ko: Texts = {
  language: "한국어",
  title: "auscult: 폐음과 심음",
  skip: "결과로 가기",
  lead: "소리를 녹음하거나 여세요",
  promise:
    "아무것도 이 기기 밖으로 나가지 않습니다. 모델은 이 페이지 안에서 돌아가며, 녹음은 어디로도 보내지지 않습니다.",
  disclaimer: "보조 도구이며 진단이 아닙니다.",
  disclaimerMore: "auscult는 의료기기가 아니며, 반드시 임상의가 직접 들어야 합니다.",
  languageLabel: "언어",
  another: "다른 소리",

  organ: "무엇을 청진했습니까?",
  organs: { lung: "폐", heart: "심장" },
  more: "더 보기",
  model: "모델",
  modelLoading: (share) => `모델을 불러오는 중: ${percent(share)}`,
  modelReady: "모델이 준비되었습니다.",

  open: "파일 열기",
  openChoose: "파일 선택",
  openDrop: "또는 여기에 놓으세요",
  openKinds: "wav, flac, mp3, ogg, m4a, 최대 3시간",
  example: "녹음이 없으면 합성된 예를 들어 보세요:",
  exampleNote: "예는 프로그램(auscult synth)이 만든 소리이며 환자의 녹음이 아닙니다.",
  exampleNames: EXAMPLES,
  exampleFile: (name) => `예: ${EXAMPLES[name] ?? name} (합성)`,

  record: "녹음",
  microphone: "마이크",
  microphoneDefault: "기본 마이크",
  length: "길이",
  seconds: (count) => `${count}초`,
  start: "녹음 시작",
  stop: "멈추고 분석",
  cancel: "취소",
  left: (seconds) => `${seconds}초 남음`,
  level: "음량",
  levelSilent: "아무 소리도 들리지 않습니다. 마이크를 확인하세요.",
  levelLoud: "너무 큽니다. 입력 음량을 낮추거나 더 가볍게 누르세요.",
  levelGood: "음량이 좋습니다.",
  raw: "자동 음량 조절, 에코 제거, 잡음 억제는 꺼져 있습니다. 목소리를 위한 기능이라 수포음과 호흡음을 지우기 때문입니다.",
  recordingName: (when) => `녹음 ${when}`,
  tooShort: "곧바로 멈추어 소리가 없습니다. 10초 이상 녹음하세요.",

  recordings: "녹음 목록",
  working: (name) => `${name} 분석 중`,
  reading: (name) => `${name} 읽는 중`,
  compare: "비교할 녹음",
  compareNone: "없음",
  remove: "지우기",
  close: "닫기",
  takenFor: (organ, model) => `${organ === "heart" ? "심음" : "폐음"} · 모델 ${model}`,

  answer: "결과",
  finding: (label) => FINDINGS[label] ?? KINDS[label] ?? label,
  shortFinding: (label) => (label === "both" ? "둘 다" : (FINDINGS[label] ?? label)),
  untold: "판단할 수 없음",
  nothingLeft: {
    sentence: "모델이 들을 수 있는 소리가 남아 있지 않습니다",
    advice: "조용한 방에서 움직이지 말고 가볍게 눌러 다시 녹음하세요",
  },
  notSure: (label, probability, threshold) => ({
    sentence: `확신이 부족합니다: ${FINDINGS[label] ?? label} ${percent(probability)}, ${percent(threshold)}부터 판단합니다`,
    advice: "직접 듣거나, 같은 곳과 다른 곳에서 다시 녹음하세요",
  }),
  sure: (probability) =>
    probability >= 0.9 ? "매우 확실함" : probability >= 0.75 ? "꽤 확실함" : "그다지 확실하지 않음",
  sureCalibrated: (words, probability, right, coverage) =>
    `${words}: ${percent(probability)}. 처음 보는 환자에서 판단한 것 가운데 ${percent(right)}가 맞았고, 녹음의 ${percent(coverage)}를 판단했습니다.`,
  sureRaw: (words, probability) => `${words}: 모델이 계산한 확률 ${percent(probability)}.`,
  notRuledOut: (names) => `배제할 수 없음: ${names.join(", ")}.`,
  eventCount: (count) => `소견 ${count}개`,
  abnormalSeconds: (length) => `모두 ${length}`,
  probabilities: "답마다의 확률",

  play: "재생",
  pause: "멈춤",
  playFrom: (what, when) => `${what} 재생, ${when}`,
  position: "위치",
  speed: "속도",
  volume: "소리 크기",
  filter: "듣는 방식",
  filters: { none: "전체", bell: "벨", diaphragm: "판형", lung: "폐" },
  filterBand: (low, high) => `${low}–${high} Hz`,
  filterNote: "필터는 들리는 소리만 바꾸며 결과는 바꾸지 않습니다.",
  zoom: "확대",
  zoomIn: "확대",
  zoomOut: "축소",
  zoomAll: "전체 보기",
  move: "녹음을 따라 이동",
  map: "모델의 지도",
  mapLess: "지도 약하게",
  mapMore: "지도 진하게",
  mapAttention: "모델이 들은 곳",
  mapFor: "비정상을 뒷받침",
  mapAgainst: "정상을 뒷받침",
  abnormalCurve: "비정상 확률",
  plot: (name) => `${name}의 파형과 스펙트로그램. 스페이스는 재생과 멈춤, 화살표는 1초 이동, +와 −는 확대와 축소.`,
  keys: "스페이스: 재생과 멈춤, ← →: 1초 이동, + −: 확대와 축소. 그림이나 소견을 누르면 거기서 재생합니다.",

  events: "소견",
  when: "때",
  heard: "소리",
  probability: "확률",
  mostlyAt: "주된 높이",
  noEvents: "수포음이나 천명음이 없습니다.",
  nothingTold: "판단할 수 없습니다.",
  moreEvents: (count) => `${count}개 더 보기`,
  kind: (name) => KINDS[name] ?? FINDINGS[name] ?? name,
  explaining: "각 순간과 음높이가 없을 때 결과가 어떻게 달라지는지 계산하는 중 …",
  bands: "음높이마다의 영향",
  bandsNote: "그 대역이 없을 때 비정상의 로그 오즈가 얼마나 낮아지는지: 빨강은 비정상, 파랑은 정상을 뒷받침합니다.",

  recording: "녹음",
  quality: "품질",
  qualityGood: "좋음",
  qualityDoubtful: "의심스러움",
  qualityUnusable: "부족함",
  qualityShare: (share) => `주석자가 충분하다고 볼 확률 ${percent(share)}`,
  fault: (fault: Fault) => {
    const [sentence, advice] = FAULTS[fault.name] ?? [fault.sentence, fault.advice];
    return { sentence, advice };
  },
  warning: (sentence) => {
    const name = sentence.split(":")[0] ?? "";
    return FAULTS[name]?.[0] ?? WARNINGS[name] ?? sentence;
  },
  breathing: "호흡수",
  heartRate: "심박수",
  perMinute: (rate, confidence) => `분당 ${rate.toFixed(0)}회, 신뢰도 ${percent(confidence)}`,
  rateUntold: "알 수 없음: 충분히 규칙적이지 않습니다",

  card: "모델",
  cardTitle: "설명",
  cardAnswers: "구분하는 것",
  cardHears: "듣는 범위",
  cardHearsUp: (hz, seconds) => `${hz.toFixed(0)} Hz까지, 한 번에 ${seconds.toPrecision(3)}초`,
  cardData: "학습 자료",
  cardLicence: "라이선스",
  cardScores: "점수",
  cardFile: "파일",

  exportJson: "결과 저장 (json)",
  exportPicture: "그림 저장 (png)",
  exportSound: "소리 저장 (wav)",

  problem: (code, sentence, name) => `${name ? `${name}: ` : ""}${PROBLEMS[code] ?? sentence}`,
  unforeseen: "페이지에 문제가 생겼습니다. 다시 여세요. 녹음은 이 기기에 남아 있습니다.",
  memory: "이렇게 긴 녹음을 다루기에는 메모리가 부족합니다. 나누어서 여세요.",
  microphoneRefused: "마이크 사용이 허용되지 않았습니다. 주소창에서 허용하고 다시 시작하세요.",
  microphoneMissing: "마이크가 없습니다. 연결하고 다시 시작하세요.",
  microphoneBusy: "마이크를 쓸 수 없습니다. 다른 프로그램이 쓰고 있으면 닫고 다시 시작하세요.",
  microphoneGone: "마이크 연결이 끊겼습니다. 지금까지 녹음된 소리를 분석합니다.",
  microphoneNone: "여기서는 브라우저가 마이크를 허용하지 않습니다. https로 열거나 파일을 여세요.",
  exampleMissing: "예를 읽을 수 없습니다. 페이지를 다시 여세요.",
  modelsMissing: "모델 목록을 읽을 수 없습니다. auscult serve를 다시 시작하고 페이지를 다시 여세요.",
  notPlayable: "이 브라우저에서는 재생할 수 없습니다. 결과에는 영향이 없습니다.",
};

const WARNINGS: Record<string, string> = {
  narrow: "모델이 듣는 것보다 낮은 표본율로 녹음되었습니다",
  short: "짧은 녹음이라 반복해서 분석했습니다",
};
