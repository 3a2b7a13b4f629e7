// One way to ask the API: every answer is its body, every failure one of three kinds that a person can tell apart.

import { signal } from "@preact/signals";
import type { Problem, Wrong } from "../api";

/** What went wrong: nobody answered, the API refused, or what came was no answer of this API. */
export type Kind = "offline" | "refused" | "garbled";

export class ApiError extends Error {
  constructor(
    readonly kind: Kind,
    message: string,
    readonly problem: Problem | null = null,
    /** When asking again makes sense, in milliseconds since 1970; null: the server said nothing of it. */
    readonly againAt: number | null = null,
  ) {
    super(message);
  }
}

export interface Asking {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Whether the server was reachable when it was last asked, and when it was last heard. */
export const connection = signal({ up: true, heardAt: Date.now() });

/** Gives the token that a request is sent with; null where nobody has to say who they are. */
export type Bearer = () => Promise<string | null>;

let bearer: Bearer = async () => null;
let onUnauthenticated: () => void = () => {};

export function askAs(next: Bearer, whenRefused: () => void): void {
  bearer = next;
  onUnauthenticated = whenRefused;
}

/** The JSON of an answer, or undefined where it has no body. Throws ApiError, or AbortError when `signal` fires. */
export async function ask<Answer>(method: string, path: string, asking: Asking = {}): Promise<Answer> {
  const response = await send(method, path, asking);
  if (response.status === 204) return undefined as Answer;
  return (await read(response)) as Answer;
}

/** The bytes of a file. Throws as `ask` does. */
export async function bytes(path: string, signal?: AbortSignal): Promise<Blob> {
  const response = await send("GET", path, signal ? { signal } : {});
  try {
    return await response.blob();
  } catch (error) {
    throw unreachable(error);
  }
}

/** The answer as it comes, for streams. Throws as `ask` does. */
export async function send(method: string, path: string, asking: Asking = {}): Promise<Response> {
  const { body, signal = null } = asking;
  const headers = new Headers({ Accept: "application/json", ...asking.headers });
  const token = await bearer();
  if (token !== null) headers.set("Authorization", `Bearer ${token}`);
  const sent = body instanceof Blob || body === undefined ? body : JSON.stringify(body);
  if (sent !== undefined && !(body instanceof Blob)) headers.set("Content-Type", "application/json");
  let response: Response;
  try {
    response = await fetch(path, { method, headers, signal, body: sent ?? null });
  } catch (error) {
    throw unreachable(error);
  }
  connection.value = { up: true, heardAt: Date.now() };
  if (!response.ok) throw await refusal(response);
  return response;
}

function unreachable(error: unknown): unknown {
  if (error instanceof DOMException && error.name === "AbortError") return error;
  connection.value = { ...connection.value, up: false };
  return new ApiError("offline", "The server cannot be reached.");
}

async function refusal(response: Response): Promise<ApiError> {
  const problem = (await read(response)) as Problem;
  if (typeof problem?.reason !== "string") throw garbled(response);
  if (response.status === 401) onUnauthenticated();
  const said = problem.errors.map(complaint).join("; ");
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const againAt = Number.isNaN(seconds) ? null : Date.now() + seconds * 1000;
  return new ApiError("refused", said || problem.detail, problem, againAt);
}

/** What is wrong with the words needs no name before it: they are what was asked for. */
function complaint({ field, message }: Wrong): string {
  if (field === "input.prompt") return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
  return `${field.replace("input.", "")}: ${message}`;
}

async function read(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw garbled(response);
  }
}

const garbled = (response: Response) =>
  new ApiError("garbled", `The answer (${response.status}) is not one of this API's: something stands in between.`);
