//! A native module: the names by which it and Envoy call each other.

use std::collections::BTreeSet;

use super::{Module, origin};

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
    for name in [origin::CRATES, origin::CORE] {
        if let Some(contents) = section(bytes, name) {
            origin::take(module, name, contents);
        }
    }
    Ok(())
}

/// Where a header of ELF, 64 bits, tells where a table is: offset, bytes of an entry, number of entries.
type Table = (usize, usize, usize);
const SEGMENTS: Table = (0x20, 0x36, 0x38);
const SECTIONS: Table = (0x28, 0x3a, 0x3c);
/// Where it tells which section has the names of all.
const NAMES: usize = 0x3e;
/// Where an entry of the table of sections has the offset of its name, that of its contents, and their size.
const ENTRY: (usize, usize, usize) = (0, 0x18, 0x20);

/// Looks whether a library has all that its header speaks of; the table of sections is the end of it.
fn whole(bytes: &[u8]) -> Result<(), String> {
    if bytes.get(4..6).is_some_and(|kind| kind != [2, 1]) {
        return Err("not a shared library of 64 bits, little-endian".to_owned());
    }
    let end = |(offset, size, count): Table| {
        let entries = number(bytes, size, 2)?.checked_mul(number(bytes, count, 2)?)?;
        number(bytes, offset, 8)?.checked_add(entries)
    };
    if [SEGMENTS, SECTIONS].into_iter().all(|table| end(table).is_some_and(|end| end <= bytes.len())) {
        Ok(())
    } else {
        Err("not a whole shared library: the file ends too early".to_owned())
    }
}

/// Returns the contents of a section.
fn section<'b>(bytes: &'b [u8], wanted: &str) -> Option<&'b [u8]> {
    let (offset, size, count) = SECTIONS;
    let (start, size) = (number(bytes, offset, 8)?, number(bytes, size, 2)?);
    let entry = |index: usize| bytes.get(start.checked_add(index.checked_mul(size)?)?..)?.get(..size);
    let contents = |entry: &[u8]| {
        let (at, length) = (number(entry, ENTRY.1, 8)?, number(entry, ENTRY.2, 8)?);
        bytes.get(at..at.checked_add(length)?)
    };
    let names = contents(entry(number(bytes, NAMES, 2)?)?)?;
    let is_it = |entry: &&[u8]| {
        let name = number(entry, ENTRY.0, 4).and_then(|at| names.get(at..));
        name.is_some_and(|name| name.strip_prefix(wanted.as_bytes()).is_some_and(|rest| rest.first() == Some(&0)))
    };
    contents((0..number(bytes, count, 2)?).filter_map(entry).find(is_it)?)
}

/// Returns a number of so many bytes, little-endian.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    bytes.iter().rev().try_fold(0_usize, |number, byte| number.checked_mul(256)?.checked_add(usize::from(*byte)))
}

fn is_rest_of_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
