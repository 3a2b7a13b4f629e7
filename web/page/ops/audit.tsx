// Who did what, and why.

import type { AuditEntry, AuditPage } from "../api";
import { count } from "../core/format";
import { route } from "../core/route";
import { Ago } from "../parts/ago";
import { Loading, State, Trouble } from "../parts/states";
import { Fields } from "./fields";
import { usePages } from "./look";
import { Further, plural, Scroll } from "./pieces";

const PAGE = 50;
const IDS_SHOWN = 3;

/** In jobs/audit.py. */
const ACTIONS = {
  "dlq.replay": "tried again",
  "dlq.resume": "went on with a run",
  "dlq.purge": "removed for good",
  "dlq.drain": "emptied the dead-letter topic",
  "claims.pause": "paused the workers",
  "claims.resume": "let the workers go on",
  "claims.drain": "drained a worker",
  "claims.undrain": "let a drained worker go on",
  "batch.cancel": "canceled a batch",
  "batch.retry": "tried a batch's failed jobs again",
  "jobs.cancel": "canceled jobs",
  "jobs.priority": "changed a job's priority",
  "backup.restore": "restored a backup",
  "keys.create": "made a key",
  "keys.rotate": "renewed a key",
  "keys.revoke": "took a key back",
};

const FIELDS = [
  { name: "action", label: "Action", choices: Object.keys(ACTIONS) },
  { name: "who", label: "Who" },
];

export function AuditRoom() {
  const query = new URLSearchParams({ page_size: String(PAGE) });
  for (const { name } of FIELDS) {
    const said = route.value.query.get(name);
    if (said) query.set(name, said);
  }
  const { rows, more, busy, error, again } = usePages<AuditPage, AuditEntry>(
    `/v1/audit?${query}`,
    (page) => page.entries,
  );
  return (
    <section class="sheet" aria-label="Audit">
      <Fields path={["ops", "audit"]} fields={FIELDS} />
      {error && <Trouble error={error} again={again} />}
      {!rows && !error && <Loading />}
      {rows?.length === 0 && <State title="None">Nothing of this kind has been done yet.</State>}
      {rows && rows.length > 0 && <Entries rows={rows} />}
      <Further more={more} busy={busy} />
    </section>
  );
}

function Entries({ rows }: { rows: AuditEntry[] }) {
  return (
    <Scroll label="Audit, table">
      <table class="audit">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">Which</th>
            <th scope="col">Came to</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((entry) => (
            <tr key={entry.id}>
              <td class="short">
                <Ago at={entry.begun_at} />
              </td>
              <td>{entry.who}</td>
              <td class="short">
                <code title={ACTIONS[entry.action as keyof typeof ACTIONS]}>{entry.action}</code>
              </td>
              <td class="which">
                <Which entry={entry} />
              </td>
              <td>
                <CameTo entry={entry} />
              </td>
              <td class="why">{entry.why}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** By which words, or which by name. */
function Which({ entry: { run, filter, ids, of, action } }: { entry: AuditEntry }) {
  if (run) {
    return (
      <>
        <a href={`#/ops/runs/${run}`}>{run}</a> {filter.join(" ")}
      </>
    );
  }
  if (filter.length) return <>{filter.join(" ")}</>;
  const letters = action.startsWith("dlq.");
  return (
    <>
      {ids.slice(0, IDS_SHOWN).map((id) => (
        <div key={id}>{letters ? <a href={`#/ops/dead/${id}`}>{id}</a> : id}</div>
      ))}
      {of > IDS_SHOWN && <div class="fine">and {count(of - IDS_SHOWN)} more</div>}
    </>
  );
}

function CameTo({ entry: { counts, of, done_at } }: { entry: AuditEntry }) {
  if (!done_at) {
    return (
      <span class="unfinished" title="It is under way, or it was cut off">
        not finished{of > 1 && `, of ${plural(of, "job")}`}
      </span>
    );
  }
  return (
    <>
      {Object.entries(counts)
        .map(([what, n]) => `${count(n)} ${what}`)
        .join(", ") || "done"}
    </>
  );
}
