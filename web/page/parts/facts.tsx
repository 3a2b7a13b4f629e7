// What there is to know of a result: how it was made, of what it is, how long it is kept.

import type { ComponentChildren } from "preact";
import type { Bounds, JobAnswer, Output } from "../api";
import { count, moment } from "../core/format";
import { took } from "../core/steps";
import { Said } from "./failure";
import "./facts.css";

export function Facts({ job, output }: { job: JobAnswer; output: Output }) {
  return (
    <section class="facts" aria-label="Facts">
      <h2>Facts</h2>
      <dl>
        <Fact of="Template">{output.template}</Fact>
        <Fact of="Route">{output.route}</Fact>
        <Fact of="Quality">{job.input.quality}</Fact>
        <Fact of="Seed">
          {job.input.seed}
          {job.reseed > 0 && ` (+ ${job.reseed}: parts made before it were refused)`}
        </Fact>
        <Fact of="Parts">{output.parts.length}</Fact>
        <Fact of="Faces">{count(output.parts.reduce((sum, part) => sum + part.faces, 0))}</Fact>
        <Fact of="Surface">{output.watertight ? "closed (watertight)" : "not closed everywhere"}</Fact>
        {output.bounds && <Fact of="Size">{extent(output.bounds)}</Fact>}
        {job.metrics && <Fact of="Time">{time(job)}</Fact>}
        {output.models.length > 0 && <Fact of="Models">{output.models.join(", ")}</Fact>}
        {output.licences.length > 0 && <Fact of="Their licences">{output.licences.join(", ")}</Fact>}
        <Fact of="Kept until">{moment(job.expires_at)}</Fact>
        <Fact of="Job">
          <code>{job.id}</code>
        </Fact>
      </dl>
      <Said title="Why other routes did not make it" lines={output.refusals} />
      <Said title="What had to be overcome" lines={output.remedies} />
    </section>
  );
}

function Fact({ of, children }: { of: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{of}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const time = ({ metrics }: JobAnswer): string =>
  metrics ? `${took(metrics.run_seconds)} of work, ${took(metrics.wait_seconds)} of waiting` : "";

/** Width, height, depth; an object has no unit of its own. */
const extent = ({ low, high }: Bounds): string => high.map((end, at) => (end - (low[at] ?? 0)).toFixed(2)).join(" × ");
