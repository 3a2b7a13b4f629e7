// The table of dead letters: what each is, and which are chosen.

import type { Signal } from "@preact/signals";
import type { DeadRow } from "../api";
import { moment } from "../core/format";
import { to } from "../core/route";
import { Ago } from "../parts/ago";
import { Scroll } from "./pieces";

interface Listed {
  rows: DeadRow[];
  chosen: Signal<ReadonlySet<string>>;
}

export function Letters({ rows, chosen }: Listed) {
  const choose = (ids: string[], on: boolean) => {
    const next = new Set(chosen.value);
    for (const id of ids) on ? next.add(id) : next.delete(id);
    chosen.value = next;
  };
  const all = rows.map(({ id }) => id);
  return (
    <Scroll label="Dead letters, table">
      <table class="letters">
        <thead>
          <tr>
            <td class="short">
              <Box
                label="Select all that are shown"
                on={chosen.value.size === all.length}
                set={(on) => choose(all, on)}
              />
            </td>
            <th scope="col">What</th>
            <th scope="col">Reason</th>
            <th scope="col">Where</th>
            <th scope="col">Attempts</th>
            <th scope="col">Died</th>
            <th scope="col">Letter</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} on={chosen.value.has(row.id)} set={(on) => choose([row.id], on)} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

interface Boxed {
  label: string;
  on: boolean;
  set: (on: boolean) => void;
}

function Box({ label, on, set }: Boxed) {
  return (
    <label class="box">
      <input type="checkbox" aria-label={label} checked={on} onChange={(event) => set(event.currentTarget.checked)} />
    </label>
  );
}

function Row({ row, on, set }: { row: DeadRow; on: boolean; set: (on: boolean) => void }) {
  return (
    <tr>
      <td class="short">
        <Box label={`Select ${row.what}, ${row.id}`} on={on} set={set} />
      </td>
      <th scope="row">
        <a href={to(["ops", "dead", row.id])}>{row.what || row.id}</a>
        {row.kind !== "job" && <span class="kind">{KINDS[row.kind]}</span>}
        <code class="fine">{row.id}</code>
      </th>
      <td class="short">{row.reason ?? "–"}</td>
      <td class="short">{where(row) || "–"}</td>
      <td class="short">{tries(row)}</td>
      <td class="short">{row.died_at ? <Ago at={row.died_at} /> : "–"}</td>
      <td class="short">
        <Letter at={row.letter_at} />
      </td>
    </tr>
  );
}

export const KINDS = { job: "a job", garbage: "a message without a job", unreadable: "a document nobody can read" };

export const where = ({ route, stage }: DeadRow): string => [route, stage].filter(Boolean).join(" / ");

export const tries = ({ attempt, attempts_left: left }: DeadRow): string =>
  attempt === null ? "–" : `${attempt} of ${attempt + (left ?? 0)}`;

export function Letter({ at }: { at: string | null }) {
  if (at) return <span title={moment(at)}>sent</span>;
  return <span title="The next sweep sends it">due</span>;
}
