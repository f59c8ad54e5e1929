// The posts whose refusals are compared, by cipher: each against the first one of its group.

import { createCipheriv } from "node:crypto";

export const KEY = Buffer.alloc(32, 7), OTHER_KEY = Buffer.alloc(32, 8);
const BLOCK = 16;

/// A V3 payload of exactly so many bytes, as far as a reader of JSON looks.
function payload(size) {
  const text = (picture) => Buffer.from(JSON.stringify({
    request_info: { requester_id: "r", user_id: "u" },
    kyc_info: { document: { document_info: { document_images: { front_page: picture } } } },
  }));
  return text("A".repeat(size - text("").length));
}

function changed(bytes, at, mask = 1) {
  const copy = Buffer.from(bytes);
  copy[at < 0 ? copy.length + at : at] ^= mask;
  return copy;
}

function cbc(padded) {
  const iv = Buffer.alloc(BLOCK, 1), cipher = createCipheriv("aes-256-cbc", KEY, iv).setAutoPadding(false);
  return Buffer.concat([iv, cipher.update(padded), cipher.final()]);
}

function gcm(text, key = KEY) {
  const nonce = Buffer.alloc(12, 1), cipher = createCipheriv("aes-256-gcm", key, nonce);
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

const base64 = (bytes) => Buffer.from(bytes.toString("base64"));

/// Groups of refused bodies, as long as each other, by what is to be told apart: name to body. `size` is a multiple of
/// 16.
export function groups(size) {
  const good = Buffer.from([8, 8, 8, 8, 8, 8, 8, 8]), bad = Buffer.from([8, 8, 8, 8, 8, 8, 9, 8]);
  const whole = payload(size - good.length);
  const cut = changed(whole, -1, 0x5d), garbage = changed(whole, 0, 0xff), inside = changed(whole, size >> 1, 0xff);
  const sealed = (text, padding) => base64(cbc(Buffer.concat([text, padding])));
  const long = payload(size - BLOCK), authentic = gcm(long), middle = authentic.length >> 1;
  const text = base64(authentic);
  return {
    "CBC, all else right": {
      "JSON ends wrongly": sealed(cut, good),
      "bad padding": sealed(whole, bad),
      "both": sealed(cut, bad),
      "padding of 0": sealed(whole, Buffer.concat([good.subarray(1), Buffer.from([0])])),
      "padding of 17": sealed(whole, Buffer.alloc(8, 17)),
    },
    "CBC, where the text in the clear goes wrong": {
      "JSON ends wrongly": sealed(cut, good),
      "bad padding, no UTF-8": sealed(whole, Buffer.alloc(8, 255)),
      "good padding, no UTF-8 at the end": sealed(changed(whole, -1, 0xff), good),
      "good padding, no JSON at the beginning": sealed(garbage, good),
    },
    "CBC, garbage in the first block": {
      "good padding": sealed(garbage, good),
      "bad padding": sealed(garbage, bad),
    },
    "CBC, garbage in the middle": {
      "good padding": sealed(inside, good),
      "bad padding": sealed(inside, bad),
    },
    "GCM": {
      "last bit of the tag": base64(changed(authentic, -1)),
      "first bit of the tag": base64(changed(authentic, -16, 0x80)),
      "whole tag": base64(Buffer.concat([authentic.subarray(0, -16), Buffer.alloc(16)])),
      "first byte of the text": base64(changed(authentic, 12)),
      "middle of the text": base64(changed(authentic, middle)),
      "nonce": base64(changed(authentic, 0)),
      "another key": base64(gcm(long, OTHER_KEY)),
    },
    "GCM, what tells nothing secret": {
      "last bit of the tag": base64(changed(authentic, -1)),
      "right tag, JSON ends wrongly": base64(gcm(changed(long, -1, 0x5d))),
      "no base64, at the end": changed(text, text.length - 5, 0xff),
      "no base64, in the middle": changed(text, text.length >> 1, 0xff),
      "no base64, at the beginning": changed(text, 0, 0xff),
    },
  };
}
