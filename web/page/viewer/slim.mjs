// three without the shaders of its own materials, a fifth of it: ours (paint.ts) includes what is kept here.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const KEPT = /colorspace_(pars_)?fragment/;
const SOURCES = join(dirname(createRequire(import.meta.url).resolve("three")), "..", "src", "Three.js");

/** For esbuild: takes three's sources, which come in pieces, instead of its build, which is one. */
export const slim = {
  name: "slim three",
  setup(build) {
    build.onResolve({ filter: /^three$/ }, () => ({ path: SOURCES }));
    build.onLoad({ filter: /three.src.renderers.shaders.ShaderChunk.\w+\.glsl\.js$/ }, ({ path }) =>
      KEPT.test(path) ? undefined : { contents: 'export default "";' },
    );
    build.onLoad({ filter: /three.src.renderers.shaders.ShaderLib.\w+\.glsl\.js$/ }, () => ({
      contents: 'export const vertex = "", fragment = "";',
    }));
  },
};
