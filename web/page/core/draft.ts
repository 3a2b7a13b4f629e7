// What somebody wants to make again with other words: set in a job's room, read by the form.

import { signal } from "@preact/signals";
import type { JobInput } from "../api";

export const draft = signal<JobInput | null>(null);
