// Files of a job, fetched once and shown from memory.

import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, bytes } from "../core/api";

/** The address of a picture in memory; null until it is there, and for ever where it cannot be had. */
export function usePicture(url: string | undefined): ReadonlySignal<string | null> {
  const shown = useSignal<string | null>(null);
  useEffect(() => {
    if (url === undefined) return;
    const stop = new AbortController();
    let made = "";
    bytes(url, stop.signal).then(
      (blob) => {
        if (stop.signal.aborted) return;
        made = URL.createObjectURL(blob);
        shown.value = made;
      },
      () => {}, // a picture less; what is behind it says what is wrong
    );
    return () => {
      stop.abort();
      URL.revokeObjectURL(made);
      shown.value = null;
    };
  }, [url]);
  return shown;
}

/** Why a file is not there, in words. */
export const whyNot = (error: unknown): string =>
  error instanceof ApiError ? error.message : "The file could not be read.";
