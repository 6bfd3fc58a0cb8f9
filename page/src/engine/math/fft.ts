/** Fourier transforms of real sequences of any length. */

/** A spectrum: real and imaginary parts. */
export interface Complex {
  re: Float64Array;
  im: Float64Array;
}

/** Transform n real numbers into n / 2 + 1 bins (numpy.fft.rfft); zeros are added where there are fewer numbers. */
export function rfft(values: ArrayLike<number>, n: number = values.length): Complex {
  const re = new Float64Array(n);
  for (let i = 0; i < Math.min(n, values.length); i++) re[i] = values[i]!;
  const im = new Float64Array(n);
  transform(re, im);
  const bins = Math.floor(n / 2) + 1;
  return { re: re.slice(0, bins), im: im.slice(0, bins) };
}

/** Transform n / 2 + 1 bins back into n real numbers (numpy.fft.irfft). */
export function irfft(bins: Complex, n: number): Float64Array {
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  const half = Math.floor(n / 2);
  for (let k = 0; k <= half; k++) {
    re[k] = bins.re[k]!;
    im[k] = -bins.im[k]!; // conjugated: a forward transform then does what an inverse one would
    if (k > 0 && k < n - k) {
      re[n - k] = bins.re[k]!;
      im[n - k] = bins.im[k]!;
    }
  }
  im[0] = 0;
  if (n % 2 === 0) im[half] = 0;
  transform(re, im);
  return re.map((value) => value / n);
}

/** Squares of the magnitudes of the bins of n real numbers. */
export function powerSpectrum(values: ArrayLike<number>, n: number = values.length): Float64Array {
  const { re, im } = rfft(values, n);
  return re.map((value, k) => value * value + im[k]! * im[k]!);
}

/** Frequency of each bin of `rfft`, for samples that lie `step` apart. */
export function rfftFrequencies(n: number, step: number): Float64Array {
  return Float64Array.from({ length: Math.floor(n / 2) + 1 }, (_, k) => k / (n * step));
}

/** Transform in place. */
function transform(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  if (n < 2) return;
  if ((n & (n - 1)) === 0) radixTwo(re, im);
  else bluestein(re, im);
}

const twiddles = new Map<number, Complex>();

/** cos and -sin of 2πk/n for k below n / 2. */
function twiddlesOf(n: number): Complex {
  let found = twiddles.get(n);
  if (!found) {
    const angles = Float64Array.from({ length: n / 2 }, (_, k) => (-2 * Math.PI * k) / n);
    found = { re: angles.map(Math.cos), im: angles.map(Math.sin) };
    twiddles.set(n, found);
  }
  return found;
}

/** Cooley and Tukey's transform of a power of two of numbers. */
function radixTwo(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  reverseBits(re, im);
  const { re: cos, im: sin } = twiddlesOf(n);
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2;
    const step = n / size;
    for (let start = 0; start < n; start += size) {
      for (let k = 0, at = 0; k < half; k++, at += step) {
        const a = start + k;
        const b = a + half;
        const x = re[b]! * cos[at]! - im[b]! * sin[at]!;
        const y = re[b]! * sin[at]! + im[b]! * cos[at]!;
        re[b] = re[a]! - x;
        im[b] = im[a]! - y;
        re[a]! += x;
        im[a]! += y;
      }
    }
  }
}

function reverseBits(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
  }
}

interface Chirp {
  cos: Float64Array;
  sin: Float64Array;
  filter: Complex;
}

const chirps = new Map<number, Chirp>();
const MOST_CHIRPS = 8;

/** Chirp of a length, and the transform of the filter that it makes. */
function chirpOf(n: number): Chirp {
  let found = chirps.get(n);
  if (!found) {
    const angles = Float64Array.from({ length: n }, (_, k) => (-Math.PI * ((k * k) % (2 * n))) / n);
    const cos = angles.map(Math.cos);
    const sin = angles.map(Math.sin);
    const size = 2 ** Math.ceil(Math.log2(2 * n - 1));
    const filter = { re: new Float64Array(size), im: new Float64Array(size) };
    for (let k = 0; k < n; k++) {
      filter.re[k] = filter.re[(size - k) % size] = cos[k]!;
      filter.im[k] = filter.im[(size - k) % size] = -sin[k]!;
    }
    radixTwo(filter.re, filter.im);
    found = { cos, sin, filter };
    if (chirps.size >= MOST_CHIRPS) chirps.clear();
    chirps.set(n, found);
  }
  return found;
}

/** Bluestein's transform of any number of numbers: a convolution with a chirp. */
function bluestein(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  const { cos, sin, filter } = chirpOf(n);
  const size = filter.re.length;
  const x = new Float64Array(size);
  const y = new Float64Array(size);
  for (let k = 0; k < n; k++) {
    x[k] = re[k]! * cos[k]! - im[k]! * sin[k]!;
    y[k] = re[k]! * sin[k]! + im[k]! * cos[k]!;
  }
  radixTwo(x, y);
  for (let k = 0; k < size; k++) {
    const real = x[k]! * filter.re[k]! - y[k]! * filter.im[k]!;
    y[k] = -(x[k]! * filter.im[k]! + y[k]! * filter.re[k]!); // conjugated, to transform back
    x[k] = real;
  }
  radixTwo(x, y);
  for (let k = 0; k < n; k++) {
    const real = x[k]! / size;
    const imaginary = -y[k]! / size;
    re[k] = real * cos[k]! - imaginary * sin[k]!;
    im[k] = real * sin[k]! + imaginary * cos[k]!;
  }
}
