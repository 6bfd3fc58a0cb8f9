/** Runs beside the page on the sound thread: hands every block of the microphone to the page as it is. */

declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: typeof AudioWorkletProcessor): void;

class Capture extends AudioWorkletProcessor {
  process([channels]: Float32Array[][]): boolean {
    if (channels?.[0]) this.port.postMessage(channels[0].slice()); // the browser uses the block again
    return true;
  }
}

registerProcessor("capture", Capture);
