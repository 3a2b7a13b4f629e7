// What a page does with the API's answers. It is compiled and never run.
import type { JobAnswer, JobPage, JobRequest, Problem } from "../../web/page/api";

export const least: JobRequest = { input: { prompt: "flying bird" } };
export const most: JobRequest = { input: { image: "a1", quality: "draft", num_parts: null }, tags: ["birds"] };

export function progress(job: JobAnswer): string {
  if (job.status === "failed") return job.error?.reason ?? "failed";
  return job.stage ? `${job.stage.label} ${job.progress} %` : job.status;
}

export function model(job: JobAnswer): string | undefined {
  return job.links.artifacts["object.glb"];
}

export function corners(job: JobAnswer): [number, number, number][] {
  return job.output?.bounds ? [job.output.bounds.low, job.output.bounds.high] : [];
}

export function more(page: JobPage): boolean {
  return page.next_page_token !== null && page.jobs.length > 0;
}

export function sentence(problem: Problem): string {
  return problem.errors.map((wrong) => `${wrong.field}: ${wrong.message}`).join("; ") || problem.detail;
}

// @ts-expect-error: a request without an input
export const nothing: JobRequest = {};
// @ts-expect-error: a quality that does not exist
export const perfect: JobRequest = { input: { prompt: "cat", quality: "perfect" } };
// @ts-expect-error: a field that does not exist
export const colour = (job: JobAnswer): string => job.colour;
// @ts-expect-error: there may be no output yet
export const parts = (job: JobAnswer): number => job.output.parts.length;
