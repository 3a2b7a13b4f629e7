// A job's document as Firestore has it, said as the API says it.

import type { JobAnswer } from "../api";

/** What Firestore's Timestamp is made of. */
interface Moment {
  seconds: number;
  nanoseconds: number;
}

/** `known`: the job as the API told it before; a field that an older document lacks stays as it was there. */
export function asAnswer(fields: Record<string, unknown>, known: JobAnswer): JobAnswer {
  const job = { ...known, ...(plain(fields) as JobAnswer) };
  const files = Object.keys(job.output?.files ?? {});
  const artifacts = Object.fromEntries(files.map((name) => [name, `${job.links.self}/artifacts/${name}`]));
  return {
    ...job,
    queue_position: job.status === "queued" ? known.queue_position : null,
    links: { ...job.links, artifacts },
  };
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (isMoment(value)) return iso(value);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}

/** No map of a document has these two names and a method. */
const isMoment = (value: object): value is Moment => "nanoseconds" in value && "toDate" in value;

/** To the letter as Python writes it: with microseconds, where there are any. */
function iso({ seconds, nanoseconds }: Moment): string {
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  const micro = Math.floor(nanoseconds / 1000);
  return micro ? `${whole}.${String(micro).padStart(6, "0")}Z` : `${whole}Z`;
}
