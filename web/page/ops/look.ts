// Looking at the API: once, again and again while somebody watches, or page by page.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, ask } from "../core/api";
import { whileVisible } from "../core/now";

export interface Look<Answer> {
  /** What was answered last; kept while the server is out of reach. */
  answer: Answer | null;
  /** It is the answer to another question, until this one has its own. */
  stale: boolean;
  error: ApiError | null;
  again: () => void;
}

/** What is at `path`; with `everyMs` it is asked again that often while the page is visible. */
export function useLook<Answer>(path: string, everyMs = 0): Look<Answer> {
  const seen = useSignal<Seen<Answer>>({ of: path, answer: null, error: null });
  const times = useSignal(0);
  useEffect(() => {
    const stop = new AbortController();
    const look = () => {
      ask<Answer>("GET", path, { signal: stop.signal }).then(
        (answer) => {
          if (!stop.signal.aborted) seen.value = { of: path, answer, error: null };
        },
        (error) => {
          if (error instanceof ApiError)
            seen.value = stays(error) ? { ...seen.value, error } : { of: path, answer: null, error };
        },
      );
    };
    const end = everyMs ? whileVisible(everyMs, look) : look();
    return () => {
      end?.();
      stop.abort();
    };
  }, [path, everyMs, times.value]);
  const { of, answer, error } = seen.value;
  return { answer, error, stale: of !== path, again: () => times.value++ };
}

interface Seen<Answer> {
  of: string;
  answer: Answer | null;
  error: ApiError | null;
}

/** Whether what was seen before is still worth showing: nothing says that it is not there any more. */
const stays = (error: ApiError) => error.kind === "offline" || (error.problem?.retryable ?? false);

export interface Pages<Row> {
  rows: Row[] | null;
  more: (() => void) | null;
  busy: boolean;
  error: ApiError | null;
  again: () => void;
}

interface Page {
  next_page_token: string | null;
}

/** A list as far as somebody asked for it; `path` has a query already. */
export function usePages<Answer extends Page, Row>(path: string, rowsOf: (page: Answer) => Row[]): Pages<Row> {
  const seen = useSignal<{ rows: Row[] | null; next: string | null }>({ rows: null, next: null });
  const [busy, error, times] = [useSignal(true), useSignal<ApiError | null>(null), useSignal(0)];
  const look = async (before: Row[], token: string | null, signal?: AbortSignal) => {
    busy.value = true;
    try {
      const from = token ? `&page_token=${encodeURIComponent(token)}` : "";
      const page = await ask<Answer>("GET", path + from, signal && { signal });
      seen.value = { rows: [...before, ...rowsOf(page)], next: page.next_page_token };
      error.value = null;
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) return;
      error.value = thrown;
      if (!before.length && !stays(thrown)) seen.value = { rows: null, next: null };
    }
    busy.value = false;
  };
  useEffect(() => {
    const stop = new AbortController();
    void look([], null, stop.signal);
    return () => stop.abort();
  }, [path, times.value]);
  const { rows, next } = seen.value;
  return {
    rows,
    more: next && rows ? () => void look(rows, next) : null,
    busy: busy.value,
    error: error.value,
    again: () => times.value++,
  };
}
