// Times the worst cases: node run.mjs MODULE NATIVE [SIZE]. Writes a Markdown table. Every case gets an instance of its
// own, whose memory then tells what the first run took: it never shrinks.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const [path, native, size = 1 << 20] = process.argv.slice(2);
const only = process.env.ONLY ?? "";
const module = await WebAssembly.compile(readFileSync(path));
const names = execFileSync(native, { encoding: "utf8" }).trim().split("\n");
const MB = 1e6;

const inWasm = async (number, bytes) => {
  const { exports } = await WebAssembly.instantiate(module, {});
  const length = exports.prepare(number, bytes);
  const before = exports.memory.buffer.byteLength;
  if (exports.run() !== 1) throw new Error(`${names[number]}: not scored`);
  const peak = exports.memory.buffer.byteLength - before;
  // Of the processor, so that others on the machine don't count; in ticks, so many runs are taken together.
  const [begun, start] = [performance.now(), process.cpuUsage()];
  let runs = 0;
  for (; runs < 3 || performance.now() - begun < 500; runs++) exports.run();
  const { user, system } = process.cpuUsage(start);
  const mean = (user + system) / 1000 / runs;
  return { perMB: mean / (length / MB), peak: peak / length };
};
const natively = (number, bytes) => {
  const [length, milliseconds] = execFileSync(native, [number, bytes], { encoding: "utf8" }).split(" ").map(Number);
  return milliseconds / (length / MB);
};

console.log(`node ${process.versions.node}, V8 ${process.versions.v8}`);
console.log("| payload | native | V8 | V8, 4 times the size | memory |\n|---|---|---|---|---|");
for (const [number, name] of names.entries()) {
  if (!name.includes(only)) continue;
  const [one, four] = [await inWasm(number, Number(size)), await inWasm(number, 4 * size)];
  const cells = [natively(number, Number(size)), one.perMB, four.perMB].map((value) => value.toFixed(1));
  console.log(`| ${[name, ...cells, four.peak.toFixed(1)].join(" | ")} |`);
}
