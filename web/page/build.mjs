// Builds the page into built/: `make web`. Everything lies there compressed, and is sent as it lies.
//
//   node build.mjs [--out FOLDER]
//
// Names carry a digest of what is in them, so a browser may keep them for ever; index.html alone is asked for again.

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { slim } from "./viewer/slim.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const NOT_SOURCES = ["node_modules", "built"];
const CHROMIUM = "chrome120"; // late 2023, as are the two others
const { out } = parseArgs({ options: { out: { type: "string", default: join(HERE, "built") } } }).values;

const made = await build({
  absWorkingDir: HERE,
  entryPoints: ["main.tsx"],
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  target: [CHROMIUM, "firefox121", "safari17"],
  charset: "utf8",
  legalComments: "linked",
  outdir: "page",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".svg": "file" },
  metafile: true,
  plugins: [slim],
  write: false,
});

const files = new Map(made.outputFiles.map((file) => [relative(join(HERE, "page"), file.path), file.contents]));
const icon = readFileSync(join(HERE, "icon.svg"));
const iconName = `icon-${createHash("sha256").update(icon).digest("hex").slice(0, 8).toUpperCase()}.svg`;
files.set(iconName, icon);
const entry = (suffix) => [...files.keys()].find((name) => name.startsWith("main-") && name.endsWith(suffix));
const html = readFileSync(join(HERE, "index.html"), "utf8")
  .replace("main.js", entry(".js"))
  .replace("main.css", entry(".css"))
  .replace("icon.svg", iconName);
files.set("index.html", Buffer.from(html));

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const sizes = {};
for (const [name, contents] of [...files].sort()) {
  const gzip = gzipSync(contents, { level: 9 });
  const brotli = brotliCompressSync(contents, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: contents.length } });
  writeFileSync(join(out, `${name}.gz`), gzip);
  writeFileSync(join(out, `${name}.br`), brotli);
  sizes[name] = { bytes: contents.length, gzip: gzip.length, brotli: brotli.length };
}

// Of what it was built: a test holds that this is what lies beside it.
const sources = Object.fromEntries(
  readdirSync(HERE, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => relative(HERE, join(each.parentPath, each.name)))
    .filter((path) => !NOT_SOURCES.includes(path.split("/")[0]))
    .sort()
    .map((path) => [
      path,
      createHash("sha256")
        .update(readFileSync(join(HERE, path)))
        .digest("hex"),
    ]),
);
const optional = onlyWith("firestore/");
writeFileSync(join(out, "manifest.json"), `${JSON.stringify({ sizes, optional, sources }, null, 1)}\n`);

const rows = Object.entries(sizes).map(([name, { bytes, gzip, brotli }]) => ({ name, bytes, gzip, brotli }));
console.table(rows);

/** The files that nobody loads but through a lazy import of something in `folder`. */
function onlyWith(folder) {
  const { outputs } = made.metafile;
  const needed = new Set();
  const need = (path) => {
    if (needed.has(path) || outputs[path]?.entryPoint?.startsWith(folder)) return;
    needed.add(path);
    for (const { path: next } of outputs[path]?.imports ?? []) need(next);
  };
  need(Object.keys(outputs).find((path) => outputs[path].entryPoint === "main.tsx"));
  const scripts = Object.keys(outputs).filter((path) => path.endsWith(".js") && !needed.has(path));
  return scripts.map((path) => relative("page", path)).sort();
}
