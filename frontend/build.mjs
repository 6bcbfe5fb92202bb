/** Builds islands, styles and fonts into the shell's static folder. */
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../src/jumelage/shell/static/shell/build");
const islands = readdirSync(join(here, "src/islands")).map((file) => join(here, "src/islands", file));

rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: [...islands, join(here, "styles/shell.css"), join(here, "styles/review.css"), join(here, "styles/window.css"), join(here, "styles/call.css")],
  outdir: out,
  entryNames: "[name]",
  assetNames: "fonts/[name]",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  minify: true,
  sourcemap: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome110", "firefox115", "safari16.4"],
  loader: { ".woff2": "file" },
  logLevel: "info",
});
