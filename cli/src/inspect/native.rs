//! A native module: the names by which it and Envoy call each other.

use std::collections::BTreeSet;

use super::Module;

const PREFIX: &str = "envoy_dynamic_module_";

/// Fills in what the names in a shared library tell.
pub(super) fn read(bytes: &[u8], module: &mut Module) {
    module.kind = "native";
    let names: BTreeSet<&str> = bytes
        .split(|byte| *byte == 0)
        .filter_map(|text| std::str::from_utf8(text).ok())
        .filter(|text| text.strip_prefix(PREFIX).is_some_and(is_rest_of_name))
        .collect();
    let with = |kind: &str| -> Vec<String> {
        let prefix = format!("{PREFIX}{kind}_");
        names.iter().filter(|name| name.starts_with(&prefix)).map(|name| (*name).to_owned()).collect()
    };
    module.abi = Some("Envoy dynamic modules".to_owned());
    module.callbacks = with("on");
    module.host_calls = with("callback");
    module.features = match bytes.get(18..20) {
        Some([62, 0]) => vec!["x86-64"],
        Some([183, 0]) => vec!["aarch64"],
        _ => Vec::new(),
    };
}

fn is_rest_of_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
