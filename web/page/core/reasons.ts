// Why a job may have failed, as a sentence: those of jobs/errors.py, word for word, which a test holds.

import type { Reason } from "../api";

export const SENTENCES: Partial<Record<Reason, string>> = {
  INVALID_INPUT: "The request is not valid; the message names the field.",
  MODEL_LOAD_FAILED: "A model could not be loaded on this worker.",
  GPU_OUT_OF_MEMORY: "The GPU ran out of memory, also with smaller settings.",
  GENERATION_FAILED: "The generator stopped before it had a result.",
  MESH_INVALID: "No route gave a usable mesh; the refusals say why.",
  LABELS_FAILED: "The parts could not be told apart.",
  STAGE_TIMEOUT: "One stage took longer than it may and was stopped.",
  JOB_TIMEOUT: "The attempt ran out of time without finishing a new stage.",
  STORAGE_UNAVAILABLE: "Store, queue or bucket could not be reached.",
  WORKER_LOST: "The worker went away in the middle of the attempt.",
  MAX_ATTEMPTS_EXCEEDED: "Every attempt lost its worker; the input may be what kills it.",
  START_DEADLINE_PASSED: "No worker was free before the job had to start.",
  PROMPT_REJECTED: "The prompt was refused by the content rule.",
  INTERNAL: "A fault of ours; the attempt is on record.",
};
