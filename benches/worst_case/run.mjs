// Times the worst cases: node run.mjs MODULE NATIVE [SIZE]. Writes a Markdown table. Every case gets an instance of its
// own.
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
  if (exports.run() !== 1) throw new Error(`${names[number]}: not scored`);
  // Of the processor, so that others on the machine don't count; in ticks, so many runs are taken together.
  const [begun, start] = [performance.now(), process.cpuUsage()];
  let runs = 0;
  for (; runs < 3 || performance.now() - begun < 500; runs++) exports.run();
  const { user, system } = process.cpuUsage(start);
  const mean = (user + system) / 1000 / runs;
  return mean / (length / MB);
};
const natively = (number, bytes) => {
  const [length, milliseconds, peak] = execFileSync(native, [number, bytes], { encoding: "utf8" }).split(" ").map(Number);
  return { perMB: milliseconds / (length / MB), peak: peak / length };
};

console.log(`node ${process.versions.node}, V8 ${process.versions.v8}`);
console.log("| payload | native | native, 4 times the size | V8 | V8, 4 times the size | memory |\n|---|---|---|---|---|---|");
for (const [number, name] of names.entries()) {
  if (!name.includes(only)) continue;
  const sizes = [Number(size), 4 * size];
  const [one, four] = sizes.map((bytes) => natively(number, bytes));
  const times = [one.perMB, four.perMB, await inWasm(number, sizes[0]), await inWasm(number, sizes[1])];
  console.log(`| ${[name, ...[...times, four.peak].map((value) => value.toFixed(1))].join(" | ")} |`);
}
