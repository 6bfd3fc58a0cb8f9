/** The band that a sound lies in: a Butterworth filter that moves nothing in time (auscult.signal.band_pass). */

import { SoundError } from "../errors";

const FORGOTTEN = 1e-8;
const PAD_PERIODS = 3; // of the lowest frequency: by then the filter has forgotten the edge

export interface Band {
  low: number;
  high: number;
  /** Of the designed filter at each edge; its two passes double what it does. */
  order: number;
}

/** One section: y = (b0 + b1/z + b2/z²) / (1 + a1/z + a2/z²) x. */
interface Section {
  b: [number, number, number];
  a: [number, number];
}

interface Complex {
  re: number;
  im: number;
}

/** Keep the frequencies (Hz) between two edges of mono samples (n,), forwards and backwards; a new array. */
export function bandPass(samples: Float32Array, rate: number, band: Band): Float32Array {
  if (samples.length === 0) return samples.slice();
  const sections = design(rate, band);
  const pad = Math.min(Math.ceil((PAD_PERIODS * rate) / band.low), samples.length - 1);
  const values = new Float64Array(samples.length + 2 * pad);
  values.fill(samples[0]!, 0, pad);
  values.set(samples, pad);
  values.fill(samples[samples.length - 1]!, pad + samples.length);
  run(values, sections);
  values.reverse();
  run(values, sections);
  values.reverse();
  return Float32Array.from(values.subarray(pad, pad + samples.length));
}

/** Samples after which the filter has forgotten where a recording was cut, to a hundred millionth. */
export function settlingSamples(rate: number, band: Band): number {
  const slowest = Math.max(...findPoles(rate, band).map((pole) => Math.hypot(pole.re, pole.im)));
  return Math.ceil(Math.log(FORGOTTEN) / Math.log(slowest));
}

/** Filter in place, as if the first value had been there forever. */
function run(values: Float64Array, sections: Section[]): void {
  let constant = values[0]!; // what a section is given, were its input always the first value
  for (const { b, a } of sections) {
    const settled = (constant * (b[0] + b[1] + b[2])) / (1 + a[0] + a[1]);
    let second = b[2] * constant - a[1] * settled;
    let first = b[1] * constant - a[0] * settled + second;
    for (let i = 0; i < values.length; i++) {
      const x = values[i]!;
      const y = b[0] * x + first;
      first = b[1] * x - a[0] * y + second;
      second = b[2] * x - a[1] * y;
      values[i] = y;
    }
    constant = settled;
  }
}

/** Sections of the filter; its gain is 1 in the middle of the band. */
function design(rate: number, band: Band): Section[] {
  const { low, high, order } = band;
  if (!(0 < low && low < high && low < rate / 2) || order < 1) {
    throw new SoundError(
      "model-unsupported",
      `A band from ${low} to ${high} Hz cannot be kept at ${rate} samples a second.`,
    );
  }
  const isHighPass = high >= rate / 2;
  const sections = pairUp(findPoles(rate, band)).map((a): Section => {
    if (a[1] === 0) return { b: [1, -1, 0], a }; // a single pole
    return { b: isHighPass ? [1, -2, 1] : [1, 0, -1], a };
  });
  const middle = isHighPass ? Math.PI : 2 * Math.atan(Math.sqrt(warp(low, rate) * warp(high, rate)));
  const gain = 1 / sections.reduce((product, section) => product * gainAt(section, middle), 1);
  sections[0]!.b = sections[0]!.b.map((value) => value * gain) as Section["b"];
  return sections;
}

/** Frequency in Hz → that of the analogue filter which the bilinear transform brings there. */
function warp(hz: number, rate: number): number {
  return Math.tan((Math.PI * hz) / rate);
}

/** Poles in the z plane. */
function findPoles(rate: number, { low, high, order }: Band): Complex[] {
  const [from, to] = [warp(low, rate), high >= rate / 2 ? Infinity : warp(high, rate)];
  const prototype = Array.from({ length: order }, (_, k) => {
    const angle = (Math.PI * (2 * k + order + 1)) / (2 * order);
    return { re: Math.cos(angle), im: Math.sin(angle) };
  });
  const analogue = prototype.flatMap((pole) =>
    to === Infinity ? [scale(inverse(pole), from)] : split(pole, from, to),
  );
  return analogue.map((pole) => divide({ re: 1 + pole.re, im: pole.im }, { re: 1 - pole.re, im: -pole.im }));
}

/** The two poles of a band-pass that one of the low-pass leads to. */
function split(pole: Complex, from: number, to: number): Complex[] {
  const half = scale(pole, (to - from) / 2);
  const root = squareRoot({ re: half.re ** 2 - half.im ** 2 - from * to, im: 2 * half.re * half.im });
  return [
    { re: half.re + root.re, im: half.im + root.im },
    { re: half.re - root.re, im: half.im - root.im },
  ];
}

/** Denominators of sections: conjugate poles together, real ones two by two. */
function pairUp(poles: Complex[]): [number, number][] {
  const complex = poles.filter((pole) => pole.im > 1e-12);
  const real = poles.filter((pole) => Math.abs(pole.im) <= 1e-12).map((pole) => pole.re);
  const found = complex.map((pole): [number, number] => [-2 * pole.re, pole.re ** 2 + pole.im ** 2]);
  for (let i = 0; i < real.length; i += 2) {
    const [one, other] = [real[i]!, real[i + 1]];
    found.push(other === undefined ? [-one, 0] : [-(one + other), one * other]);
  }
  return found;
}

/** Magnitude of a section at an angle of the unit circle. */
function gainAt({ b, a }: Section, angle: number): number {
  const at = (c0: number, c1: number, c2: number): number =>
    Math.hypot(c0 + c1 * Math.cos(angle) + c2 * Math.cos(2 * angle), c1 * Math.sin(angle) + c2 * Math.sin(2 * angle));
  return at(...b) / at(1, ...a);
}

function scale(value: Complex, factor: number): Complex {
  return { re: value.re * factor, im: value.im * factor };
}

function inverse(value: Complex): Complex {
  return divide({ re: 1, im: 0 }, value);
}

function divide(a: Complex, b: Complex): Complex {
  const size = b.re ** 2 + b.im ** 2;
  return { re: (a.re * b.re + a.im * b.im) / size, im: (a.im * b.re - a.re * b.im) / size };
}

function squareRoot(value: Complex): Complex {
  const size = Math.sqrt(Math.hypot(value.re, value.im));
  const angle = Math.atan2(value.im, value.re) / 2;
  return { re: size * Math.cos(angle), im: size * Math.sin(angle) };
}
