/** Filters for listening, as the two sides of a stethoscope let through; they change what is heard, never the answer. */

/** Edges in Hz of what each filter lets through; null: everything. */
export const FILTERS: Record<string, [low: number, high: number] | null> = {
  none: null,
  bell: [20, 200],
  diaphragm: [100, 1000],
  lung: [100, 2000],
};

/** Quality factors of two biquads that make a Butterworth filter of fourth order: 24 dB an octave. */
const BUTTERWORTH = [0.5412, 1.3066];

/**
 * Make the nodes of a filter and connect them to each other.
 *
 * @returns The chain from its first to its last node; empty where everything is let through.
 */
export function makeFilter(context: BaseAudioContext, name: string): BiquadFilterNode[] {
  const edges = FILTERS[name];
  if (!edges) return [];
  const [low, high] = edges;
  const kinds: [BiquadFilterType, number][] = [
    ["highpass", low],
    ["lowpass", high],
  ];
  const chain = kinds.flatMap(
    ([type, frequency]) =>
      BUTTERWORTH.map((q) => new BiquadFilterNode(context, { type, frequency, Q: 20 * Math.log10(q) })), // these types take dB
  );
  chain.forEach((node, place) => chain[place + 1] && node.connect(chain[place + 1]!));
  return chain;
}
