/** The loudness of breathing along time (auscult.signal.breath.envelope). */

import rules from "bundled/breathing.json";
import { powerSpectrum, rfftFrequencies } from "../../math/fft";
import { hanning, roundEven, sum } from "../../math/numbers";

const FLOOR = 1e-12; // of the power: digital silence is -120 dB, not minus infinity

/** Power in bands of breath sound, frame by frame. */
export interface BreathEnvelope {
  /** (bands, frames), dB of full scale; -120 where there is none. */
  decibels: Float64Array[];
  secondsAFrame: number;
}

/** Measure mono samples (n,); frame k is centred at (k + 0.5) · secondsAFrame. Bands above half the rate have no power. */
export function measureBreath(samples: Float32Array, rate: number): BreathEnvelope {
  const { frames_a_second, bands } = rules.envelope;
  const step = Math.max(2, roundEven(rate / frames_a_second));
  const hann = hanning(2 * step + 1).subarray(0, -1);
  const window = hann.map((value) => value / sum(hann));
  const hz = rfftFrequencies(2 * step, 1 / rate);
  const missing = Math.floor(step / 2); // so that frame 0 is centred half a step after the start
  const frames = Math.max(0, Math.floor((samples.length + missing) / step) - 1);
  const decibels = bands.map(() => new Float64Array(frames));
  for (let frame = 0; frame < frames; frame++) {
    const start = frame * step - missing;
    const power = powerSpectrum(window.map((value, i) => value * (samples[start + i] ?? 0)));
    bands.forEach(([low, high], band) => {
      const inBand = power.reduce(
        (total, value, bin) => (hz[bin]! >= low! && hz[bin]! < high! ? total + value : total),
        0,
      );
      decibels[band]![frame] = 10 * Math.log10(inBand + FLOOR);
    });
  }
  return { decibels, secondsAFrame: step / rate };
}
