/**
 * White noise, number for number that of `numpy.random.default_rng(0).standard_normal`: what a heart sound is explained with
 * (analysis/background.ts) is then the same in Python and here. A permuted congruential generator (O'Neill's XSL-RR of 128 bits)
 * drives Marsaglia and Tsang's ziggurat of 256 layers.
 */

const MASK_64 = (1n << 64n) - 1n;
const MASK_128 = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
// numpy.random.PCG64(0).state
const FIRST_STATE = 35399562948360463058890781895381311971n;
const INCREMENT = 87136372517582989555478159403783844777n;

const LAYERS = 256;
const EDGE = 3.6541528853610088; // of the lowest layer
const AREA = 0.00492867323399; // of each layer
const STEPS = 2 ** 52; // of a place within a layer

interface Ziggurat {
  /** Width of one step in each layer. */
  width: Float64Array;
  /** Steps that lie wholly under the curve. */
  inside: Float64Array;
  /** Height of the curve at each layer's edge. */
  height: Float64Array;
}

/** `length` normally distributed numbers, mean 0 and deviation 1. */
export function standardNormal(length: number): Float64Array {
  const generator = new Generator();
  return Float64Array.from({ length }, () => draw(generator));
}

class Generator {
  private state = FIRST_STATE;

  /** The next 64 bits. */
  next(): bigint {
    this.state = (this.state * MULTIPLIER + INCREMENT) & MASK_128;
    const mixed = (this.state >> 64n) ^ (this.state & MASK_64);
    const turn = this.state >> 122n;
    return ((mixed >> turn) | (mixed << (64n - turn))) & MASK_64;
  }

  /** From 0 to 1. */
  share(): number {
    return Number(this.next() >> 11n) / 2 ** 53;
  }
}

const ziggurat = makeZiggurat();

function draw(generator: Generator): number {
  for (;;) {
    const bits = generator.next();
    const layer = Number(bits & 0xffn);
    const steps = Number((bits >> 9n) & 0xfffffffffffffn);
    const sign = (bits >> 8n) & 1n ? -1 : 1;
    const x = sign * steps * ziggurat.width[layer]!;
    if (steps < ziggurat.inside[layer]!) return x;
    if (layer === 0) return drawTail(generator, steps);
    const { height } = ziggurat;
    const y = (height[layer - 1]! - height[layer]!) * generator.share() + height[layer]!;
    if (y < Math.exp(-0.5 * x * x)) return x;
  }
}

/** A number beyond the lowest layer's edge. */
function drawTail(generator: Generator, steps: number): number {
  for (;;) {
    const x = -Math.log1p(-generator.share()) / EDGE;
    const y = -Math.log1p(-generator.share());
    if (2 * y > x * x) return Math.floor(steps / 256) % 2 ? -(EDGE + x) : EDGE + x;
  }
}

/** Layers of one area under exp(-x² / 2), from its flanks to its top. */
function makeZiggurat(): Ziggurat {
  const curve = (x: number): number => Math.exp(-0.5 * x * x);
  const [width, inside, height] = [new Float64Array(LAYERS), new Float64Array(LAYERS), new Float64Array(LAYERS)];
  const base = AREA / curve(EDGE);
  width[0] = base / STEPS;
  inside[0] = (EDGE / base) * STEPS;
  height[0] = 1;
  let edge = EDGE;
  for (let layer = LAYERS - 1; layer > 0; layer--) {
    width[layer] = edge / STEPS;
    height[layer] = curve(edge);
    const next = layer > 1 ? Math.sqrt(-2 * Math.log(AREA / edge + curve(edge))) : 0;
    inside[layer] = (next / edge) * STEPS;
    edge = next;
  }
  return { width, inside, height };
}
