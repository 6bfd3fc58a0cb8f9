/** Recording from a microphone, as it hears: nothing is filtered, levelled or compressed on the way. */

import workletAddress from "./capture.worklet.ts?worker&url";

/** Why there is no recording. */
export type MicrophoneFault = "none" | "refused" | "missing" | "busy";

export class MicrophoneError extends Error {
  constructor(readonly fault: MicrophoneFault) {
    super(fault);
  }
}

export interface Recorded {
  samples: Float32Array;
  /** Hz, as the device gives it. */
  rate: number;
}

/** What the page is told while it records. */
export interface RecordingEvents {
  /** Loudest sample of the last block, and how many seconds are there. */
  heard: (peak: number, seconds: number) => void;
  /** The microphone is gone; what was recorded is in `finish`. */
  gone: () => void;
}

/** A recording in progress. */
export class Recording {
  private blocks: Float32Array[] = [];
  private count = 0;
  private open = true;

  private constructor(
    private readonly stream: MediaStream,
    private readonly context: AudioContext,
    private readonly events: RecordingEvents,
  ) {}

  /**
   * Ask for the microphone and start.
   *
   * @param device Its id; empty: the default one.
   * @throws MicrophoneError
   */
  static async start(device: string, events: RecordingEvents): Promise<Recording> {
    const stream = await openMicrophone(device);
    const context = new AudioContext();
    const recording = new Recording(stream, context, events);
    await context.audioWorklet.addModule(workletAddress);
    const capture = new AudioWorkletNode(context, "capture");
    capture.port.onmessage = ({ data }: MessageEvent<Float32Array>) => recording.hear(data);
    context.createMediaStreamSource(stream).connect(capture);
    capture.connect(context.destination); // silent; what leads nowhere is not run by every browser
    stream.getAudioTracks()[0]?.addEventListener("ended", () => recording.open && events.gone());
    await context.resume();
    return recording;
  }

  /** Stop and give the microphone back. */
  finish(): Recorded {
    this.open = false;
    for (const track of this.stream.getTracks()) track.stop();
    const rate = this.context.sampleRate;
    void this.context.close();
    const samples = new Float32Array(this.count);
    let at = 0;
    for (const block of this.blocks) {
      samples.set(block, at);
      at += block.length;
    }
    this.blocks = [];
    return { samples, rate };
  }

  private hear(block: Float32Array): void {
    if (!this.open) return;
    this.blocks.push(block);
    this.count += block.length;
    const peak = block.reduce((top, sample) => Math.max(top, Math.abs(sample)), 0);
    this.events.heard(peak, this.count / this.context.sampleRate);
  }
}

/** Id and name of each microphone; names are there only once one was allowed. */
export async function listMicrophones(): Promise<{ id: string; name: string }[]> {
  const devices = await (navigator.mediaDevices?.enumerateDevices() ?? Promise.resolve([]));
  return devices
    .filter(({ kind, deviceId, label }) => kind === "audioinput" && deviceId !== "default" && label)
    .map(({ deviceId, label }) => ({ id: deviceId, name: label }));
}

async function openMicrophone(device: string): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new MicrophoneError("none");
  const plain = { echoCancellation: false, autoGainControl: false, noiseSuppression: false, channelCount: 1 };
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: device ? { ...plain, deviceId: { exact: device } } : plain,
    });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "NotAllowedError" || name === "SecurityError") throw new MicrophoneError("refused");
    throw new MicrophoneError(name === "NotFoundError" || name === "OverconstrainedError" ? "missing" : "busy");
  }
}
