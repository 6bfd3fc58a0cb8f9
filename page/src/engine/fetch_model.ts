/** A model's two files from a server, checked before anything is run. */

import { Card, readCard } from "./analysis/card";
import { openModel, type Model } from "./analysis/model";
import { SoundError } from "./errors";

/**
 * Fetch a card and the onnx file beside it, check the file's sha256 and make a session.
 *
 * @param url of either file, or of both without an ending
 * @param onProgress told the share of the onnx file that has arrived
 */
export async function fetchModel(url: string, onProgress: (share: number) => void): Promise<Model> {
  const stem = url.replace(/\.(onnx|json)$/, "");
  const facts = readCard(await (await get(`${stem}.json`)).text(), `${stem}.json`);
  const weights = await readAll(await get(`${stem}.onnx`), onProgress);
  if ((await sha256(weights)) !== facts.sha256) {
    throw new SoundError(
      "model-broken",
      `${stem}.onnx is not the file that its card describes, as when it was cut short: reload the page.`,
    );
  }
  return openModel(new Card(facts), weights);
}

async function get(url: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch {
    throw new SoundError(
      "model-missing",
      `The model ${url} could not be fetched: check the connection and reload the page.`,
    );
  }
  if (!response.ok)
    throw new SoundError("model-missing", `There is no model ${url} (${response.status}): reload the page.`);
  return response;
}

async function readAll(response: Response, onProgress: (share: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const total = Number(response.headers.get("content-length"));
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  try {
    const reader = response.body!.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      size += part.value.length;
      if (total) onProgress(Math.min(size / total, 1));
    }
  } catch {
    throw new SoundError(
      "model-broken",
      `The model ${response.url} was cut short: check the connection and reload the page.`,
    );
  }
  onProgress(1);
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (!globalThis.crypto?.subtle) {
    throw new SoundError(
      "model-unsupported",
      "The page must be opened by https or on this machine (localhost) to check its models.",
    );
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
