// Whether a file is a picture the API takes: said at once, before 20 MB travel for nothing.

import { ApiError } from "./api";
import { size } from "./format";
import { wish } from "./wish";

export const TYPES = ["image/png", "image/jpeg", "image/webp"];
const BYTES_MAX = 20_000_000; // jobs/images.py

/** What is wrong with it, or null; what is inside, only the server can say. */
export function objection(file: File): string | null {
  if (!TYPES.includes(file.type))
    return `PNG, JPEG and WebP are read; ${file.name} is ${file.type || "something else"}.`;
  if (file.size > BYTES_MAX) return `${file.name} has ${size(file.size)}; the limit is ${size(BYTES_MAX)}.`;
  return null;
}

/** Put it in the form. Throws ApiError. */
export function take(file: File): void {
  const why = objection(file);
  if (why) throw new ApiError("refused", why);
  wish.picture.value = { name: file.name || "a pasted picture", file };
}
