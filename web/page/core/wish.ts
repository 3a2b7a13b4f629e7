// What somebody is about to ask for: the form's fields, which survive a walk through the rooms.

import { signal } from "@preact/signals";
import type { JobInput, JobRequest, Quality } from "../api";

export const WORDS_MAX = 200; // jobs/request.py, as are the others
export const SEED_MAX = 2 ** 31 - 1;
export const PARTS_MAX = 16;
export const POINTS = { min: 256, max: 65_536, usual: 2048 };
export const QUALITIES: Quality[] = ["draft", "standard", "high"];

/** A picture of this machine, or one that was uploaded before. */
export interface Picture {
  name: string;
  file?: File;
  id?: string;
}

export const wish = {
  prompt: signal(""),
  picture: signal<Picture | null>(null),
  quality: signal<Quality>("standard"),
  seed: signal("0"),
  /** Empty: as many as the thing has. */
  parts: signal(""),
  points: signal(String(POINTS.usual)),
};

/** As a person counts: a letter from beyond the first plane is one. */
export const lengthOf = (words: string): number => [...words].length;

/** The request these fields make; a picture that was not uploaded yet gets its id on the way. */
export function requested(prompt = wish.prompt.value): JobRequest {
  const picture = wish.picture.value;
  return {
    input: {
      ...(picture ? picture.id && { image: picture.id } : { prompt }),
      quality: wish.quality.value,
      seed: Number(wish.seed.value),
      points: Number(wish.points.value),
      num_parts: wish.parts.value ? Number(wish.parts.value) : null,
    },
  };
}

/** The fields as they would have to be for this input. A verb is read in the words. */
export function fill(input: JobInput): void {
  wish.prompt.value = [input.verb, input.prompt].filter(Boolean).join(" ");
  wish.picture.value = input.image ? { name: "the same picture", id: input.image } : null;
  wish.quality.value = input.quality;
  wish.seed.value = String(input.seed);
  wish.parts.value = input.num_parts === null ? "" : String(input.num_parts);
  wish.points.value = String(input.points);
}

/** It was taken on: how it shall be made is likely to be wanted again, what is not. */
export function clear(): void {
  wish.prompt.value = "";
  wish.picture.value = null;
}

export const randomSeed = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] as number) >>> 1;
