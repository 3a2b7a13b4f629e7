// The log of a job: it follows what is new until somebody scrolls up to read.

import { useEffect, useRef } from "preact/hooks";
import { clock, moment } from "../core/format";
import type { Line } from "../core/log";
import "./log.css";

const NEAR_PX = 24; // so near the end counts as at the end

export function Log({ lines }: { lines: readonly Line[] }) {
  const list = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    if (follows.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [lines]);
  const scrolled = ({ currentTarget: at }: { currentTarget: HTMLElement }) => {
    follows.current = at.scrollHeight - at.scrollTop - at.clientHeight < NEAR_PX;
  };
  return (
    <section class="log" aria-label="Log">
      {/* Additions alone are read out: a line whose words change is the same line. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys. */}
      <div ref={list} onScroll={scrolled} tabIndex={0} role="log" aria-live="polite" aria-relevant="additions">
        <ol>
          {lines.map(({ key, at, text, tone }) => (
            <li key={key} class={tone}>
              <time dateTime={at} title={moment(at)}>
                {clock(at)}
              </time>{" "}
              {text}
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
