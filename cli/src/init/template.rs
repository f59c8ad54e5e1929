//! The repository's manifests as templates.

use super::names::Address;

/// The module's digest in the shipped manifest, which matches nothing.
const NO_DIGEST: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Where the gate's configuration begins.
const MATCH: &str = "\"match\": { \"methods\"";
/// What stands between the documents of a manifest.
const BETWEEN: &str = "\n---\n";
/// The demo's key in the shipped bootstrap: known to everybody.
const DEMO_KEY: &str =
    "                    # A demo key, known to everybody. In production: host_env_keys: [KYC_REQUEST_KEY], and the
                    # variable in Envoy's own environment, so that no key is ever in a configuration.
                    key_values:
                      KYC_REQUEST_KEY: a3ljLWdhdGUgZGVtbyBrZXksIGRvIG5vdCB1c2UgaXQ=
";

/// What the manifests are for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Kind {
    /// A bootstrap for a stock Envoy.
    Envoy,
    /// An EnvoyFilter for Istio's sidecars, with what belongs to it.
    Istio,
    /// Envoy Gateway: its proxies with the native module, the routes and the policies.
    Gateway,
    /// Envoy beside the backend in one pod, without a mesh.
    Sidecar,
}

/// Values of one's own; what isn't there stays as it is shipped.
#[derive(Default)]
pub struct Values {
    /// Paths of KYC posts.
    pub paths: Vec<String>,
    /// Hosts of the requests.
    pub hosts: Vec<String>,
    /// Where Envoy listens.
    pub listen: Option<Address>,
    /// Where accepted posts go.
    pub backend: Option<Address>,
    /// Where posts go that need a review.
    pub review: Option<Address>,
    /// Bytes of Envoy's buffer, and of the largest body where the manifest has that limit.
    pub buffer_bytes: Option<u32>,
    /// The variable with the key.
    pub key: Option<String>,
    /// Where the module is.
    pub module: Option<String>,
    /// The module's digest.
    pub sha256: Option<String>,
    /// The namespace.
    pub namespace: Option<String>,
    /// The name of the workload.
    pub app: Option<String>,
    /// The workload's image.
    pub image: Option<String>,
    /// Whether Envoy Gateway's proxies run the Wasm module.
    pub wasm: bool,
}

/// One value and what of a manifest it takes the place of: pairs of the shipped text and one's own.
struct Slot {
    option: &'static str,
    texts: Vec<(String, String)>,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Envoy, Self::Istio, Self::Gateway, Self::Sidecar];

    /// Returns the shipped manifest.
    #[must_use]
    pub fn shipped(self) -> &'static str {
        match self {
            Self::Envoy => include_str!("../../../envoy/envoy.yaml"),
            Self::Istio => include_str!("../../../envoy/istio/kyc-gate.yaml"),
            Self::Gateway => include_str!("../../../envoy/gateway/kyc-gate.yaml"),
            Self::Sidecar => include_str!("../../../envoy/sidecar/kyc-gate.yaml"),
        }
    }

    /// Returns the shipped manifest with the Wasm module: in Envoy Gateway, what patches it in takes the place of the
    /// policy that names the native one. `None` for a kind that has no choice.
    #[must_use]
    pub fn shipped_with_wasm(self) -> Option<String> {
        let is_policy = |document: &str| document.contains("\nkind: EnvoyExtensionPolicy\n");
        let patch = include_str!("../../../envoy/gateway/wasm.yaml").trim_end();
        let documents = self.shipped().trim_end().split(BETWEEN).map(|document| match is_policy(document) {
            true => patch,
            false => document,
        });
        (self == Self::Gateway).then(|| documents.collect::<Vec<_>>().join(BETWEEN) + "\n")
    }

    /// Returns the name of the file that is written.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Envoy => "envoy.yaml",
            Self::Istio | Self::Gateway | Self::Sidecar => "kyc-gate.yaml",
        }
    }

    /// Returns the manifest with these values.
    ///
    /// # Errors
    /// The option whose value has no place in this kind of manifest.
    pub fn manifest(self, values: &Values) -> Result<String, String> {
        let kind = format!("{self:?}").to_ascii_lowercase();
        let mut text = match values.wasm {
            true => self
                .shipped_with_wasm()
                .ok_or_else(|| format!("--wasm has no place in the manifests of init {kind}"))?,
            false => self.shipped().to_owned(),
        };
        if self == Self::Envoy {
            text = with_own_head(&text, values.key.as_deref());
        }
        for Slot { option, texts } in self.slots(values, &text) {
            if texts.is_empty() || texts.iter().all(|(shipped, _)| !text.contains(shipped.as_str())) {
                return Err(format!("{option} has no place in the manifests of init {kind}"));
            }
            for (shipped, own) in texts {
                text = text.replace(&shipped, &own);
            }
        }
        Ok(text)
    }

    fn slots(self, values: &Values, manifest: &str) -> Vec<Slot> {
        let mut slots = Vec::new();
        let mut slot = |option, texts: &[(&str, String)]| {
            let texts = texts.iter().map(|(shipped, own)| ((*shipped).to_owned(), own.clone())).collect();
            slots.push(Slot { option, texts });
        };
        if !values.paths.is_empty() {
            let paths = quoted(&values.paths);
            slot(
                "--path",
                &[
                    ("\"paths\": [\"/kyc\"]", format!("\"paths\": [{paths}]")),
                    ("notPaths: [\"/kyc\"]", format!("notPaths: [{paths}]")),
                    (" paths: [\"/kyc\"]", format!(" paths: [{paths}]")),
                ],
            );
        }
        if !values.hosts.is_empty() {
            let (before, shipped) = self.hosts();
            let hosts = if self == Self::Gateway { without_ports(&values.hosts) } else { values.hosts.clone() };
            slot("--host", &[(&format!("{before}[\"{shipped}\"]"), format!("{before}[{}]", quoted(&hosts)))]);
        }
        if let Some(bytes) = values.buffer_bytes {
            let of = |key: &str| format!("{key}: {bytes}");
            let buffer = match self {
                Self::Gateway => ("bufferLimit: 16777216", of("bufferLimit")),
                _ => ("per_connection_buffer_limit_bytes: 16777216", of("per_connection_buffer_limit_bytes")),
            };
            let limits = match self {
                Self::Envoy => ("\"maxBodyBytes\": 16777216", of("\"maxBodyBytes\"")),
                // The default is shipped there, so the block isn't.
                Self::Istio | Self::Gateway | Self::Sidecar => (
                    MATCH,
                    format!("\"limits\": {{ {} }},\n{}{MATCH}", of("\"maxBodyBytes\""), before(manifest, MATCH)),
                ),
            };
            let window = ("initialStreamWindowSize: 16777216", of("initialStreamWindowSize"));
            slot("--buffer-bytes", &[buffer, window, limits]);
        }
        self.addresses(values, &mut slot);
        self.modules(values, &mut slot);
        if let Some(app) = &values.app {
            // Not in the images, whose names end with a version.
            slot(
                "--app",
                &[
                    ("kyc-backend:1.0.0", "\u{0}".to_owned()),
                    ("kyc-backend", app.clone()),
                    ("\u{0}", "kyc-backend:1.0.0".to_owned()),
                ],
            );
        }
        if let Some(image) = &values.image {
            slot("--image", &[("registry.example.com/kyc-backend:1.0.0", image.clone())]);
        }
        if let Some(namespace) = &values.namespace {
            slot(
                "--namespace",
                &[
                    ("namespace: kyc\n", format!("namespace: {namespace}\n")),
                    ("name: kyc/kyc-gate/", format!("name: {namespace}/kyc-gate/")),
                    ("namespace kyc.", format!("namespace {namespace}.")),
                ],
            );
        }
        if let Some(key) = &values.key {
            let own = "                    host_env_keys: [KYC_REQUEST_KEY]\n".to_owned();
            slot("--key", &[(DEMO_KEY, own), ("KYC_REQUEST_KEY", key.clone())]);
        }
        slots
    }

    fn addresses(self, values: &Values, slot: &mut impl FnMut(&'static str, &[(&str, String)])) {
        let host = "127.0.0.1";
        for (option, cluster, port, address) in [
            ("--listen", "", 10_000, &values.listen),
            ("--backend", "backend", 18_080, &values.backend),
            ("--review", "manual-review", 18_081, &values.review),
        ] {
            let Some(address) = address else { continue };
            if self != Self::Envoy {
                slot(option, &[]);
                continue;
            }
            let resolved = if address.is_numeric() { "STATIC" } else { "STRICT_DNS" };
            let kind = |kind: &str| format!("- name: {cluster}\n    type: {kind}\n");
            slot(
                option,
                &[
                    (&format!("address: {host}, port_value: {port}"), address.yaml()),
                    (&format!("{host}:{port}"), address.to_string()),
                    (&kind("STATIC"), kind(resolved)),
                ],
            );
        }
    }

    fn modules(self, values: &Values, slot: &mut impl FnMut(&'static str, &[(&str, String)])) {
        if let Some(module) = &values.module {
            let shipped = match self {
                Self::Envoy => "filename: dist/kyc_gate.wasm",
                Self::Istio => "uri: https://artifacts.example.com/kyc-gate/0.1.0/kyc_gate.wasm",
                Self::Gateway => "image: registry.example.com/kyc-gate-modules:0.1.0",
                Self::Sidecar => "image: registry.example.com/kyc-gate:0.1.0",
            };
            let key = shipped.split(' ').next().unwrap_or_default();
            slot("--module", &[(shipped, format!("{key} {module}"))]);
        }
        if let Some(sha256) = &values.sha256 {
            slot("--sha256", &[(NO_DIGEST, sha256.clone())]);
        }
    }

    /// Returns what stands before the list of hosts, and the one host in it.
    fn hosts(self) -> (&'static str, &'static str) {
        match self {
            Self::Envoy => ("name: kyc\n              domains: ", "*"),
            Self::Istio => ("domains: ", "*"),
            Self::Gateway => ("hostnames: ", "kyc.example.com"),
            Self::Sidecar => ("name: kyc\n                  domains: ", "*"),
        }
    }
}

/// Puts a comment of its own in place of the one that the shipped bootstrap begins with, which is about the demo.
fn with_own_head(bootstrap: &str, key: Option<&str>) -> String {
    let body = bootstrap.split_once("\n\n").map_or(bootstrap, |(_, body)| body);
    let key = match key {
        Some(name) => format!("the key is the variable {name} of Envoy's environment"),
        None => "the key is the demo's, known to everybody".to_owned(),
    };
    format!(
        "# kyc-gate in a stock Envoy, by `kyc-gate init envoy`. `kyc-gate check` judges this file, `envoy -c` takes it, and so
# does `func-e run -c`. The module's `filename` is seen from the folder in which Envoy starts;
# {key}.
#
# KYC posts arrive at 127.0.0.1:10000, go on to a backend at 127.0.0.1:18080 and, when a person has to look, to
# 127.0.0.1:18081.

{body}"
    )
}

/// Returns what stands before a text in its line.
fn before<'t>(manifest: &'t str, text: &str) -> &'t str {
    let before = manifest.split_once(text).map_or("", |(before, _)| before);
    before.rsplit('\n').next().unwrap_or_default()
}

/// Leaves out the ports, which the hosts of a Gateway's routes don't have.
fn without_ports(hosts: &[String]) -> Vec<String> {
    hosts.iter().map(|host| host.split(':').next().unwrap_or_default().to_owned()).collect()
}

fn quoted(texts: &[String]) -> String {
    texts.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(", ")
}
