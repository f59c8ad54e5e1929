//! The JSON types without which a document can't be judged.

use super::super::document::Value;
use super::super::node::Kind;
use super::error::Member;

/// Finds the first member of a document that is of another JSON type than it should be. `null` is absent.
pub(super) fn misshapen(document: Value<'_>) -> Option<Member> {
    let of = |from: Value<'_>, name, member, kinds: &[Kind]| {
        let is_other = |value: Value<'_>| value.kind() != Kind::Null && !kinds.contains(&value.kind());
        from.get(name).is_some_and(is_other).then_some(member)
    };
    let status = || {
        let status = document.get("document_status")?;
        of(status, "error_list", Member::ErrorList, &[Kind::Array, Kind::String])
            .or_else(|| of(status, "overall_document_status", Member::OverallStatus, &[Kind::String, Kind::Number]))
            .or_else(|| objects(status, "checks_performed", Member::ChecksPerformed))
            .or_else(|| {
                let mut checks = status.get("checks_performed")?.elements();
                checks.find_map(|check| objects(check, "check_detail", Member::CheckDetail))
            })
    };
    of(document, "document_status", Member::DocumentStatus, &[Kind::Object])
        .or_else(|| of(document, "identity_data", Member::IdentityData, &[Kind::Object]))
        .or_else(|| of(document, "identity_data_details", Member::IdentityDataDetails, &[Kind::Object]))
        .or_else(status)
}

/// Returns `member` unless what has that name is an array of objects.
fn objects(from: Value<'_>, name: &str, member: Member) -> Option<Member> {
    let value = from.get(name).filter(|value| value.kind() != Kind::Null)?;
    let are_objects = value.kind() == Kind::Array && value.elements().all(|element| element.kind() == Kind::Object);
    (!are_objects).then_some(member)
}
