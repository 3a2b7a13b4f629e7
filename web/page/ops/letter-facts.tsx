// Where and when a dead letter died, whose it was, and every attempt at it.

import type { ComponentChildren } from "preact";
import type { Attempt, DeadAnswer, Job } from "../api";
import { moment } from "../core/format";
import { took } from "../core/steps";
import { Ago } from "../parts/ago";
import { KINDS, Letter, tries } from "./letters";
import { Scroll } from "./pieces";

export function LetterFacts({ letter }: { letter: DeadAnswer }) {
  const { job, garbage } = letter;
  return (
    <dl class="facts">
      <Fact of="What it is">{KINDS[letter.kind]}</Fact>
      <Fact of="Stage">{letter.stage}</Fact>
      <Fact of="Route">{letter.route}</Fact>
      <Fact of="Attempts">{job && tries(letter)}</Fact>
      <Fact of="Died">{letter.died_at && <Ago at={letter.died_at} />}</Fact>
      <Fact of="Letter">
        <Letter at={letter.letter_at} />
      </Fact>
      {job && <JobFacts job={job} />}
      <Fact of="Message">{garbage?.source_message_id}</Fact>
      <Fact of="Attributes">{garbage?.attributes.map(({ name, value }) => `${name}: ${value}`).join(", ")}</Fact>
      <Fact of="Id">
        <code>{letter.id}</code>
      </Fact>
    </dl>
  );
}

function JobFacts({ job }: { job: Job }) {
  const { replay } = job;
  return (
    <>
      <Fact of="Owner">{job.owner_uid}</Fact>
      <Fact of="Quality and seed">{`${job.input.quality}, ${job.input.seed}`}</Fact>
      <Fact of="Asked for">{moment(job.created_at)}</Fact>
      <Fact of="Batch">{job.batch_id}</Fact>
      <Fact of="Tags">{job.tags.join(", ")}</Fact>
      <Fact of="Replays">{replay && `${replay.count}, the last by ${replay.by}: ${replay.reason}`}</Fact>
      <Fact of="Request">{job.request_id && <code>{job.request_id}</code>}</Fact>
      <Fact of="Trace">{job.trace && <code>{job.trace}</code>}</Fact>
    </>
  );
}

/** Where there is something to say. */
function Fact({ of, children }: { of: string; children?: ComponentChildren }) {
  if (!children) return null;
  return (
    <div>
      <dt>{of}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Attempts({ job }: { job: Job | null }) {
  if (!job?.attempts.length) return null;
  return (
    <section class="sheet" aria-label="Attempts">
      <h2>Attempts</h2>
      <Scroll label="Attempts, table">
        <table>
          <thead>
            <tr>
              <th scope="col">Nr</th>
              <th scope="col">Begun</th>
              <th scope="col" class="number">
                Took
              </th>
              <th scope="col">Worker</th>
              <th scope="col">Ended by</th>
              <th scope="col">Message</th>
            </tr>
          </thead>
          <tbody>
            {job.attempts.map((attempt) => (
              <tr key={attempt.token}>
                <td>{attempt.n}</td>
                <td class="short">{moment(attempt.started_at)}</td>
                <td class="number">{length(attempt)}</td>
                <td class="short">{attempt.worker}</td>
                <td class="short">{[attempt.event ?? "not yet", attempt.reason].filter(Boolean).join(" ")}</td>
                <td class="why">{attempt.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

const length = ({ started_at, ended_at }: Attempt): string =>
  ended_at ? took((Date.parse(ended_at) - Date.parse(started_at)) / 1000) : "–";
