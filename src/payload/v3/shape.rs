//! The JSON types without which a document can't be judged.

use super::super::document::Value;
use super::super::node::Kind;
use super::error::Member;

/// Finds the first member of a document that is of another JSON type than it should be. `null` is absent.
pub(super) fn misshapen(document: Value<'_>) -> Option<Member> {
    let status = document.get("document_status");
    let of_status = |name| status.and_then(|status| status.get(name));
    let checks = of_status("checks_performed");
    let is_other = |value: Option<Value<'_>>, kinds: &[Kind]| {
        value.is_some_and(|value| value.kind() != Kind::Null && !kinds.contains(&value.kind()))
    };
    let details = |checks: Value<'_>| checks.elements().any(|check| !are_objects(check.get("check_detail")));
    if is_other(status, &[Kind::Object]) {
        Some(Member::DocumentStatus)
    } else if is_other(document.get("identity_data"), &[Kind::Object]) {
        Some(Member::IdentityData)
    } else if is_other(document.get("identity_data_details"), &[Kind::Object]) {
        Some(Member::IdentityDataDetails)
    } else if is_other(of_status("error_list"), &[Kind::Array, Kind::String]) {
        Some(Member::ErrorList)
    } else if is_other(of_status("overall_document_status"), &[Kind::String, Kind::Number]) {
        Some(Member::OverallStatus)
    } else if !are_objects(checks) {
        Some(Member::ChecksPerformed)
    } else if checks.is_some_and(details) {
        Some(Member::CheckDetail)
    } else {
        None
    }
}

/// Returns whether what should be an array of objects is one, or absent.
fn are_objects(value: Option<Value<'_>>) -> bool {
    value.is_none_or(|value| match value.kind() {
        Kind::Null => true,
        Kind::Array => value.elements().all(|element| element.kind() == Kind::Object),
        _ => false,
    })
}
