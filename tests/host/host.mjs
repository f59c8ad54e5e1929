// A proxy-wasm host (ABI 0.2.1) just large enough to run the module in node and to write down what it calls.

import { randomFillSync } from "node:crypto";

const OK = 0, NOT_FOUND = 1, EMPTY = 7;
const BODY = 0, CONFIGURATION = 7;
const utf8 = new TextDecoder(), bytes = (text) => new TextEncoder().encode(text);

export class Host {
  #module;
  #memory;
  #exports;
  #calls = [];
  #environment;
  #contexts = 1;
  headers = [];
  body = new Uint8Array();
  replies = [];
  log = [];

  constructor(module, configuration, environment = {}) {
    this.#module = module;
    this.configuration = bytes(JSON.stringify(configuration));
    this.#environment = Object.entries(environment).map(([name, value]) => bytes(`${name}=${value}\0`));
    const imports = {};
    for (const { module, name } of WebAssembly.Module.imports(this.#module)) {
      imports[module] ??= {};
      imports[module][name] = (...values) => {
        const answer = this[name];
        if (answer === undefined) throw new Error(`${module}.${name} was called`);
        this.#calls.push(name.replace(/^proxy_/, ""));
        return answer.apply(this, values) ?? OK;
      };
    }
    this.#exports = new WebAssembly.Instance(this.#module, imports).exports;
    this.#memory = this.#exports.memory;
    this.#exports._initialize();
    this.#exports.proxy_on_context_create(1, 0);
    this.configured = this.call("configure", 1, this.configuration.length);
  }

  /// Runs a callback; what it returned and what it called.
  call(callback, ...values) {
    this.#calls = [];
    const returned = this.#exports[`proxy_on_${callback}`](...values);
    return { returned, calls: this.#calls };
  }

  /// One request from its headers to its end: what each callback called, by its name.
  stream({ headers, body, reply = [[":status", "200"]] }) {
    const id = ++this.#contexts, seen = {};
    const run = (callback, ...values) => {
      const { returned, calls } = this.call(callback, id, ...values);
      seen[callback] = calls;
      return returned;
    };
    this.replies = [];
    run("context_create", 1);
    this.headers = headers;
    run("request_headers", headers.length, body === undefined ? 1 : 0);
    if (body !== undefined) {
      this.body = body;
      run("request_body", body.length, 1);
    }
    this.headers = this.replies.length ? [[":status", String(this.replies[0])]] : reply;
    run("response_headers", this.headers.length, 0);
    run("delete");
    return { seen, answered: this.replies[0] ?? null };
  }

  bytes(at, size) {
    return new Uint8Array(this.#memory.buffer, at, size);
  }

  text(at, size) {
    return utf8.decode(this.bytes(at, size));
  }

  word(at, value) {
    new DataView(this.#memory.buffer).setUint32(at, value, true);
  }

  /// Hands bytes over as the ABI has it: the module allocates, the host fills.
  give(value, data, size) {
    if (value.length) {
      const at = this.#exports.proxy_on_memory_allocate(value.length);
      this.bytes(at, value.length).set(value);
      this.word(data, at);
    }
    this.word(size, value.length);
  }

  proxy_log(level, at, size) { this.log.push(this.text(at, size)); }

  proxy_get_buffer_bytes(kind, start, most, data, size) {
    const buffer = { [BODY]: this.body, [CONFIGURATION]: this.configuration }[kind];
    this.give(buffer.slice(start, start + (most >>> 0)), data, size);
  }

  proxy_set_buffer_bytes(kind, start, size, at, length) {
    this.body = Uint8Array.from([...this.bytes(at, length), ...this.body.slice(size >>> 0)]);
  }

  proxy_get_header_map_pairs(map, data, size) {
    const pairs = this.headers.map((pair) => pair.map(bytes));
    const head = new Uint32Array([pairs.length, ...pairs.flatMap((pair) => pair.map((text) => text.length))]);
    const texts = pairs.flatMap((pair) => pair.flatMap((text) => [...text, 0]));
    this.give(Uint8Array.from([...new Uint8Array(head.buffer), ...texts]), data, size);
  }

  proxy_get_property(path, length, data, size) {
    if (this.text(path, length) !== "request\0total_size") return NOT_FOUND;
    this.give(new Uint8Array(8), data, size);
  }

  proxy_get_shared_data() { return NOT_FOUND; }

  proxy_define_metric(kind, at, size, id) { this.word(id, 1); }

  proxy_get_current_time_nanoseconds(at) {
    new DataView(this.#memory.buffer).setBigUint64(at, 1_800_000_000_000_000_000n, true);
  }

  proxy_send_local_response(status) { this.replies.push(status); }

  proxy_call_foreign_function(name, length, at, size, results) { this.word(results, 0); }

  proxy_set_tick_period_milliseconds() {}
  proxy_replace_header_map_value() {}
  proxy_remove_header_map_value() {}
  proxy_set_property() {}
  proxy_increment_metric() {}
  proxy_record_metric() {}
  proxy_set_shared_data() {}

  random_get(at, size) { randomFillSync(this.bytes(at, size)); }

  environ_sizes_get(count, size) {
    this.word(count, this.#environment.length);
    this.word(size, this.#environment.reduce((sum, entry) => sum + entry.length, 0));
  }

  environ_get(list, at) {
    for (const entry of this.#environment) {
      this.word(list, at);
      this.bytes(at, entry.length).set(entry);
      [list, at] = [list + 4, at + entry.length];
    }
  }
}
