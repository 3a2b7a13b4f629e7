// By which words a list is narrowed down: fields of a form, kept in the address.

import { useLayoutEffect, useRef } from "preact/hooks";
import { go, route, to } from "../core/route";

export interface Field {
  name: string;
  label: string;
  /** The only values there are; without them it is a text. */
  choices?: readonly string[];
  /** Values that are offered, though others may be typed. */
  offers?: readonly string[];
}

interface Form {
  path: string[];
  fields: readonly Field[];
  /** Those that few ever need. */
  rare?: readonly Field[];
}

/** What is typed counts when it is sent, what is chosen at once. */
export function Fields({ path, fields, rare = [] }: Form) {
  const { query } = route.value;
  const send = (form: HTMLFormElement) => {
    const said = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()]);
    go(to(path, Object.fromEntries(said)));
  };
  const all = [...fields, ...rare];
  const cleared = Object.fromEntries(all.map(({ name }) => [name, ""]));
  return (
    <search>
      <form
        class="fields"
        onSubmit={(event) => {
          event.preventDefault();
          send(event.currentTarget);
        }}
      >
        <Each fields={fields} query={query} send={send} />
        <div class="row">
          <button type="submit">Filter</button>
          {all.some(({ name }) => query.has(name)) && <a href={to(path, cleared)}>Clear</a>}
        </div>
        {rare.length > 0 && (
          <details open={rare.some(({ name }) => query.has(name))}>
            <summary>More filters</summary>
            <div class="fields">
              <Each fields={rare} query={query} send={send} />
            </div>
          </details>
        )}
      </form>
    </search>
  );
}

interface Fill {
  fields: readonly Field[];
  query: URLSearchParams;
  send: (form: HTMLFormElement) => void;
}

function Each({ fields, query, send }: Fill) {
  return (
    <>
      {fields.map((field) => (
        <div key={field.name} class="field">
          <label for={`by-${field.name}`}>{field.label}</label>
          {field.choices ? (
            <Choice name={field.name} choices={field.choices} value={query.get(field.name) ?? ""} send={send} />
          ) : (
            <Text name={field.name} offers={field.offers} value={query.get(field.name) ?? ""} />
          )}
        </div>
      ))}
    </>
  );
}

interface Choosing {
  name: string;
  choices: readonly string[];
  value: string;
  send: (form: HTMLFormElement) => void;
}

/** What came with the address is there too: the API says whether it knows it. */
function Choice({ name, choices, value, send }: Choosing) {
  const at = useSaid<HTMLSelectElement>(value);
  const all = new Set([...choices, value]);
  all.delete("");
  return (
    <select id={`by-${name}`} name={name} ref={at} onChange={({ currentTarget: { form } }) => form && send(form)}>
      <option value="">any</option>
      {[...all].map((choice) => (
        <option key={choice}>{choice}</option>
      ))}
    </select>
  );
}

function Text({ name, offers, value }: { name: string; offers: readonly string[] | undefined; value: string }) {
  const at = useSaid<HTMLInputElement>(value);
  const list = offers && `offers-${name}`;
  return (
    <>
      <input
        id={`by-${name}`}
        name={name}
        ref={at}
        list={list}
        autoComplete="off"
        spellcheck={false}
        placeholder={offers && `${offers.at(-2)}, or a time`}
      />
      {offers && (
        <datalist id={list}>
          {offers.map((offer) => (
            <option key={offer} value={offer} />
          ))}
        </datalist>
      )}
    </>
  );
}

/** The field has what the address says, once: what somebody types meanwhile is theirs, however often this is drawn. */
function useSaid<Field extends { value: string }>(value: string) {
  const at = useRef<Field>(null);
  useLayoutEffect(() => {
    if (at.current) at.current.value = value;
  }, [value]);
  return at;
}
