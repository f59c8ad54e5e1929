//! A native module: the names by which it and Envoy call each other.

use std::collections::BTreeSet;

use super::Module;

const PREFIX: &str = "envoy_dynamic_module_";

/// Fills in what the names in a shared library tell.
///
/// # Errors
/// It isn't one, or not all of one.
pub(super) fn read(bytes: &[u8], module: &mut Module) -> Result<(), String> {
    module.kind = "native";
    whole(bytes)?;
    let names: BTreeSet<&str> = bytes
        .split(|byte| *byte == 0)
        .filter_map(|text| std::str::from_utf8(text).ok())
        .filter(|text| text.strip_prefix(PREFIX).is_some_and(is_rest_of_name))
        .collect();
    let with = |kind: &str| -> Vec<String> {
        let prefix = format!("{PREFIX}{kind}_");
        names.iter().filter(|name| name.starts_with(&prefix)).map(|name| (*name).to_owned()).collect()
    };
    module.abi = (!names.is_empty()).then(|| "Envoy dynamic modules".to_owned());
    module.callbacks = with("on");
    module.host_calls = with("callback");
    module.features = match bytes.get(18..20) {
        Some([62, 0]) => vec!["x86-64"],
        Some([183, 0]) => vec!["aarch64"],
        _ => Vec::new(),
    };
    Ok(())
}

/// Where a header of ELF, 64 bits, says where its tables are: offset, bytes of an entry, number of entries.
const TABLES: [(usize, usize, usize); 2] = [(0x20, 0x36, 0x38), (0x28, 0x3a, 0x3c)];

/// Looks whether a library has all that its header speaks of; the table of sections is the end of it.
fn whole(bytes: &[u8]) -> Result<(), String> {
    let number = |at: usize, length: usize| -> Option<u64> {
        let bytes = bytes.get(at..at + length)?;
        Some(bytes.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    };
    if bytes.get(4..6).is_some_and(|kind| kind != [2, 1]) {
        return Err("not a shared library of 64 bits, little-endian".to_owned());
    }
    let end = |(offset, size, count): (usize, usize, usize)| {
        number(offset, 8)?.checked_add(number(size, 2)?.checked_mul(number(count, 2)?)?)
    };
    let is_there = |end: u64| usize::try_from(end).is_ok_and(|end| end <= bytes.len());
    if TABLES.iter().all(|table| end(*table).is_some_and(is_there)) {
        Ok(())
    } else {
        Err("not a whole shared library: the file ends too early".to_owned())
    }
}

fn is_rest_of_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
