//! The fields of the gate's own filter, and what of the others is looked at: Envoy refuses a file for one that it
//! doesn't know or can't read.

use crate::check::code::Code;
use crate::check::finding::Finding;
use crate::find::{Host, Shape};
use crate::source::Node;

use super::near;
use super::part::Part;
use super::scene::Scene;

/// A message of Envoy's (1.36 to 1.40): its fields, and whether it may have others than these.
struct Message {
    name: &'static str,
    fields: &'static [(&'static str, Kind)],
    is_open: bool,
}

/// What a field holds.
enum Kind {
    /// Something that is judged elsewhere.
    Any,
    /// An integer within bounds.
    Integer(u64, u64),
    /// Seconds with an `s`.
    Duration,
    /// A list.
    List,
    /// A mapping with keys of one's own.
    Map,
    /// Another message.
    Message(&'static Message),
}

const fn closed(name: &'static str, fields: &'static [(&'static str, Kind)]) -> Message {
    Message { name, fields, is_open: false }
}

const fn open(name: &'static str, fields: &'static [(&'static str, Kind)]) -> Message {
    Message { name, fields, is_open: true }
}

static DATA_SOURCE: Message = closed(
    "DataSource",
    &[
        ("filename", Kind::Any),
        ("inline_bytes", Kind::Any),
        ("inline_string", Kind::Any),
        ("environment_variable", Kind::Any),
        ("watched_directory", Kind::Any),
    ],
);
static HTTP_URI: Message =
    closed("HttpUri", &[("uri", Kind::Any), ("cluster", Kind::Any), ("timeout", Kind::Duration)]);
static REMOTE: Message = closed(
    "RemoteDataSource",
    &[("http_uri", Kind::Message(&HTTP_URI)), ("sha256", Kind::Any), ("retry_policy", Kind::Any)],
);
static CODE: Message =
    closed("AsyncDataSource", &[("local", Kind::Message(&DATA_SOURCE)), ("remote", Kind::Message(&REMOTE))]);
static VARIABLES: Message = closed("EnvironmentVariables", &[("host_env_keys", Kind::List), ("key_values", Kind::Map)]);
static CAPABILITIES: Message = closed("CapabilityRestrictionConfig", &[("allowed_capabilities", Kind::Map)]);
static VM: Message = closed(
    "VmConfig",
    &[
        ("vm_id", Kind::Any),
        ("runtime", Kind::Any),
        ("code", Kind::Message(&CODE)),
        ("configuration", Kind::Any),
        ("allow_precompiled", Kind::Any),
        ("nack_on_code_cache_miss", Kind::Any),
        ("environment_variables", Kind::Message(&VARIABLES)),
        ("capability_restriction_config", Kind::Message(&CAPABILITIES)),
    ],
);
static BACKOFF: Message =
    closed("BackoffStrategy", &[("base_interval", Kind::Duration), ("max_interval", Kind::Duration)]);
static RELOAD: Message = closed("ReloadConfig", &[("backoff", Kind::Message(&BACKOFF))]);
static PLUGIN: Message = closed(
    "PluginConfig",
    &[
        ("name", Kind::Any),
        ("root_id", Kind::Any),
        ("vm_config", Kind::Message(&VM)),
        ("configuration", Kind::Any),
        ("fail_open", Kind::Any),
        ("failure_policy", Kind::Any),
        ("reload_config", Kind::Message(&RELOAD)),
        ("capability_restriction_config", Kind::Message(&CAPABILITIES)),
        ("allow_on_headers_stop_iteration", Kind::Any),
    ],
);
static WASM: Message = closed("Wasm", &[("@type", Kind::Any), ("config", Kind::Message(&PLUGIN))]);
static MODULE: Message = closed(
    "DynamicModuleConfig",
    &[
        ("name", Kind::Any),
        ("do_not_close", Kind::Any),
        ("load_globally", Kind::Any),
        ("metrics_namespace", Kind::Any),
        ("module", Kind::Message(&CODE)),
        ("nack_on_cache_miss", Kind::Any),
    ],
);
static NATIVE: Message = closed(
    "DynamicModuleFilter",
    &[
        ("@type", Kind::Any),
        ("dynamic_module_config", Kind::Message(&MODULE)),
        ("filter_name", Kind::Any),
        ("filter_config", Kind::Any),
        ("terminal_filter", Kind::Any),
    ],
);
static HTTP2: Message = open("Http2ProtocolOptions", &[("max_concurrent_streams", Kind::Integer(1, (1 << 31) - 1))]);
/// Of the connection manager, what decides about a post.
pub(super) static MANAGER: Section = Section(&open(
    "HttpConnectionManager",
    &[
        ("request_headers_timeout", Kind::Duration),
        ("request_timeout", Kind::Duration),
        ("stream_idle_timeout", Kind::Duration),
        ("http2_protocol_options", Kind::Message(&HTTP2)),
    ],
));
/// Of a listener, what decides about a post.
pub(super) static LISTENER: Section =
    Section(&open("Listener", &[("per_connection_buffer_limit_bytes", Kind::Integer(0, (1 << 32) - 1))]));

/// A message of which some fields are looked at.
pub(super) struct Section(&'static Message);

impl Section {
    /// Looks at a message of this kind.
    pub(super) fn check(&self, part: Part<'_>, findings: &mut Vec<Finding>) {
        look(part, part.root, self.0, findings);
    }
}

pub(super) fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let message = match scene.gate.shape {
        Shape::Filter(Host::Wasm) => &WASM,
        Shape::Filter(Host::Native) => &NATIVE,
        _ => return,
    };
    if let Some(filter) = scene.filter() {
        look(scene.own, filter, message, findings);
    }
}

/// Looks at the listener and its connection manager.
pub(super) fn listener(scene: &Scene<'_>, manager: Part<'_>, findings: &mut Vec<Finding>) {
    MANAGER.check(manager, findings);
    if let Some(listener) = scene.inventory.listener(manager.root) {
        LISTENER.check(listener, findings);
    }
}

fn look(part: Part<'_>, node: &Node, message: &Message, findings: &mut Vec<Finding>) {
    for (name, member) in node.members() {
        // Kubernetes merges mappings before Envoy sees them, Envoy itself doesn't.
        if name == "<<" && part.is_kubernetes() {
            continue;
        }
        match message.fields.iter().find(|(field, _)| is_called(name, field)) {
            Some((_, kind)) => field(part, name, member, kind, findings),
            None if message.is_open => {}
            None => {
                let finding =
                    part.finding(Code::UnknownField, member, format!("{} has no field {name:?}", message.name));
                let meant = message.fields.iter().find(|(field, _)| near::is_near(field, name));
                findings.push(match meant {
                    Some((meant, _)) => finding.instead(format!("write {meant}")),
                    None => finding,
                });
            }
        }
    }
}

fn field(part: Part<'_>, name: &str, node: &Node, kind: &Kind, findings: &mut Vec<Finding>) {
    let mut wrong = |must: String| findings.push(part.value(Code::WrongValue, node, format!("{name} must be {must}")));
    match kind {
        Kind::Any => {}
        Kind::Integer(least, most) => {
            if !node.integer().is_some_and(|number| (*least..=*most).contains(&number)) {
                wrong(format!("an integer from {least} to {most}"));
            }
        }
        Kind::Duration if node.seconds().is_none() => wrong("seconds with an s, such as 30s".to_owned()),
        Kind::Duration => {}
        Kind::List if node.is_map() => wrong("a list".to_owned()),
        Kind::List => {}
        Kind::Map if !node.elements().is_empty() || node.text().is_some_and(|text| !text.is_empty()) => {
            wrong("a mapping".to_owned());
        }
        Kind::Map => {}
        Kind::Message(_) if !node.elements().is_empty() => wrong("a mapping".to_owned()),
        Kind::Message(message) => look(part, node, message, findings),
    }
}

/// Returns whether a name is that of a field, in `snake_case` or in protobuf's `lowerCamelCase`.
fn is_called(name: &str, field: &str) -> bool {
    name == field || (field.contains('_') && !name.contains('_') && crate::source::camel_case(field) == name)
}
