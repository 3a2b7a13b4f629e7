// How long ago something was, counting by itself.

import { useComputed } from "@preact/signals";
import { about, moment } from "../core/format";
import { now } from "../core/now";

const JUST_S = 5;

/** Only its own text is drawn again, and only when it reads otherwise. */
export function Ago({ at }: { at: string }) {
  const text = useComputed(() => {
    const s = (now.value - Date.parse(at)) / 1000;
    return s < JUST_S ? "just now" : `${about(s)} ago`;
  });
  return (
    <time dateTime={at} title={moment(at)}>
      {text}
    </time>
  );
}
