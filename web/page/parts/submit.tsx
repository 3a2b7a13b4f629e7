// What shall be made: words or a picture, how well, go.

import { useSignal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { JobRequest } from "../api";
import { ApiError } from "../core/api";
import { draft } from "../core/draft";
import { about } from "../core/format";
import { newKey, queue, submit } from "../core/jobs";
import { go, route, to } from "../core/route";
import { maySubmit } from "../core/session";
import { clear, fill, lengthOf, QUALITIES, requested, WORDS_MAX, wish } from "../core/wish";
import { Options } from "./options";
import { ChoosePicture, ChosenPicture, usePictures } from "./picture";
import { Trouble } from "./states";
import "./submit.css";

const EXAMPLES = ["cat", "flying bird", "office chair", "airplane", "a person waving", "oak tree"];
const COUNT_FROM = 160; // near the end it is good to know how many letters are left

export function Submit({ small }: { small: boolean }) {
  if (!maySubmit()) return small ? null : <OnlyLooking />;
  return (
    <section class={`submit ${small ? "small" : ""}`} aria-label="Make an object">
      {!small && <Welcome />}
      <Form small={small} />
    </section>
  );
}

function Welcome() {
  return (
    <div class="welcome">
      <h1>Words become objects</h1>
      <p>Name a thing, or bring a picture of it: you get a 3D object in named parts, to turn, take apart and keep.</p>
    </div>
  );
}

function OnlyLooking() {
  return (
    <section class="submit" aria-label="Make an object">
      <h1>Look around</h1>
      <p class="fine">Your key may look at jobs, but not submit any. For that it needs the scope submit.</p>
    </section>
  );
}

function Form({ small }: { small: boolean }) {
  const { send, busy, error } = useSending();
  const dropping = usePictures(error);
  const options = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  useWordsKey(form);
  useDraft(form);
  const over = lengthOf(wish.prompt.value) > WORDS_MAX;
  const enter = (event: Event) => {
    event.preventDefault();
    if (!over && !busy.value) void send();
  };
  const seeOptions = () => {
    options.value = true;
  };
  return (
    <form ref={form} class={dropping.value ? "dropping" : ""} onSubmit={enter} onInvalidCapture={seeOptions}>
      <div class="ask">
        {wish.picture.value ? <ChosenPicture picture={wish.picture.value} /> : <Words over={over} />}
        <button type="submit" class="main" disabled={busy.value || over}>
          {busy.value ? "Sending" : "Generate"}
        </button>
      </div>
      <div class="row how">
        <HowWell />
        <ChoosePicture error={error} />
        <button
          type="button"
          class="plain"
          aria-expanded={options}
          aria-controls="options"
          onClick={() => {
            options.value = !options.value;
          }}
        >
          Options
        </button>
      </div>
      <Options shown={options} />
      {error.value && (
        <Trouble error={error.value} verb="Send again" {...(mayHelp(error.value) && { again: () => void send() })} />
      )}
      {!small && <Examples send={send} busy={busy.value} />}
      {!small && <Queued />}
    </form>
  );
}

/** Sends what the form says. Asked again for the very same, also after a lost connection, it is the same job. */
function useSending() {
  const busy = useSignal(false);
  const error = useSignal<ApiError | null>(null);
  const last = useRef<Sent | null>(null);
  useSignalEffect(() => {
    // What was said of the words is over with them, and with the room it was said in.
    void [wish.prompt.value, wish.picture.value, route.value.path[1]];
    if (!busy.peek()) error.value = null;
  });
  const send = async () => {
    const request = requested();
    const key = keyFor(request, last);
    busy.value = true;
    error.value = null;
    try {
      const job = await submit(request, key, last.current?.file);
      last.current = null;
      clear();
      go(to(["jobs", job.id], { list: "" }));
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      error.value = thrown;
    } finally {
      busy.value = false;
    }
  };
  return { send, busy, error };
}

/** What was sent last, and not taken on yet. */
interface Sent {
  key: string;
  said: string;
  file: File | undefined;
}

function keyFor(request: JobRequest, last: { current: Sent | null }): string {
  const said = JSON.stringify(request);
  const file = wish.picture.value?.file;
  if (last.current?.said !== said || last.current.file !== file) last.current = { key: newKey(), said, file };
  return last.current.key;
}

/** Whether sending the same once more may end otherwise. */
const mayHelp = (error: ApiError): boolean => error.kind !== "refused" || (error.problem?.retryable ?? false);

/** `/` leads to the words, from wherever nothing is being typed, as soon as they are seen. */
function useWordsKey(form: { current: HTMLFormElement | null }) {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = (event.target as Element).closest("input, select, textarea, dialog");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      form.current?.querySelector<HTMLInputElement>(".words input")?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

/** A job's words, to be edited: the form is filled, and shown whole. */
function useDraft(form: { current: HTMLFormElement | null }) {
  useSignalEffect(() => {
    const input = draft.value;
    if (!input) return;
    draft.value = null;
    fill(input);
    go(to([]));
    requestAnimationFrame(() => form.current?.querySelector<HTMLInputElement>(".words input")?.focus());
  });
}

function Words({ over }: { over: boolean }) {
  const left = WORDS_MAX - lengthOf(wish.prompt.value);
  const counted = left < WORDS_MAX - COUNT_FROM;
  return (
    <label class="words">
      What shall be made?
      <input
        required
        autocomplete="off"
        placeholder="flying bird"
        title="Press / to come here"
        aria-keyshortcuts="/"
        aria-invalid={over}
        aria-describedby={counted ? "words-left" : undefined}
        value={wish.prompt}
        onInput={(event) => {
          wish.prompt.value = event.currentTarget.value;
        }}
      />
      {counted && (
        <span id="words-left" class={`left ${over ? "over" : ""}`}>
          {over ? `${-left} too many` : `${left} left`}
        </span>
      )}
    </label>
  );
}

function HowWell() {
  return (
    <fieldset class="choice">
      <legend class="unseen">Quality</legend>
      {QUALITIES.map((each) => (
        <label key={each}>
          <input
            type="radio"
            name="quality"
            value={each}
            checked={wish.quality.value === each}
            onChange={() => {
              wish.quality.value = each;
            }}
          />
          <span>{each}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Examples({ send, busy }: { send: () => Promise<void>; busy: boolean }) {
  const make = (example: string) => {
    wish.picture.value = null;
    wish.prompt.value = example;
    void send();
  };
  return (
    <fieldset class="examples">
      <legend>Or try one of these</legend>
      {EXAMPLES.map((example) => (
        <button key={example} type="button" disabled={busy} onClick={() => make(example)}>
          {example}
        </button>
      ))}
    </fieldset>
  );
}

/** What a job submitted now has to expect. */
function Queued() {
  const now = queue.value;
  if (now?.paused) return <p class="fine">The queue is paused. Your job is taken on, and waits until it goes on.</p>;
  if (!now || now.eta_seconds === null) return null;
  return <p class="fine">A job takes about {about(Math.max(now.eta_seconds, 1))} now.</p>;
}
