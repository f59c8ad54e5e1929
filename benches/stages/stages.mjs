// The stages in node's V8: node --no-liftoff stages.mjs MODULE. Environment as for native.rs.
import { appendFileSync, readFileSync } from "node:fs";

const { ONLY, JSON: file, LENGTHS = "1024 10240 102400 1048576 4194304", TURNS = "300" } = process.env;
const MOST_NANOSECONDS = 2e9;

const module = await WebAssembly.compile(readFileSync(process.argv[2]));
const clock = { nanoseconds: () => performance.now() * 1e6 };

// A memory of its own for each measurement: memories never shrink.
async function instantiate() {
  const { exports } = await WebAssembly.instantiate(module, { clock });
  const text = (address) => {
    const bytes = new Uint8Array(exports.memory.buffer, address);
    return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
  };
  return { exports, text };
}

const { exports: list, text: listed } = await instantiate();
const where = `node ${process.versions.node}, V8 ${process.versions.v8}`;
console.log(`${where}\n${listed(list.heading())} | linear memory`);
for (let stage = 0, name; (name = listed(list.name(stage))) !== ""; stage++) {
  if (ONLY && !name.includes(ONLY)) continue;
  for (const length of list.scales(stage) ? LENGTHS.split(" ").map(Number) : [10240]) {
    const { exports, text } = await instantiate();
    const [line, json] = text(exports.measure(stage, length, Number(TURNS), MOST_NANOSECONDS)).split("\n");
    const memory = exports.memory.buffer.byteLength;
    console.log(`${line} | ${(memory / 2 ** 20).toFixed(1)} MB`);
    if (file) appendFileSync(file, JSON.stringify({ ...JSON.parse(json), linear_memory_bytes: memory, where }) + "\n");
  }
}
