// Numbers as people read them.

const KILO = 1000;
const UNITS = ["B", "kB", "MB", "GB"];

/** 1_234_567 -> "1.2 MB" */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= KILO && unit < UNITS.length - 1) {
    value /= KILO;
    unit += 1;
  }
  return `${unit && value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

/** 0.4 -> "0.4 s", 75 -> "1:15", 3700 -> "1:01:40" */
export function seconds(s: number): string {
  if (s < 10) return `${Math.max(s, 0).toFixed(1)} s`;
  if (s < 60) return `${Math.round(s)} s`;
  const whole = Math.round(s);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** About how long: 7 -> "7 s", 100 -> "2 min", 7000 -> "2 h", 200_000 -> "2 days" */
export function about(s: number): string {
  if (s < 60) return `${Math.max(Math.round(s), 0)} s`;
  if (s < 5400) return `${Math.round(s / 60)} min`;
  if (s < 129_600) return `${Math.round(s / 3600)} h`;
  return `${Math.round(s / 86_400)} days`;
}

/** "10:02:31", in the reader's own time zone. */
export const clock = (iso: string): string => new Date(iso).toLocaleTimeString(undefined, { hour12: false });

/** The day too. */
export const moment = (iso: string): string => new Date(iso).toLocaleString(undefined, { hour12: false });

export const count = (n: number): string => n.toLocaleString("en").replaceAll(",", " ");

/** What a job is of, in words. */
export const words = (input: { prompt: string | null; verb: string }): string =>
  input.prompt ? [input.verb, input.prompt].filter(Boolean).join(" ") : "a picture";

/** Where a job is, in the word people are shown: one that was asked to stop and has not yet is on its way there. */
export const standing = (job: { status: string; cancel_requested: boolean; done: boolean }): string =>
  job.cancel_requested && !job.done ? "canceling" : job.status;
