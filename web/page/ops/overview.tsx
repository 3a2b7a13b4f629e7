// The queue now, and what became of the newest jobs.

import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { QueueAnswer, Stats } from "../api";
import { count, seconds } from "../core/format";
import { route, to } from "../core/route";
import { Trouble } from "../parts/states";
import { type Look, useLook } from "./look";
import { Outcomes, Reasons, Routes, Seconds } from "./numbers";
import { PausePanel } from "./pause";
import { plural } from "./pieces";

const REFRESH_MS = 5000;
const SLOW_MS = 30_000; // every look at the numbers reads all the jobs they are of, and a store may charge for that
const MANY_JOBS = 500;
const SPANS = { "1h": "last hour", "24h": "last 24 hours", "7d": "last 7 days" };

export function Overview() {
  const fresh = useSignal(true);
  const span = route.value.query.get("since") ?? "24h";
  const many = useSignal(false);
  const stats = useLook<Stats>(
    `/v1/stats?since=${encodeURIComponent(span)}`,
    fresh.value ? (many.value ? SLOW_MS : REFRESH_MS) : 0,
  );
  const queue = useLook<QueueAnswer>("/v1/queue", fresh.value ? REFRESH_MS : 0);
  const spanSeen = useRef(span); // what is shown meanwhile is still of the other one
  if (!stats.stale) spanSeen.current = span;
  if (stats.answer) many.value = stats.answer.of > MANY_JOBS;
  return (
    <>
      <div class="now">
        <Counters look={queue} />
        <PausePanel everyMs={fresh.value ? REFRESH_MS : 0} />
      </div>
      <div class="row spread">
        <Spans span={span} />
        <label class="check">
          <input
            type="checkbox"
            checked={fresh}
            onChange={(event) => {
              fresh.value = event.currentTarget.checked;
            }}
          />
          Refresh by itself
        </label>
      </div>
      {stats.error && stats.error.kind !== "offline" && <Trouble error={stats.error} />}
      {stats.answer && (
        <div class="numbers" aria-busy={stats.stale}>
          <Numbers stats={stats.answer} span={spanSeen.current} />
        </div>
      )}
    </>
  );
}

function Counters({ look: { answer: now, error } }: { look: Look<QueueAnswer> }) {
  if (error && error.kind !== "offline") return <Trouble error={error} />;
  const measured = (s: number | null | undefined) => (s == null ? "–" : seconds(s));
  const rows = {
    Queued: now ? count(now.queued) : "–",
    Running: now ? count(now.running) : "–",
    "Oldest wait": measured(now?.oldest_queued_seconds),
    "Median run": measured(now?.median_run_seconds),
    "New job": now?.paused ? "paused" : measured(now?.eta_seconds),
  };
  return (
    <section class="sheet" aria-label="The queue now">
      <dl class="counters">
        {Object.entries(rows).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Spans({ span }: { span: string }) {
  return (
    <nav class="tabs" aria-label="Jobs made in the">
      {Object.entries(SPANS).map(([word, title]) => (
        <a key={word} href={to(["ops"], { since: word })} aria-current={word === span ? "true" : undefined}>
          {title}
        </a>
      ))}
    </nav>
  );
}

function Numbers({ stats, span }: { stats: Stats; span: string }) {
  return (
    <>
      <p class="fine">
        Of {stats.more ? "the newest " : ""}
        {plural(stats.of, "job")} made {span in SPANS ? `in the ${SPANS[span as keyof typeof SPANS]}` : `since ${span}`}
        .{stats.more && " There are older ones, which are not counted."}
        {stats.unreadable > 0 && ` ${plural(stats.unreadable, "document")} among them cannot be read.`}
      </p>
      <div class="sheets">
        <Outcomes stats={stats} />
        <Reasons counts={stats.by_reason} span={span} />
      </div>
      <Seconds stats={stats} />
      <Routes routes={stats.by_route} />
    </>
  );
}
