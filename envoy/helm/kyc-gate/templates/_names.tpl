{{/* The name of all objects: the release's, which is enough where it is called after the chart. */}}
{{- define "kyc-gate.name" -}}
{{- $name := contains .Chart.Name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) -}}
{{- $name | trunc 52 | trimSuffix "-" -}}
{{- end }}

{{- define "kyc-gate.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "kyc-gate.labels" -}}
{{ include "kyc-gate.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* Of every container. */}}
{{- define "kyc-gate.locked" -}}
allowPrivilegeEscalation: false
capabilities: { drop: [ALL] }
readOnlyRootFilesystem: true
{{- end }}

{{/* Of init containers. */}}
{{- define "kyc-gate.small" -}}
requests: { cpu: 10m, memory: 16Mi }
limits: { memory: 64Mi }
{{- end }}

{{/* Drains Envoy and waits for what is still on its way; the same for Envoy and the backend, so neither goes first. */}}
{{- define "kyc-gate.drain" -}}
preStop:
  exec:
    command:
    - /var/lib/kyc-gate-tools/busybox
    - sh
    - -c
    - |
      box=/var/lib/kyc-gate-tools/busybox admin=http://127.0.0.1:9901
      $box wget -q -O - --post-data "" "$admin/drain_listeners?graceful"
      $box sleep {{ .Values.envoy.drainSeconds }}
      while $box wget -q -O - "$admin/stats?filter=^http.kyc.downstream_rq_active$" | $box grep -v ": 0$"
      do $box sleep 1
      done
{{- end }}

{{/* What the module's file is called in the pods, and in images unless module.path names another. */}}
{{- define "kyc-gate.file" -}}
{{ eq .Values.module.kind "native" | ternary "libkyc_gate.so" "kyc_gate.wasm" }}
{{- end }}

{{- define "kyc-gate.source" -}}
{{ .Values.module.path | default (printf "/%s" (include "kyc-gate.file" .)) }}
{{- end }}

{{/* Whether Envoy mounts the image itself. Such volumes are noexec, so a native module is copied out of one. */}}
{{- define "kyc-gate.mounts" -}}
{{ and (eq .Values.module.from "volume") (ne .Values.module.kind "native") | ternary "true" "" }}
{{- end }}
