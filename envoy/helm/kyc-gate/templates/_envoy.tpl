{{/* Envoy's bootstrap. tests/manifests/test_helm.py holds it equal to the one in envoy/sidecar/kyc-gate.yaml. */}}
{{- define "kyc-gate.bootstrap" -}}
admin:
  address:
    socket_address: { address: 127.0.0.1, port_value: 9901 }

stats_config:
  stats_tags:
  - tag_name: kyc_decision
    regex: '^wasmcustom\.kyc_gate\.decision(\.(accept|review|reject))$'
  - tag_name: kyc_action
    regex: '^wasmcustom\.kyc_gate\.action(\.(forward|respond|deny))$'
  - tag_name: kyc_error
    regex: '^wasmcustom\.kyc_gate\.error(\.(.+))$'
  - tag_name: kyc_answer
    regex: '^wasmcustom\.kyc_gate\.answer(\.(confirmed|flagged|renamed|sealed|refused|lost))$'
  - tag_name: kyc_check
    regex: '^wasmcustom\.kyc_gate\.check_failed(\.(.+))$'
  - tag_name: kyc_rule
    regex: '^wasmcustom\.kyc_gate\.rule_(?:fired|failed)(\.(.+))$'
  - tag_name: kyc_key
    regex: '^wasmcustom\.kyc_gate\.opened_with(\.(current|previous))$'
  - tag_name: kyc_cause
    regex: '^wasmcustom\.kyc_gate\.unreadable(\.(.+))$'
  - tag_name: kyc_replay
    regex: '^wasmcustom\.kyc_gate\.replay(\.(repeat|replay|conflict|nonce_reuse|unknown))$'
  - tag_name: kyc_profile
    regex: '^wasmcustom\.kyc_gate\.profile(\.(.+))$'
  - tag_name: kyc_fact
    regex: '^wasmcustom\.kyc_gate\.unreadable_fact(\.(.+))$'
  - tag_name: kyc_outcome
    regex: '^wasmcustom\.kyc_gate\.(?:settings_store|introspection|access_token)(\.(ok|failed))$'
  # Scores in steps of 5, and bodies up to 16 MiB: Envoy's own buckets grow by powers and end at 3.6 million.
  histogram_bucket_settings:
  - match: { exact: wasmcustom.kyc_gate.score }
    buckets: [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100]
  - match: { exact: wasmcustom.kyc_gate.body_bytes }
    buckets: [1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216]

{{ if eq .Values.module.kind "native" -}}
# Envoy leaves the namespace away in Prometheus' names, as it does for Wasm by itself.
layered_runtime:
  layers:
  - name: static
    static_layer:
      envoy.reloadable_features.dynamic_modules_strip_custom_stat_prefix: true

{{ end -}}
static_resources:
  listeners:
  - name: kyc
    address:
      socket_address: { address: 0.0.0.0, port_value: 8443 }
    # The rewritten body has to fit here.
    per_connection_buffer_limit_bytes: {{ int64 .Values.envoy.bufferBytes }}
    filter_chains:
    {{- if .Values.tls.enabled }}
    - transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
          common_tls_context:
            alpn_protocols: [h2, http/1.1]
            tls_params: { tls_minimum_protocol_version: TLSv1_2 }
            tls_certificates:
            - certificate_chain: { filename: /etc/kyc-gate/tls/tls.crt }
              private_key: { filename: /etc/kyc-gate/tls/tls.key }
      filters:
    {{- else }}
    - filters:
    {{- end }}
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: kyc
          use_remote_address: true
          normalize_path: true
          merge_slashes: true
          path_with_escaped_slashes_action: REJECT_REQUEST
          request_headers_timeout: {{ .Values.timeouts.headersSeconds }}s
          request_timeout: {{ .Values.timeouts.requestSeconds }}s
          stream_idle_timeout: {{ .Values.timeouts.idleSeconds }}s
          # A client that holds streams open can't have many of them on one connection.
          http2_protocol_options:
            max_concurrent_streams: {{ .Values.envoy.maxConcurrentStreams }}
          # The first choice of a route comes before the gate has removed what a client made up.
          early_header_mutation_extensions:
          - name: drop-forged-decision
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation
              mutations:
              - remove: x-kyc-decision
          access_log:
          - name: envoy.access_loggers.stdout
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog
              log_format:
                json_format:
                  time: "%START_TIME%"
                  method: "%REQ(:METHOD)%"
                  path: "%PATH(NQ)%"
                  status: "%RESPONSE_CODE%"
                  details: "%RESPONSE_CODE_DETAILS%"
                  decision: "%FILTER_STATE(wasm.kyc_decision:PLAIN)%"
                  score: "%FILTER_STATE(wasm.kyc_score:PLAIN)%"
                  failed_checks: "%FILTER_STATE(wasm.kyc_failed_checks:PLAIN)%"
                  requester_id: "%FILTER_STATE(wasm.kyc_requester_id:PLAIN)%"
                  settings_revision: "%FILTER_STATE(wasm.kyc_settings_revision:PLAIN)%"
                  config_revision: "%FILTER_STATE(wasm.kyc_config_revision:PLAIN)%"
                  profile: "%FILTER_STATE(wasm.kyc_profile:PLAIN)%"
                  answer: "%FILTER_STATE(wasm.kyc_answer:PLAIN)%"
                  milliseconds: "%DURATION%"
          http_filters:
          - name: kyc-gate
            typed_config:
              {{- if eq .Values.module.kind "native" }}
              "@type": type.googleapis.com/envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter
              dynamic_module_config:
                # A local file, never `remote`: with a remote module that can't be had, Envoy starts without the filter.
                module:
                  local:
                    filename: /var/lib/kyc-gate/libkyc_gate.so
                # Metrics are called as the Wasm module's are.
                metrics_namespace: wasmcustom
              filter_name: kyc-gate
              filter_config:
                "@type": type.googleapis.com/google.protobuf.StringValue
                value: |
                  {{- .Values.configuration | trim | nindent 18 }}
              {{- else }}
              "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
              config:
                name: kyc-gate
                root_id: kyc-gate
                allow_on_headers_stop_iteration: true
                failure_policy: FAIL_RELOAD
                reload_config:
                  backoff:
                    base_interval: 1s
                    max_interval: 10s
                # The host calls that the gate makes, then the callbacks that it wants. Envoy denies it all others.
                capability_restriction_config:
                  allowed_capabilities:
                    proxy_call_foreign_function: {}
                    proxy_continue_stream: {}
                    proxy_define_metric: {}
                    proxy_get_buffer_bytes: {}
                    proxy_get_current_time_nanoseconds: {}
                    proxy_get_header_map_pairs: {}
                    proxy_get_property: {}
                    proxy_get_shared_data: {}
                    proxy_http_call: {}
                    proxy_increment_metric: {}
                    proxy_log: {}
                    proxy_record_metric: {}
                    proxy_remove_header_map_value: {}
                    proxy_replace_header_map_value: {}
                    proxy_send_local_response: {}
                    proxy_set_buffer_bytes: {}
                    proxy_set_effective_context: {}
                    proxy_set_property: {}
                    proxy_set_shared_data: {}
                    proxy_set_tick_period_milliseconds: {}
                    environ_get: {}
                    environ_sizes_get: {}
                    random_get: {}
                    proxy_on_context_create: {}
                    proxy_on_configure: {}
                    proxy_on_tick: {}
                    proxy_on_request_headers: {}
                    proxy_on_request_body: {}
                    proxy_on_request_trailers: {}
                    proxy_on_response_body: {}
                    proxy_on_response_headers: {}
                    proxy_on_response_trailers: {}
                    proxy_on_http_call_response: {}
                    proxy_on_delete: {}
                vm_config:
                  vm_id: kyc-gate
                  runtime: envoy.wasm.runtime.v8
                  code:
                    local:
                      filename: /var/lib/kyc-gate/kyc_gate.wasm
                  environment_variables:
                    host_env_keys: [{{ range $at, $key := .Values.keys.variables }}{{ if $at }}, {{ end }}{{ $key.name }}{{ end }}]
                configuration:
                  "@type": type.googleapis.com/google.protobuf.StringValue
                  value: |
                    {{- .Values.configuration | trim | nindent 20 }}
              {{- end }}
          - name: envoy.filters.http.router
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
          route_config:
            name: kyc
            virtual_hosts:
            - name: kyc
              domains: {{ toJson .Values.hosts }}
              routes:
              {{- if and (eq .Values.mode "gateway") .Values.review.host }}
              - match:
                  prefix: /
                  headers:
                  - name: x-kyc-decision
                    string_match: { exact: review }
                route: { cluster: manual-review, timeout: {{ .Values.timeouts.responseSeconds }}s }
              {{- end }}
              - match:
                  prefix: /
                  headers:
                  - name: x-kyc-decision
                    present_match: true
                route: { cluster: backend, timeout: {{ .Values.timeouts.responseSeconds }}s }
              {{- if eq .Values.mode "gateway" }}
              # Whatever carries no KYC post. What else the gate did not judge finds no route: 404.
              - match:
                  prefix: /
                  headers:
                  - name: ":method"
                    string_match: { safe_regex: { regex: "GET|HEAD" } }
                route: { cluster: backend, timeout: {{ .Values.timeouts.responseSeconds }}s }
              {{- else }}
              # For the probe. What else the gate did not judge finds no route: 404.
              - match:
                  path: {{ .Values.backend.healthPath }}
                  headers:
                  - name: ":method"
                    string_match: { exact: GET }
                route: { cluster: backend, timeout: 2s }
              {{- end }}

  # Readiness and metrics for the cluster; the rest of the admin page stays inside of the pod.
  - name: observability
    address:
      socket_address: { address: 0.0.0.0, port_value: 9902 }
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: observability
          normalize_path: true
          http_filters:
          - name: envoy.filters.http.router
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
          route_config:
            name: observability
            virtual_hosts:
            - name: observability
              domains: ["*"]
              routes:
              - match:
                  path: /ready
                  headers:
                  - name: ":method"
                    string_match: { exact: GET }
                route: { cluster: admin }
              - match:
                  path: /stats/prometheus
                  headers:
                  - name: ":method"
                    string_match: { exact: GET }
                route: { cluster: admin }

  clusters:
  {{- include "kyc-gate.cluster" (dict "name" "backend" "at" (ternary (dict "host" "127.0.0.1" "port" .Values.backend.port) .Values.backend (eq .Values.mode "sidecar"))) | nindent 2 }}
  {{- if and (eq .Values.mode "gateway") .Values.review.host }}
  {{- include "kyc-gate.cluster" (dict "name" "manual-review" "at" .Values.review) | nindent 2 }}
  {{- end }}
  - name: admin
    type: STATIC
    connect_timeout: 1s
    load_assignment:
      cluster_name: admin
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: 9901 } } }
{{- end }}

{{/* A cluster of one address; a name needs a resolver. */}}
{{- define "kyc-gate.cluster" -}}
- name: {{ .name }}
  type: {{ regexMatch "^[0-9.]+$|:" .at.host | ternary "STATIC" "STRICT_DNS" }}
  connect_timeout: 1s
  load_assignment:
    cluster_name: {{ .name }}
    endpoints:
    - lb_endpoints:
      - endpoint: { address: { socket_address: { address: {{ .at.host | quote }}, port_value: {{ .at.port }} } } }
{{- end }}
