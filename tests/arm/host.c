// As much of Envoy as one post needs: loads the native module, hands it a configuration, the headers and the body of a
// post in pieces, and tells what the module has done. What isn't here is in the stubs that test_library.py writes.
//
//   host LIBRARY CONFIGURATION BODY

#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const char *data;
  size_t size;
} buffer;
typedef struct {
  buffer name, value;
} header;

// The numbers of the ABI.
enum { REQUEST_HEADERS = 0, RECEIVED_BODY = 0, CONTINUE = 0 };
enum { PIECE = 4000, MOST_HEADERS = 64 };

static header headers[MOST_HEADERS];
static size_t header_count;
// What Envoy has of the body in the current hook, and what the module has put there.
static const char *received;
static size_t received_size;
static char *forwarded;
static size_t forwarded_size;

static buffer text(const char *text) { return (buffer){text, strlen(text)}; }

static void add_header(const char *name, const char *value) {
  headers[header_count++] = (header){text(name), text(value)};
}

static buffer read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END)) exit(2);
  size_t size = (size_t)ftell(file);
  char *data = malloc(size + 1);
  rewind(file);
  if (!data || fread(data, 1, size, file) != size) exit(2);
  fclose(file);
  return (buffer){data, size};
}

void envoy_dynamic_module_callback_log(uint32_t level, buffer line) {
  fprintf(stderr, "log %u %.*s\n", level, (int)line.size, line.data);
}

uint32_t envoy_dynamic_module_callback_get_concurrency(void) { return 1; }

size_t envoy_dynamic_module_callback_http_get_headers_size(void *filter, uint32_t map) {
  (void)filter;
  return map == REQUEST_HEADERS ? header_count : 0;
}

bool envoy_dynamic_module_callback_http_get_headers(void *filter, uint32_t map, header *found) {
  (void)filter;
  if (map == REQUEST_HEADERS) memcpy(found, headers, header_count * sizeof *headers);
  return map == REQUEST_HEADERS;
}

bool envoy_dynamic_module_callback_http_set_header(void *filter, uint32_t map, buffer name, buffer value) {
  (void)filter;
  if (map == REQUEST_HEADERS && value.data) {
    printf("header %.*s: %.*s\n", (int)name.size, name.data, (int)value.size, value.data);
  }
  return true;
}

size_t envoy_dynamic_module_callback_http_get_body_size(void *filter, uint32_t body) {
  (void)filter;
  return body == RECEIVED_BODY ? received_size : 0;
}

size_t envoy_dynamic_module_callback_http_get_body_chunks_size(void *filter, uint32_t body) {
  (void)filter;
  return body == RECEIVED_BODY && received_size > 0;
}

bool envoy_dynamic_module_callback_http_get_body_chunks(void *filter, uint32_t body, buffer *chunks) {
  (void)filter;
  if (body == RECEIVED_BODY && received_size > 0) *chunks = (buffer){received, received_size};
  return true;
}

bool envoy_dynamic_module_callback_http_drain_body(void *filter, uint32_t body, size_t size) {
  (void)filter;
  if (body != RECEIVED_BODY || size > received_size) return false;
  received += size;
  received_size -= size;
  return true;
}

bool envoy_dynamic_module_callback_http_append_body(void *filter, uint32_t body, buffer bytes) {
  (void)filter;
  (void)body;
  forwarded = realloc(forwarded, forwarded_size + bytes.size);
  if (!forwarded) exit(2);
  memcpy(forwarded + forwarded_size, bytes.data, bytes.size);
  forwarded_size += bytes.size;
  return true;
}

bool envoy_dynamic_module_callback_http_set_filter_state_value(void *filter, buffer key, buffer value, uint32_t span,
                                                               uint32_t shared) {
  (void)filter;
  (void)span;
  (void)shared;
  printf("state %.*s: %.*s\n", (int)key.size, key.data, (int)value.size, value.data);
  return true;
}

void envoy_dynamic_module_callback_http_send_response(void *filter, uint32_t status, const header *sent, size_t count,
                                                      buffer body, buffer details) {
  (void)filter;
  (void)sent;
  (void)count;
  (void)details;
  printf("response %u %.*s\n", status, (int)body.size, body.data);
}

static void *library;

static void *hook(const char *name) {
  char symbol[128];
  snprintf(symbol, sizeof symbol, "envoy_dynamic_module_on_%s", name);
  void *found = dlsym(library, symbol);
  if (!found) {
    fprintf(stderr, "no %s\n", symbol);
    exit(1);
  }
  return found;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  const char *(*program_init)(void) = hook("program_init");
  void *(*config_new)(void *, buffer, buffer) = hook("http_filter_config_new");
  void (*config_destroy)(void *) = hook("http_filter_config_destroy");
  void *(*filter_new)(void *, void *) = hook("http_filter_new");
  uint32_t (*request_headers)(void *, void *, bool) = hook("http_filter_request_headers");
  uint32_t (*request_body)(void *, void *, bool) = hook("http_filter_request_body");
  void (*filter_destroy)(void *) = hook("http_filter_destroy");

  printf("version %s\n", program_init());
  // Envoy's objects, of which the module knows the address alone.
  char config, filter;
  void *plugin = config_new(&config, text("kyc-gate"), read_file(arguments[2]));
  if (!plugin) {
    printf("refused\n");
    return 0;
  }
  buffer body = read_file(arguments[3]);
  char length[24];
  snprintf(length, sizeof length, "%zu", body.size);
  add_header(":method", "POST");
  add_header(":scheme", "https");
  add_header(":authority", "kyc.example");
  add_header(":path", "/kyc");
  add_header("content-type", "text/plain");
  add_header("content-length", length);

  void *stream = filter_new(plugin, &filter);
  printf("headers %u\n", request_headers(&filter, stream, false));
  uint32_t flow = CONTINUE;
  for (size_t at = 0; at < body.size; at += PIECE) {
    bool last = body.size - at <= PIECE;
    received = body.data + at;
    received_size = last ? body.size - at : PIECE;
    flow = request_body(&filter, stream, last);
  }
  printf("body %u\nforwarded %.*s\n", flow, (int)forwarded_size, forwarded ? forwarded : "");
  filter_destroy(stream);
  config_destroy(plugin);
  return 0;
}
