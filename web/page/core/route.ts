// Where somebody is, in the part of the address behind #: it can be shared, and survives a reload.

import { computed, signal } from "@preact/signals";

const hash = signal(location.hash);
addEventListener("hashchange", () => {
  hash.value = location.hash;
});

/** `#/jobs/abc?list=failed` is the path ["jobs", "abc"] and the query list=failed. */
export const route = computed(() => {
  const [path = "", query = ""] = hash.value.replace(/^#\/?/, "").split("?", 2);
  return { path: path.split("/").filter(Boolean).map(plain), query: new URLSearchParams(query) };
});

/** Somebody may have typed it: what cannot be decoded is taken as it is. */
function plain(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const jobAddress = (id: string): string => to(["jobs", id]);

/** An address with the query as it is now, but for `changes`; an empty value takes a name out. */
export function to(path: string[], changes: Record<string, string> = {}): string {
  const query = new URLSearchParams(route.value.query);
  for (const [name, value] of Object.entries(changes)) value ? query.set(name, value) : query.delete(name);
  const said = query.toString();
  return `#/${path.map(encodeURIComponent).join("/")}${said ? `?${said}` : ""}`;
}

export function go(address: string): void {
  location.hash = address;
}
