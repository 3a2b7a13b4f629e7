// Whose jobs: the newest, with how far each is.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError } from "../core/api";
import { standing } from "../core/format";
import { FILTERS, type Filter, forget, jobs, look, lookAtAPlace, lookFurther, more, sending } from "../core/jobs";
import { whileVisible } from "../core/now";
import { CHOICES_S, refreshEvery, refreshS } from "../core/refresh";
import { route, to } from "../core/route";
import { JobRow, SendingRow } from "./job-row";
import { Loading, State, Trouble } from "./states";
import "./job-list.css";

const NONE: Record<Filter, string> = {
  all: "What you make will be listed here.",
  active: "Nothing waits, and nothing runs.",
  failed: "No job has failed.",
  succeeded: "No job has succeeded yet.",
};

/** In the address, so that it can be shared and survives a reload. */
const filterOf = (said: string | null): Filter => (said && said in FILTERS ? (said as Filter) : "all");

export function JobList({ selected }: { selected: string | undefined }) {
  const filter = filterOf(route.value.query.get("list"));
  const { error, run } = useLooks(filter);
  const statuses: readonly string[] = FILTERS[filter];
  const shown = jobs.value?.filter((job) => !statuses.length || statuses.includes(job.status));
  const empty = shown?.length === 0 && sending.value.length === 0;
  return (
    <section class="job-list" aria-labelledby="jobs-title">
      <div class="row head">
        <h2 id="jobs-title">Jobs</h2>
        <Refresh />
      </div>
      <Filters chosen={filter} />
      {error.value && error.value.kind !== "offline" && <Trouble error={error.value} again={() => void run()} />}
      {!shown && !error.value && <Loading />}
      {empty && <State title={filter === "all" ? "No jobs yet" : "None"}>{NONE[filter]}</State>}
      <ul class="jobs">
        {sending.value.map((each) => (
          <SendingRow key={each.key} request={each.request} />
        ))}
        {shown?.map((job) => (
          <JobRow key={job.id} job={job} status={standing(job)} selected={job.id === selected} />
        ))}
      </ul>
      {more.value && <Further />}
    </section>
  );
}

/** Looks again and again, as often as was chosen; after a refusal not before the server said. */
function useLooks(filter: Filter) {
  const error = useSignal<ApiError | null>(null);
  const every = refreshS.value;
  const run = async () => {
    if ((error.peek()?.againAt ?? 0) > Date.now()) return;
    try {
      await look(filter);
      await lookAtAPlace();
      error.value = null;
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      if (thrown.problem?.reason !== "NOT_FOUND") error.value = thrown;
    }
  };
  useEffect(() => {
    if (every) return whileVisible(every * 1000, () => void run());
    void run();
    return undefined;
  }, [filter, every]);
  return { error, run };
}

function Filters({ chosen }: { chosen: Filter }) {
  const { path } = route.value;
  return (
    <nav class="filters" aria-label="Which jobs">
      {(Object.keys(FILTERS) as Filter[]).map((each) => (
        <a
          key={each}
          href={to(path, { list: each === "all" ? "" : each })}
          aria-current={each === chosen ? "true" : undefined}
        >
          {each}
        </a>
      ))}
    </nav>
  );
}

function Refresh() {
  return (
    <label class="refresh">
      <span class="unseen">Look again</span>
      <select value={refreshS.value} onChange={(event) => refreshEvery(Number(event.currentTarget.value))}>
        {CHOICES_S.map((s) => (
          <option key={s} value={s}>
            {s ? `every ${s} s` : "paused"}
          </option>
        ))}
      </select>
    </label>
  );
}

function Further() {
  const busy = useSignal(false);
  const error = useSignal<ApiError | null>(null);
  const read = async () => {
    busy.value = true;
    error.value = null;
    try {
      await lookFurther();
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      // The job that the page begins behind was deleted: begin the list again.
      if (thrown.problem?.reason === "INVALID_INPUT") forget();
      error.value = thrown;
    } finally {
      busy.value = false;
    }
  };
  return (
    <>
      <button type="button" class="further" disabled={busy} onClick={read}>
        {busy.value ? "Loading" : "Older jobs"}
      </button>
      {error.value && <Trouble error={error.value} />}
    </>
  );
}
