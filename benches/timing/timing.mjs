// Whether refusals can be told apart by time: timing.mjs MODULE [ROUNDS]. Prints Markdown.
//
// Each round sends every post of a group once, in a new random order, and takes the time of all callbacks together; a
// second copy of the reference among them shows what the method finds where there is nothing to find.

import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { Host } from "../../tests/host/host.mjs";
import { groups, KEY } from "./posts.mjs";
import { compare, median } from "./statistics.mjs";

const [path, rounds = "4000"] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(path));
// As Envoy hands bodies over.
const CHUNK = 16 * 1024;
const SIZES = { 2048: 1, 65536: 1 / 2, 262144: 1 / 4 };
const WARM_UP = 300;
const AGAIN = "the same once more";

class Answering extends Host {
  proxy_send_local_response(status, details, detailsLength, body, length) {
    this.answer = `${status} ${this.text(details, detailsLength)} ${this.text(body, length)}`;
  }
}

function gate(cipherSpec) {
  const key = { enable: true, key: "env:KEY", keyEncoding: "hex", cipherSpec, bodyEncoding: "base64",
    ivParamSpec: "prefix", blockSizeBytes: 16 };
  const host = new Answering(module, { requestEncryption: key }, { KEY: KEY.toString("hex") });
  if (!host.configured.returned) throw new Error(host.log.join("\n"));
  return host;
}

let contexts = 1;

/// All bodies are sent out of the same place, so that none is nearer to the processor than the others.
const place = Buffer.alloc(2 << 20);

/// Nanoseconds from the first callback with body to the answer; and the answer.
function post(host, original) {
  original.copy(place);
  const body = place.subarray(0, original.length);
  const id = ++contexts;
  host.log = [];
  host.headers = [[":method", "POST"], [":path", "/kyc"], [":authority", "gate.test"],
    ["content-type", "application/json"], ["content-length", String(body.length)]];
  host.call("context_create", id, 1);
  host.call("request_headers", id, host.headers.length, 0);
  const chunks = [];
  for (let at = 0; at < body.length; at += CHUNK) chunks.push(body.subarray(at, at + CHUNK));
  const begun = process.hrtime.bigint();
  for (const [at, chunk] of chunks.entries()) {
    host.body = chunk;
    host.call("request_body", id, chunk.length, Number(at + 1 === chunks.length));
  }
  const nanoseconds = Number(process.hrtime.bigint() - begun);
  host.call("delete", id);
  return { nanoseconds, answer: host.answer };
}

function shuffled(values) {
  const order = [...values];
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}

function measure(host, posts, count) {
  const times = Object.fromEntries(Object.keys(posts).map((name) => [name, []]));
  const answers = new Set();
  for (let round = 0; round < WARM_UP + count; round++) {
    for (const [name, body] of shuffled(Object.entries(posts))) {
      const { nanoseconds, answer } = post(host, body);
      answers.add(answer);
      if (round >= WARM_UP) times[name].push(nanoseconds);
    }
  }
  if (answers.size !== 1) throw new Error(`different answers: ${[...answers].join(" and ")}`);
  return times;
}

const micro = (nanoseconds) => (nanoseconds / 1000).toFixed(2);
const signed = (text) => (text.startsWith("-") ? text.replace("-", "−") : `+${text}`);

console.log(`node ${process.versions.node}, V8 ${process.versions.v8}, ${cpus()[0].model}\n`);
for (const [size, share] of Object.entries(SIZES)) {
  const count = Math.max(50, Math.round(Number(rounds) * share));
  console.log(`### ${Number(size) / 1024} KiB of payload, ${count} rounds\n`);
  for (const [group, bodies] of Object.entries(groups(Number(size)))) {
    const [reference, ...others] = Object.keys(bodies);
    const posts = { ...bodies, [AGAIN]: bodies[reference] };
    const times = measure(gate(group.startsWith("CBC") ? "AES/CBC/PKCS5Padding" : "AES/GCM/NoPadding"), posts, count);
    console.log(`**${group}**\n\n| refused for | median, µs | difference, µs | in % | Welch's t | slower than the first |`);
    console.log("|---|---|---|---|---|---|");
    console.log(`| ${reference} | ${micro(median(times[reference]))} | | | | |`);
    for (const name of [AGAIN, ...others]) {
      const { difference, t, slower } = compare(times[reference], times[name]);
      const percent = ((difference / median(times[reference])) * 100).toFixed(2);
      console.log(`| ${name} | ${micro(median(times[name]))} | ${signed(micro(difference))} | ${signed(percent)} | ` +
        `${signed(t.toFixed(1))} | ${(slower * 100).toFixed(1)} % |`);
    }
    console.log();
  }
}
