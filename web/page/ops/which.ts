// Which dead letters somebody means: fields of a form, words of the address, a filter of the API.

import { SENTENCES } from "../core/reasons";
import type { Field } from "./fields";

const AGES = ["1h", "24h", "7d"];

export const FIELDS: readonly Field[] = [
  { name: "reason", label: "Reason", choices: ["BAD_MESSAGE", ...Object.keys(SENTENCES)].sort() },
  { name: "since", label: "Died since", offers: AGES },
  { name: "stage", label: "Stage" },
  { name: "route", label: "Route" },
];
export const RARE_FIELDS: readonly Field[] = [
  { name: "until", label: "Died until", offers: AGES },
  { name: "owner", label: "Owner" },
  { name: "batch", label: "Batch" },
  { name: "tag", label: "Tag" },
  { name: "priority", label: "Priority", choices: ["high", "normal", "low"] },
];

export interface Which {
  /** KEY=VALUE; all must hold. */
  filter: string[];
  since?: string;
  until?: string;
}

export function whichOf(query: URLSearchParams): Which {
  const wanted: Which = { filter: [] };
  for (const { name } of [...FIELDS, ...RARE_FIELDS]) {
    const value = query.get(name);
    if (!value) continue;
    if (name === "since" || name === "until") wanted[name] = value;
    else wanted.filter.push(`${name}=${value}`);
  }
  return wanted;
}

/** As a person would say it. */
export const said = ({ filter, since, until }: Which): string =>
  [...filter, since && `since=${since}`, until && `until=${until}`].filter(Boolean).join(", ");

export function listing({ filter, ...times }: Which, size: number): string {
  const query = new URLSearchParams({ page_size: String(size), ...times });
  for (const word of filter) query.append("filter", word);
  return `/v1/dead-letters?${query}`;
}
