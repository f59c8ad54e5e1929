// Times the stages of ciphers.rs: node ciphers.mjs MODULE [LENGTH]... Both sides of a stage take turns, so that a noisy
// machine slows them alike: the ratio is the median of the turns' ratios.
import { readFileSync } from "node:fs";

const SHORT = [64, 256, 512, 1024, 2048];
const STAGES = [
  ["AES-128-GCM open", 0],
  ["AES-192-GCM open", 2],
  ["AES-256-GCM open", 4],
  ["AES-128-CTR", 6],
  ["AES-256-CTR", 8],
  ["GHASH", 10],
  ["AES-128-CBC decrypt", 12],
  ["AES-256-CBC decrypt", 14],
  ["AES-256-CFB decrypt", 16],
  ["AES-128-CBC encrypt", 18],
  ["AES-256-CBC encrypt", 20],
  ["AES-256-CFB encrypt", 34],
  // Short texts by the crates' modes, over AES by permutations.
  ["permuted GCM open", 22, SHORT],
  ["permuted CTR", 24, SHORT],
  ["permuted CFB decrypt", 26, SHORT],
  // From where on 32 blocks at once are faster. Here "crates" are those modes.
  ["32 blocks GCM open", 28, SHORT],
  ["32 blocks CTR", 30, SHORT],
  ["32 blocks CFB decr.", 32, SHORT],
];
const TURNS = Number(process.env.TURNS ?? 300);
const SAMPLE_MS = 0.3;

const [path, ...lengths] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(readFileSync(path), {});
const { prepare, run } = instance.exports;

const milliseconds = (stage, times) => {
  const start = process.hrtime.bigint();
  run(stage, times);
  return Number(process.hrtime.bigint() - start) / 1e6;
};
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const fastest = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 50)];

console.log(`node ${process.versions.node}, V8 ${process.versions.v8}; MB/s: median (undisturbed)`);
console.log(["stage".padEnd(20), "bytes".padStart(8), "crates".padStart(12), "vectors".padStart(12), "ratio".padStart(6)].join(" "));
for (const [name, stage, usual = [1024, 16384, 1 << 17]] of STAGES) {
  if (process.env.ONLY && !name.includes(process.env.ONLY)) continue;
  for (const length of lengths.length ? lengths.map(Number) : usual) {
    prepare(stage, length);
    const sides = [stage, stage + 1].map((side) => {
      // Twice: V8 compiles at the first call.
      run(side, 2);
      return { side, times: Math.max(1, Math.round(SAMPLE_MS / (milliseconds(side, 3) / 3))), samples: [] };
    });
    for (let turn = 0; turn < TURNS; turn++) {
      for (const { side, times, samples } of sides) samples.push(milliseconds(side, times) / times);
    }
    const rate = (value) => (length / value / 1000).toFixed(length < 1024 ? 1 : 0);
    const [crates, vectors] = sides.map(({ samples }) => `${rate(median(samples))} (${rate(fastest(samples))})`);
    const ratio = fastest(sides[0].samples) / fastest(sides[1].samples);
    console.log([name.padEnd(20), String(length).padStart(8), crates.padStart(12), vectors.padStart(12), ratio.toFixed(2).padStart(6)].join(" "));
  }
}
