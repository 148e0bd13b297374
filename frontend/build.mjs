// Builds the page: every source in src/ becomes one explorer.js and one explorer.css inside the
// Python package. Both begin with the SHA-256 of what they were built from, so that a test can
// tell when somebody has changed a source and not built it.

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const page = join(here, "..", "src", "elbowroom", "explore", "page");
const runtime = "ort-wasm-simd-threaded.wasm";

/** Everything that decides what is built: the sources, the versions, the way of building. */
function sources() {
  const found = readdirSync(join(here, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
    .map((entry) => relative(here, join(entry.parentPath, entry.name)).split(sep).join("/"));
  return [...found, "build.mjs", "package-lock.json", "tsconfig.json"].sort();
}

/** For each source its path and its bytes, each ended by a zero byte. */
function fingerprint() {
  const hash = createHash("sha256");
  for (const path of sources()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(here, path)))
      .update("\0");
  }
  return hash.digest("hex");
}

const stamp = {
  name: "stamp",
  setup(build) {
    build.onEnd((result) => {
      if (result.errors.length) return;
      const banner = `/* Elbowroom's explorer, built from frontend/ by "make page". sources: ${fingerprint()} */\n`;
      mkdirSync(page, { recursive: true });
      for (const { path, text } of result.outputFiles) writeFileSync(path, banner + text);
      copyFileSync(join(here, "src", "index.html"), join(page, "index.html"));
    });
  },
};

// The runtime that the file for colleagues needs. gzip writes no time and no name, so that the same
// version always gives the same bytes.
mkdirSync(page, { recursive: true });
const wasm = readFileSync(join(here, "node_modules", "onnxruntime-web", "dist", runtime));
writeFileSync(join(page, `${runtime}.gz`), gzipSync(wasm, { level: 9 }));

const context = await esbuild.context({
  absWorkingDir: here,
  entryPoints: { explorer: "src/main.tsx" },
  outdir: page,
  bundle: true,
  format: "esm",
  target: ["chrome109", "firefox115", "safari16.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  // In a notebook's frame a program has no address, which the runtime asks for and never uses.
  define: { "import.meta.url": '"page://explorer/"' },
  minify: true,
  legalComments: "inline",
  charset: "utf8",
  logLevel: "info",
  write: false,
  mainFields: ["module", "browser", "main"],
  plugins: [stamp],
});

if (process.argv.includes("--watch")) {
  await context.watch();
} else {
  await context.rebuild();
  await context.dispose();
}
