//! Drawing claims from headers and payload.

use std::borrow::Cow;

use crate::rows::each;
use kyc_gate::payload::{Document, Fact, Limits, Pointer};
use kyc_gate::scoring::evidence::ClaimSources;
use kyc_gate::scoring::{Claim, ClaimSource, Claims};

const PAYLOAD: &str =
    r#"{"s":"Maira","e":"","w":" \t","n":1010,"b":true,"l":["x"],"o":{"in":"J\u00e1nis"},"nil":null}"#;

tables![draws_from_the_payload, knows_what_cannot_be_read, draws_from_headers, every_claim_has_its_place];

fn draws_from_the_payload() {
    let cases: &[(Claim, &str, Option<&str>)] = &[
        (Claim::FirstName, "/s", Some("Maira")),
        (Claim::FirstName, "/o/in", Some("Jánis")),
        (Claim::FirstName, "/l/0", Some("x")),
        (Claim::FirstName, "/absent", None),
        (Claim::FirstName, "/e", None),
        (Claim::FirstName, "/w", None),
        (Claim::FirstName, "/n", Some("1010")),
        (Claim::FirstName, "/b", None),
        (Claim::FirstName, "/nil", None),
        (Claim::FirstName, "/o", None),
        (Claim::FirstName, "/l", None),
        (Claim::DateOfBirth, "/n", Some("1010")),
        (Claim::PostalCode, "/n", Some("1010")),
        (Claim::PostalCode, "/s", Some("Maira")),
        (Claim::PostalCode, "/b", None),
    ];
    each(cases, |(claim, pointer, expected)| {
        let source = ClaimSource::Pointer(Pointer::parse(pointer).unwrap());
        assert_eq!(drawn(*claim, source, None).as_deref(), *expected, "{pointer}");
    });
}

/// A claim of another type was made, and can't count as none.
fn knows_what_cannot_be_read() {
    let cases = [
        ("/b", Fact::Unreadable),
        ("/l", Fact::Unreadable),
        ("/o", Fact::Unreadable),
        ("/nil", Fact::Absent),
        ("/w", Fact::Absent),
        ("/absent", Fact::Absent),
        ("/s", Fact::Readable("Maira")),
    ];
    let document = Document::scan(PAYLOAD.as_bytes(), Limits::default()).unwrap();
    each(cases, |(pointer, expected)| {
        let sources = Claim::ALL.map(|_| Some(ClaimSource::Pointer(Pointer::parse(pointer).unwrap())));
        let claims = Claims::draw(&sources, |_| None, document.root());
        for claim in Claim::ALL {
            assert_eq!(claims.fact(claim), expected, "{pointer}");
        }
    });
}

fn draws_from_headers() {
    let rows = [
        (Some(&b"Brivkalne"[..]), Some("Brivkalne")),
        (Some("Brīvkalne".as_bytes()), Some("Brīvkalne")),
        (Some(b"M\xfcller"), Some("Müller")),
        (Some(b""), None),
        (Some(b"  "), None),
        (None, None),
    ];
    each(rows, |(bytes, expected)| {
        let source = ClaimSource::Header("x-claim".to_owned());
        assert_eq!(drawn(Claim::LastName, source.clone(), bytes.map(Cow::Borrowed)).as_deref(), expected);
        assert_eq!(drawn(Claim::LastName, source, bytes.map(|b| Cow::Owned(b.to_vec()))).as_deref(), expected);
    });
}

fn drawn(claim: Claim, source: ClaimSource, header: Option<Cow<'static, [u8]>>) -> Option<String> {
    let mut sources = ClaimSources::default();
    sources[claim as usize] = Some(source);
    let document = Document::scan(PAYLOAD.as_bytes(), Limits::default()).unwrap();
    let claims = Claims::draw(&sources, |name| header.clone().filter(|_| name == "x-claim"), document.root());
    for other in Claim::ALL.into_iter().filter(|other| *other != claim) {
        assert_eq!(claims.get(other), None);
    }
    claims.get(claim).map(str::to_owned)
}

fn every_claim_has_its_place() {
    let sources = Claim::ALL.map(|claim| Some(ClaimSource::Header(claim.as_str().to_owned())));
    let document = Document::scan(b"{}", Limits::default()).unwrap();
    let claims = Claims::draw(&sources, |name| Some(Cow::Owned(name.as_bytes().to_vec())), document.root());
    for claim in Claim::ALL {
        assert_eq!(claims.get(claim), Some(claim.as_str()));
    }
}
