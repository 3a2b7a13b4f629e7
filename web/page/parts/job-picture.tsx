// A picture of a job: fetched with a key and shown from memory, since an <img> sends none.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { bytes } from "../core/api";

/** `version`: another one is another picture at the same address. Where it cannot be had there is none. */
export function JobPicture({ url, version = "", alt }: { url: string; version?: string | number; alt: string }) {
  const shown = useSignal<string | null>(null);
  useEffect(() => {
    const left = new AbortController();
    bytes(url, left.signal).then(
      (blob) => {
        if (!left.signal.aborted) shown.value = URL.createObjectURL(blob);
      },
      () => {}, // the shelf may have lost it; the job says by itself how it goes
    );
    return () => {
      left.abort();
      if (shown.value) URL.revokeObjectURL(shown.value);
      shown.value = null;
    };
  }, [url, version]);
  return shown.value && <img src={shown.value} alt={alt} />;
}
