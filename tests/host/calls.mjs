// What the module calls for requests of each kind, as JSON: calls.mjs MODULE

import { createCipheriv } from "node:crypto";
import { readFileSync } from "node:fs";
import { Host } from "./host.mjs";

const PASSPORT = readFileSync(new URL("../data/relid-v3-passport.json", import.meta.url));
const KEY = Buffer.alloc(32, 7);
const GCM = { enable: true, key: "env:KEY", keyEncoding: "hex", cipherSpec: "AES/GCM/NoPadding" };
const TEMPLATE = { name: "${name}", decision: "${decision}", portrait: "${payload}" };

function sealed(plaintext) {
  const nonce = Buffer.alloc(12, 1);
  const cipher = createCipheriv("aes-256-gcm", KEY, nonce);
  const text = Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return Buffer.from(text.toString("base64"));
}

function post(body, more = []) {
  const length = String(body.length);
  const headers = [[":method", "POST"], [":path", "/kyc"], [":authority", "gate.test"], [":scheme", "http"],
    ["content-type", "application/json"], ["content-length", length], ["user-agent", "relid"], ...more];
  return { headers, body };
}

const OTHER = { headers: [[":method", "GET"], [":path", "/other"], [":authority", "gate.test"], ["accept", "*/*"]] };
const FACE = PASSPORT.toString().replace("5.1187", "0.1");
const SCENARIOS = {
  "no KYC post": [{}, OTHER],
  "forged headers on it": [{}, { headers: [...OTHER.headers, ["x-kyc-decision", "accept"]] }],
  "plaintext, accepted": [{}, post(PASSPORT)],
  "GCM with a template, accepted": [{ requestEncryption: GCM, requestBody: TEMPLATE }, post(sealed(PASSPORT))],
  "GCM with a digest of the body": [{ requestEncryption: GCM }, post(sealed(PASSPORT), [["content-digest", "sha-256=:AA==:"]])],
  "GCM, rejected and answered": [{ requestEncryption: GCM, kycSettings: { identityProof: { weights: { hasMatchingFaceProof: 100 } } } },
    post(sealed(FACE))],
  "unreadable": [{ requestEncryption: GCM }, post(Buffer.from("AAAA"))],
};

const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const found = {};
for (const [name, [configuration, request]] of Object.entries(SCENARIOS)) {
  const host = new Host(module, configuration, { KEY: KEY.toString("hex") });
  if (!host.configured.returned) throw new Error(host.log.join("\n"));
  // The first body proves that Envoy delivers bodies; what counts is how it goes from then on.
  host.stream(post(PASSPORT));
  found[name] = host.stream(request);
}
process.stdout.write(JSON.stringify(found));
