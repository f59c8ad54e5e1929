//! `responseBody`: REL-ID's locators for the backend's answer.

use crate::confirmation::{Locators, OnMismatch};
use crate::payload::Locator;

use super::node::{ConfigNode, ConfigObject};
use super::problem::Cause;

const RESULT: &str = "resultLocator";
const REFERENCE_NUMBER: &str = "referenceNumberLocator";
const USER_ID: &str = "userIdLocator";
const ON_MISMATCH: &str = "onUserIdMismatch";

/// REL-ID's other locators. What they lead to has no place in a confirmation whose shape is public.
const UNUSED: [&str; 6] = [
    "primaryUserIdLocator",
    "loginIdsLocator",
    "statusCodeLocator",
    "statusMessageLocator",
    "forUserIdLocator",
    "orchestrationUseCaseLocator",
];

const ON_MISMATCHES: [(&str, OnMismatch); 3] =
    [("block", OnMismatch::Block), ("flag", OnMismatch::Flag), ("allow", OnMismatch::Allow)];

/// Returns `None` when absent, or refused.
pub(super) fn read(node: Option<ConfigNode<'_>>) -> Option<Locators> {
    let keys = [&[RESULT, REFERENCE_NUMBER, USER_ID, ON_MISMATCH], &UNUSED[..]].concat();
    let block = node?.object(&keys)?;
    let used = |node: &ConfigNode<'_>| node.string().is_some_and(|text| !text.is_empty());
    let unused = UNUSED.iter().filter_map(|key| block.optional(key)).filter(used);
    unused.for_each(|node| node.refuse(Cause::NotInThisVersion));
    if let Some(node) = block.optional(RESULT).filter(|node| node.value() == "") {
        node.refuse(Cause::Empty);
    }
    let result = locator(&block, RESULT, "result");
    let reference_number = locator(&block, REFERENCE_NUMBER, "reference_number");
    let user_id = locator(&block, USER_ID, "user_id");
    let is_sought = !block.optional(USER_ID).is_some_and(|node| node.value() == "");
    let on_mismatch = match block.optional(ON_MISMATCH) {
        Some(node) => {
            let on_mismatch = node.one_of(&ON_MISMATCHES)?;
            if !is_sought && on_mismatch != OnMismatch::Allow {
                node.refuse(Cause::UnusedMismatch);
            }
            on_mismatch
        }
        None => OnMismatch::default(),
    };
    Some(Locators { result: result?, reference_number, user_id, on_mismatch })
}

/// REL-ID's sample value where the key is absent; `""` is nowhere.
fn locator(block: &ConfigObject<'_>, key: &str, default: &str) -> Option<Locator> {
    match block.optional(key) {
        Some(node) if node.value() == "" => None,
        Some(node) => node.parsed(Locator::parse),
        None => Locator::parse(default).ok(),
    }
}
