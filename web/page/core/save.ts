// A file of a job onto somebody's disk: fetched with their key, then given to the browser under its own name.

import type { JobAnswer } from "../api";
import { ApiError, ask, send } from "./api";

const KEPT_MS = 60_000; // a browser may ask where to put it before it reads

/** `loaded`: how many bytes are here. Throws as `ask` does. */
export async function save(job: JobAnswer, file: string, loaded: (bytes: number) => void): Promise<void> {
  const response = await fetched(job, file);
  const name = nameIn(response.headers.get("Content-Disposition")) ?? nameOf(job, file);
  hand(await whole(response, loaded), name);
}

/** The document itself. */
export function saveDocument(job: JobAnswer): void {
  hand(new Blob([JSON.stringify(job, null, 2)], { type: "application/json" }), nameOf(job, "job.json"));
}

const addressOf = (job: JobAnswer, file: string) => job.links.artifacts[file] ?? `${job.links.self}/artifacts/${file}`;

/** An address may have become too old, or the job been made again: then a fresh one is asked for, once. */
async function fetched(job: JobAnswer, file: string): Promise<Response> {
  try {
    return await send("GET", addressOf(job, file));
  } catch (error) {
    if (!(error instanceof ApiError) || !mayBeOld(error)) throw error;
    const fresh = await ask<JobAnswer>("GET", job.links.self);
    return send("GET", addressOf(fresh, file));
  }
}

/** A bucket's own refusal is no answer of this API's: garbled. */
const mayBeOld = (error: ApiError) => error.kind === "garbled" || [403, 404].includes(error.problem?.status ?? 0);

async function whole(response: Response, loaded: (bytes: number) => void): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body?.getReader();
  let bytes = 0;
  try {
    for (let got = await reader?.read(); got && !got.done; got = await reader?.read()) {
      chunks.push(got.value);
      bytes += got.value.length;
      loaded(bytes);
    }
  } catch {
    throw new ApiError("offline", "The connection broke before the file was here.");
  }
  return new Blob(chunks, { type: response.headers.get("Content-Type") ?? "" });
}

/** RFC 6266: the name with its letters before the one without. */
function nameIn(disposition: string | null): string | undefined {
  const [, encoded] = disposition?.match(/filename\*=UTF-8''([^;]+)/i) ?? [];
  const [, plain] = disposition?.match(/filename="?([^";]+)/i) ?? [];
  return encoded ? decodeURIComponent(encoded) : plain;
}

const nameOf = (job: JobAnswer, file: string) =>
  `${(job.input.prompt ?? job.id).replaceAll(/[^\p{L}\p{N}]+/gu, "-")}-${file}`;

function hand(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
