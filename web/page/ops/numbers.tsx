// Numbers in tables, with bars beside them for who only wants to see which is the long one.

import type { ComponentChildren } from "preact";
import type { Percentiles, RouteStats, Stats } from "../api";
import { count } from "../core/format";
import { took } from "../core/steps";
import { Bar, Scroll } from "./pieces";

/** How many ended how. */
export function Outcomes({ stats }: { stats: Stats }) {
  const most = Math.max(...Object.values(stats.by_status));
  return (
    <section class="sheet" aria-label="By status">
      <h2>By status</h2>
      <table class="bars">
        <tbody>
          {Object.entries(stats.by_status).map(([status, n]) => (
            <BarRow key={status} n={n} most={most} kind={status}>
              <span class={`status ${status}`}>{status}</span>
            </BarRow>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Why jobs failed; each leads to its dead letters. */
export function Reasons({ counts, span }: { counts: Record<string, number>; span: string }) {
  const reasons = Object.entries(counts);
  const most = Math.max(...Object.values(counts));
  return (
    <section class="sheet" aria-label="Errors by reason">
      <h2>Errors by reason</h2>
      {reasons.length === 0 && <p class="fine">None.</p>}
      <table class="bars">
        <tbody>
          {reasons.map(([reason, n]) => (
            <BarRow key={reason} n={n} most={most} kind="failed">
              <a href={`#/ops/dead?${new URLSearchParams({ reason, since: span })}`}>{reason}</a>
            </BarRow>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function BarRow(row: { n: number; most: number; kind: string; children: ComponentChildren }) {
  return (
    <tr>
      <th scope="row">{row.children}</th>
      <td>
        <Bar parts={[row.n]} of={row.most} kind={row.kind} />
      </td>
      <td class="number">{count(row.n)}</td>
    </tr>
  );
}

/** How long jobs waited and ran, and each stage of them. */
export function Seconds({ stats }: { stats: Stats }) {
  const whole = { Wait: stats.wait_seconds, Run: stats.run_seconds };
  const stages = Object.entries(stats.stage_seconds);
  return (
    <section class="sheet" aria-label="Seconds">
      <h2>How long it took</h2>
      {stats.run_seconds ? (
        <Scroll label="How long it took, table">
          <table class="seconds">
            <thead>
              <tr>
                <th scope="col">Jobs that succeeded</th>
                <Heads />
              </tr>
            </thead>
            <SecondsRows rows={Object.entries(whole)} />
            {stages.length > 0 && <SecondsRows rows={stages} title="Stages" />}
          </table>
        </Scroll>
      ) : (
        <p class="fine">No job has succeeded in this time, so nothing was measured.</p>
      )}
    </section>
  );
}

function Heads() {
  return (
    <>
      <th scope="col" class="number p50">
        p50
      </th>
      <th scope="col" class="number p95">
        p95
      </th>
      <th scope="col" class="number p99">
        p99
      </th>
      <td />
      <th scope="col" class="number">
        of
      </th>
    </>
  );
}

/** Rows that share a scale. */
function SecondsRows({ rows, title }: { rows: [string, Percentiles | null][]; title?: string }) {
  const most = Math.max(...rows.map(([, each]) => each?.p99 ?? 0));
  return (
    <tbody>
      {title && (
        <tr class="title">
          <th scope="rowgroup" colSpan={6}>
            {title}
          </th>
        </tr>
      )}
      {rows.map(([name, each]) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          <Percents of={each} most={most} />
        </tr>
      ))}
    </tbody>
  );
}

function Percents({ of: each, most }: { of: Percentiles | null; most: number }) {
  if (!each) return <td colSpan={5}>–</td>;
  return (
    <>
      <td class="number">{took(each.p50)}</td>
      <td class="number">{took(each.p95)}</td>
      <td class="number">{took(each.p99)}</td>
      <td class="drawn">
        <Bar parts={[each.p50, each.p95, each.p99]} of={most} kind="layers" />
      </td>
      <td class="number">{count(each.of)}</td>
    </>
  );
}

export function Routes({ routes }: { routes: Record<string, RouteStats> }) {
  const rows = Object.entries(routes);
  const most = Math.max(...rows.map(([, each]) => each.run_seconds?.p99 ?? 0));
  if (rows.length === 0) return null;
  return (
    <section class="sheet" aria-label="By route">
      <h2>By route</h2>
      <Scroll label="By route, table">
        <table class="seconds">
          <thead>
            <tr>
              <th scope="col">Route</th>
              <th scope="col" class="number">
                Succeeded
              </th>
              <th scope="col" class="number">
                Failed
              </th>
              <Heads />
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, each]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="number">{count(each.succeeded)}</td>
                <td class="number">{count(each.failed)}</td>
                <Percents of={each.run_seconds} most={most} />
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
