// Prints what the Khronos validator says of each file, one JSON object a line:
//
//     node tests/gltf/validate.mjs a.glb b.glb
//     {"file":"a.glb","issues":[{"code":"...","severity":"error","pointer":"/meshes/0","message":"..."}]}

import { readFile } from "node:fs/promises";
import { validateBytes } from "gltf-validator";

const SEVERITIES = ["error", "warning", "info", "hint"]; // the validator numbers them in this order
const ISSUES_MAX = 100; // per file; a broken file repeats itself

for (const file of process.argv.slice(2)) {
  const report = await validateBytes(await readFile(file), { maxIssues: ISSUES_MAX, writeTimestamp: false });
  const issues = report.issues.messages.map(({ code, severity, pointer, message }) => ({
    code,
    severity: SEVERITIES[severity],
    pointer,
    message,
  }));
  console.log(JSON.stringify({ file, issues }));
}
