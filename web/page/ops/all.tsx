// All failed jobs that match are tried again, slowly: first what that would mean, then why.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { PlanAnswer, ReplayRequest, RunAnswer } from "../api";
import { ApiError, ask } from "../core/api";
import { about, count } from "../core/format";
import { go } from "../core/route";
import { Loading, Trouble } from "../parts/states";
import { Dialog } from "./dialog";
import { plural } from "./pieces";
import { said, type Which } from "./which";

const PATH = "/v1/dead-letters/replay";
const RPS = 2; // jobs/replay.py
const [RPS_MIN, RPS_MAX] = [0.01, 100];
const RUN_MAX = 10_000;

export function AllDialog({ which, onClose }: { which: Which; onClose: () => void }) {
  const [rps, limit] = [useSignal(RPS), useSignal<number | null>(null)];
  const { plan, error } = usePlan(which, limit.value);
  const words = said(which);
  const begin = async (reason: string, signal: AbortSignal) => {
    const body: ReplayRequest = { ...which, reason, rps: rps.value, limit: limit.value };
    const run = await ask<RunAnswer>("POST", PATH, { body, signal });
    go(`#/ops/runs/${run.id}`);
  };
  return (
    <Dialog
      title={words ? "Replay all that match?" : "Replay all failed jobs?"}
      verb={plan ? `Replay ${count(plan.total)}` : "Replay"}
      ready={!!plan?.total}
      act={begin}
      onClose={onClose}
    >
      {words && <p class="fine">{words}</p>}
      <div aria-live="polite">
        {plan && <Plan plan={plan} rps={rps.value} />}
        {!plan && !error && <Loading what="Counting" />}
        {error && <Trouble error={error} />}
      </div>
      <div class="fields">
        <Amount
          label="Jobs a second"
          first={RPS}
          min={RPS_MIN}
          max={RPS_MAX}
          step="any"
          required
          onSet={(n) => {
            rps.value = n ?? RPS;
          }}
        />
        <Amount
          label="No more than, in all"
          min={1}
          max={RUN_MAX}
          step="1"
          onSet={(n) => {
            limit.value = n;
          }}
        />
      </div>
    </Dialog>
  );
}

/** What would be done; nothing is. */
function usePlan(which: Which, limit: number | null) {
  const [plan, error] = [useSignal<PlanAnswer | null>(null), useSignal<ApiError | null>(null)];
  useEffect(() => {
    const stop = new AbortController();
    plan.value = null;
    error.value = null;
    const body: ReplayRequest = { ...which, limit, dry_run: true, reason: "to see how many" };
    ask<PlanAnswer>("POST", PATH, { body, signal: stop.signal }).then(
      (answer) => {
        plan.value = answer;
      },
      (thrown) => {
        if (thrown instanceof ApiError) error.value = thrown;
      },
    );
    return () => stop.abort();
  }, [limit]);
  return { plan: plan.value, error: error.value };
}

function Plan({ plan, rps }: { plan: PlanAnswer; rps: number }) {
  if (!plan.total) return <p>No failed job matches.</p>;
  return (
    <>
      <p>
        {plural(plan.total, "job")}, in about {about(plan.total / rps)}.
        {plan.more && " There are more; another run takes those."}
      </p>
      <ul class="reasons">
        {Object.entries(plan.by_reason).map(([reason, n]) => (
          <li key={reason}>
            {count(n)} <code>{reason}</code>
          </li>
        ))}
      </ul>
      {plan.hopeless > 0 && (
        <p class="trouble">
          {plan.hopeless === plan.total ? "For all of them" : `For ${count(plan.hopeless)} of them`} trying again
          changes nothing.
        </p>
      )}
    </>
  );
}

interface Amounts {
  label: string;
  /** What it begins with; from then on the field is its owner's. */
  first?: number;
  min: number;
  max: number;
  step: string;
  required?: boolean;
  onSet: (n: number | null) => void;
}

function Amount({ label, onSet, first, ...bounds }: Amounts) {
  return (
    <label>
      {label}
      <input
        type="number"
        inputMode="decimal"
        {...bounds}
        defaultValue={first?.toString() ?? ""}
        onInput={({ currentTarget: { valueAsNumber: n } }) => onSet(n > 0 ? n : null)}
      />
    </label>
  );
}
