//! What the scanner says of the document: online, copied, tampered with, its check digits.

use kyc_gate::scoring::{CheckOutcome, IdentityCheck, Signal};

use serde_json::{Value, json};

use super::identity::{Row, table};
use super::post::Post;

use CheckOutcome::{Fail, Pass, Skip};

tables![is_published_online, is_photocopy, is_tampered, mrz_checksum];

fn is_published_online() {
    table(IdentityCheck::IsPublishedOnline, ONLINE);
}

fn is_photocopy() {
    table(IdentityCheck::IsPhotocopy, PHOTOCOPY);
}

fn is_tampered() {
    table(IdentityCheck::IsTampered, TAMPERED);
}

fn mrz_checksum() {
    table(IdentityCheck::MrzChecksum, CHECKSUM);
}

const ONLINE: &[Row] = &[
    ("no signals", |post| post.errors(&["Found online"]), Skip),
    ("a signal in an error", |post| online(post, &["Found ONLINE"], &[]), Fail),
    ("a failed check", |post| online(post, &[], &[("Online search", "ERROR")]), Fail),
    ("a passed check proves nothing", |post| online(post, &[], &[("Online search", "OK")]), Skip),
    ("no match", |post| online(post, &["Expired Document"], &[("Glare", "ERROR")]), Skip),
];

fn online(post: &mut Post, errors: &[&str], elements: &[(&str, &str)]) {
    post.evidence.signals.published_online = Signal::new(["online"]);
    post.errors(errors);
    post.elements(elements);
}

const PHOTOCOPY: &[Row] = &[
    ("ok", |post| post.elements(&[("Black and White copy check", "OK")]), Pass),
    ("ok in any spelling", |post| post.elements(&[("COLORNESS", " ok ")]), Pass),
    ("ok and not done", |post| post.elements(&[("Colourness", "OK"), ("Screen capture", "NOT DONE")]), Pass),
    ("ok and failed", |post| post.elements(&[("Colorness", "OK"), ("Liveness electronic device", "ERROR")]), Fail),
    ("a warning", |post| post.elements(&[("Photo copy", "WARNING")]), Fail),
    ("an empty status", |post| post.elements(&[("Photocopy", "")]), Fail),
    (
        "an error beside an ok",
        |post| {
            post.elements(&[("Colorness", "OK")]);
            post.errors(&["PHOTOCOPY detected"]);
        },
        Fail,
    ),
    ("only not done", |post| post.elements(&[("Colorness", "not done")]), Skip),
    ("another check failed", |post| post.elements(&[("Glare", "ERROR")]), Skip),
    ("no checks", |post| post.remove("/kyc_info/document/document_status/checks_performed"), Skip),
    ("no status", |post| post.remove("/kyc_info/document/document_status"), Skip),
    (
        "other signals",
        |post| {
            post.evidence.signals.photocopy = Signal::new(["glare"]);
            post.elements(&[("Glare", "ERROR"), ("Colorness", "OK")]);
        },
        Fail,
    ),
    (
        "signals in another script",
        |post| {
            post.evidence.signals.photocopy = Signal::new(["glare", "копи"]);
            post.elements(&[("КОПИЯ", "ERROR"), ("Colorness", "OK")]);
        },
        Fail,
    ),
    ("no signals at all", |post| post.evidence.signals.photocopy = Signal::default(), Skip),
];

fn status(post: &mut Post, element: Value, status: Value) {
    let detail = json!({ "element": element, "status": status });
    post.document("/document_status/checks_performed", json!([{ "check_detail": [detail] }]));
}

const TAMPERED: &[Row] = &[
    ("ok", |post| post.elements(&[("Photo embedding", "OK")]), Pass),
    ("failed", |post| post.elements(&[("Image patterns", "OK"), ("Extended MRZ check", "ERROR")]), Fail),
    ("an error", |post| post.errors(&["Document was TAMPERED with"]), Fail),
    (
        "an error, nothing done",
        |post| {
            post.elements(&[]);
            post.errors(&["Document not live"]);
        },
        Fail,
    ),
    ("an underscore", |post| post.elements(&[("Photo_embedding", "ERROR")]), Fail),
    ("a hyphen", |post| post.elements(&[("PHOTO-REPLACEMENT", "OK")]), Pass),
    ("separators in an error", |post| post.errors(&["virtual_camera", "x"]), Fail),
    (
        "separators in the signal",
        |post| {
            post.evidence.signals.tampered = Signal::new(["glue_line-broken"]);
            post.elements(&[("Glue line broken", "ERROR")]);
        },
        Fail,
    ),
    ("a number", |post| status(post, json!("Geometry check"), json!(0)), Fail),
    ("a number that is ok", |post| status(post, json!("Geometry check"), json!(1)), Pass),
    ("a number as text that is ok", |post| status(post, json!("Geometry check"), json!("1.0")), Pass),
    ("a number for not done", |post| status(post, json!("Geometry check"), json!(2)), Skip),
    ("not_done", |post| status(post, json!("Geometry check"), json!("Not_Done")), Skip),
    ("no status", |post| status(post, json!("Geometry check"), json!(null)), Fail),
    ("a status of another type", |post| status(post, json!("Geometry check"), json!(["OK"])), Fail),
    ("an element of another type that failed", |post| status(post, json!(["Geometry check"]), json!("ERROR")), Fail),
    ("an element of another type that is ok", |post| status(post, json!(["Geometry check"]), json!("OK")), Skip),
    ("no element", |post| status(post, json!(null), json!("ERROR")), Skip),
    ("an error alone", |post| post.document("/document_status/error_list", json!("Tampered photo")), Fail),
    (
        "an error at some depth",
        |post| post.document("/document_status/error_list", json!([{ "code": 7, "texts": [["Tampered photo"]] }])),
        Fail,
    ),
    ("an error without a text", |post| error_beside_ok(post, json!([{ "code": 82 }])), Fail),
    ("an error that is a number", |post| error_beside_ok(post, json!([82])), Fail),
    ("an error of another type, at some depth", |post| error_beside_ok(post, json!([[], [{ "found": [true] }]])), Fail),
    ("an error without a text beside others", |post| error_beside_ok(post, json!(["Glare", { "code": 82 }])), Fail),
    (
        "an error with a number beside its text",
        |post| error_beside_ok(post, json!([{ "code": 1, "of": "Glare" }])),
        Pass,
    ),
    (
        "errors that hold nothing",
        |post| error_beside_ok(post, json!([{}, [], null, " ", { "text": "" }, [[null]]])),
        Pass,
    ),
    ("only not done", |post| post.elements(&[("Geometry check", "NOT DONE")]), Skip),
    ("nothing", |post| post.elements(&[]), Skip),
    ("a copy is another matter", |post| post.elements(&[("Black and white copy check", "ERROR")]), Skip),
];

fn error_beside_ok(post: &mut Post, errors: Value) {
    post.elements(&[("Geometry check", "OK")]);
    post.document("/document_status/error_list", errors);
}

const ZONE: &str = "P<LVABRIVKALNE<<MAIRA<ELZA<<<<<<<<<<<<<<<<<<^LV74402182LVA9103177F3108022<<<<<<<<<<<<<<00";
const BROKEN_ZONE: &str = "P<LVABRIVKALNE<<MAIRA<ELZA<<<<<<<<<<<<<<<<<<^LV74402182LVA9103177F3108022<<<<<<<<<<<<<<01";

const CHECKSUM: &[Row] = &[
    ("all ok", |post| zone(post, None, &[("Final check digit", "OK"), ("Document number CHECKSUM", "OK")]), Pass),
    ("one failed", |post| zone(post, Some(ZONE), &[("Final check digit", "OK"), ("Checksum", "ERROR")]), Fail),
    (
        "an error",
        |post| {
            zone(post, Some(ZONE), &[("Final check digit", "OK")]);
            post.errors(&["Invalid checksum"]);
        },
        Fail,
    ),
    ("in one word", |post| zone(post, None, &[("Final CheckDigit", "ERROR")]), Fail),
    ("with underscores", |post| zone(post, None, &[("LINE_2_CHECK_DIGIT", "ERROR")]), Fail),
    ("recomputed", |post| zone(post, Some(ZONE), &[]), Pass),
    ("recomputed wrong", |post| zone(post, Some(BROKEN_ZONE), &[]), Fail),
    ("not done, recomputed", |post| zone(post, Some(ZONE), &[("Final check digit", "NOT DONE")]), Pass),
    ("not done, recomputed wrong", |post| zone(post, Some(BROKEN_ZONE), &[("Final check digit", "NOT DONE")]), Fail),
    ("the scanner is contradicted", |post| zone(post, Some(BROKEN_ZONE), &[("Final check digit", "OK")]), Fail),
    ("lines", |post| lines(post, ZONE), Pass),
    ("lines that are wrong", |post| lines(post, BROKEN_ZONE), Fail),
    (
        "one of two spellings wrong",
        |post| {
            zone(post, Some(ZONE), &[]);
            post.document("/identity_data/MRZ", json!(BROKEN_ZONE));
        },
        Fail,
    ),
    ("of another type", |post| post.document("/identity_data/MRZ strings", json!({ "0": ZONE })), Fail),
    ("not every one ok", |post| zone(post, None, &[("Checksum", "OK"), ("Final check digit", "NOT DONE")]), Skip),
    ("no zone", |post| zone(post, None, &[("Glare", "ERROR")]), Skip),
    ("something else in its place", |post| zone(post, Some("none"), &[]), Fail),
    ("a letter too many", |post| zone(post, Some(&ZONE.replace("MAIRA", "MAIIRA")), &[]), Fail),
    ("a zone that the scanner alone can read", |post| zone(post, Some("none"), &[("Final check digit", "OK")]), Fail),
    (
        "one of two spellings is no zone",
        |post| {
            zone(post, Some(ZONE), &[]);
            post.document("/identity_data/MRZ", json!("none"));
        },
        Fail,
    ),
    ("a number in its place", |post| post.document("/identity_data/MRZ strings", json!(7)), Fail),
    ("a driving licence's", |post| zone(post, Some(LICENCE), &[]), Pass),
    ("a driving licence's, altered", |post| zone(post, Some(&LICENCE.replace("509", "508")), &[]), Fail),
    ("without any check digit", |post| zone(post, Some(SWISS_LICENCE), &[]), Skip),
    ("without any check digit, by the scanner", |post| zone(post, Some(SWISS_LICENCE), &[("Checksum", "OK")]), Pass),
];

const LICENCE: &str = "D1NLD15094962111659VW87Z78NB84";
const SWISS_LICENCE: &str = "AAA001D<<^FACHE305142128097<<800126<<<<<^MARCHAND<<FABIENNE<<<<<<<<<<<<";

fn lines(post: &mut Post, zone: &str) {
    post.elements(&[]);
    post.document("/identity_data/MRZ strings", json!(zone.split('^').collect::<Vec<_>>()));
}

fn zone(post: &mut Post, zone: Option<&str>, elements: &[(&str, &str)]) {
    match zone {
        Some(zone) => post.field("MRZ strings", zone),
        None => post.without("MRZ strings"),
    }
    post.elements(elements);
}
