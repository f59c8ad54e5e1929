//! Posts that cost as much as their size lets them, each made to strain one part of the gate, and honest ones to
//! compare with. All within the default limits; the last ones need a configuration that asks for much itself.

use std::rc::Rc;

use jiff::Timestamp;
use kyc_gate::config::Config;
use kyc_gate::exchange::{Command, Exchange, request_head};
use kyc_gate::http::MemoryBudget;
use serde_json::{Value, json};

/// Members and elements that a payload may have by default, less those that every payload has.
const MOST_FIELDS: usize = 9_900;
const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// A post of about so many bytes, and the configuration that takes it.
pub struct Case {
    pub name: &'static str,
    body: fn(usize) -> Body,
    config: fn() -> Value,
}

/// What is posted.
enum Body {
    /// A JSON text as it is.
    Plain(String),
    /// A JSON text to be sealed, and what to do to the base64 then.
    Sealed(String, fn(&[u8]) -> Vec<u8>),
}

/// A post that is ready to be made again and again.
pub struct Post {
    config: Rc<Config>,
    pub body: Vec<u8>,
}

impl Case {
    /// Makes the post.
    pub fn post(&self, size: usize) -> Post {
        let environment = |_: &str| Some(KEY.to_owned());
        let config = Config::parse((self.config)().to_string().as_bytes(), &environment).unwrap();
        let body = match (self.body)(size) {
            Body::Plain(text) => text.into_bytes(),
            Body::Sealed(text, disguise) => {
                let envelope = config.request_encryption.as_ref().unwrap();
                disguise(&envelope.seal(text.as_bytes(), [7; 16]).unwrap())
            }
        };
        Post { config: Rc::new(config), body }
    }
}

impl Post {
    /// Takes the post through the gate once; whether it was scored.
    pub fn run(&self) -> bool {
        let claim = "Иванов ".repeat(24);
        let headers: [(&[u8], &[u8]); 4] =
            [(b":method", b"POST"), (b":path", b"/kyc"), (b":authority", b"a.test"), (b"x-claim", claim.as_bytes())];
        let head = request_head::read(&self.config, headers.into_iter()).kyc.unwrap();
        let now = Timestamp::constant(1_795_000_000, 0);
        let opened = Exchange::open(
            Rc::clone(&self.config),
            self.config.initial_settings(),
            head,
            now,
            &MemoryBudget::default(),
        );
        let mut exchange = opened.unwrap_or_else(|_| panic!("refused by its headers"));
        for chunk in self.body.chunks(64 * 1024) {
            assert!(exchange.take(chunk).is_ok());
        }
        let ruling = exchange.finish([9; 16]);
        if let Command::Forward(forward) = &ruling.command {
            std::hint::black_box(&forward.body);
        }
        std::hint::black_box(ruling.record.audit_line(0));
        ruling.record.verdict.is_some()
    }
}

/// A V3 payload: the document's members, and what stands beside the document in `kyc_info`.
fn payload(document: &str, beside: &str) -> String {
    format!(
        r#"{{"request_info":{{"user_id":"u","requester_id":"r"}},"kyc_info":{{"document":{{"version":"3.0"{document}}}{beside}}}}}"#
    )
}

/// Members of `identity_data`.
fn data(members: &str) -> Body {
    Body::Plain(payload(&format!(r#","identity_data":{{{members}}}"#), ""))
}

/// So many items of about `size` bytes together, numbered; no more than `most`, which are then longer.
fn items(size: usize, most: usize, least: usize, item: impl Fn(usize, usize) -> String) -> String {
    let count = (size / least).clamp(1, most);
    let items: Vec<String> = (0..count).map(|at| item(at, (size / count).saturating_sub(least))).collect();
    items.join(",")
}

fn plain() -> Value {
    json!({})
}

fn claims() -> Value {
    let claim = json!({"header": "x-claim"});
    json!({"evidence": {"claims": {"firstName": claim, "lastName": claim, "line1": claim, "city": claim, "region": claim,
        "postalCode": claim}}})
}

fn sealed() -> Value {
    sealed_as("base64")
}

fn sealed_as(encoding: &str) -> Value {
    json!({"requestEncryption": {"enable": true, "key": "env:KEY", "keyEncoding": "hex",
        "cipherSpec": "AES/GCM/NoPadding", "ivParamSpec": "prefix", "bodyEncoding": encoding}})
}

fn rules() -> Value {
    let when = "document.errors.exists(a, a.contains(\"?\") || a.endsWith(\"?\"))";
    let rules: Vec<Value> =
        (0..64).map(|at| json!({"name": format!("r{at}"), "when": when, "then": "review"})).collect();
    json!({"rules": rules})
}

/// 64 rules that mention what takes long to read.
fn mentions() -> Value {
    let when = |at: usize| {
        let disagrees = "\"surname\" in document.disagreements || \"sex\" in document.disagreements";
        format!("has(document.disagreements) && ({disagrees}) || document.expired || score == {at}")
    };
    let rules: Vec<Value> =
        (0..64).map(|at| json!({"name": format!("r{at}"), "when": when(at), "then": "review"})).collect();
    json!({"rules": rules})
}

fn macros() -> Value {
    json!({"requestBody": vec!["${field:Surname and given namez}"; 1000]})
}

fn pointers() -> Value {
    let pointers: Vec<_> = (0..1000).map(|at| format!("${{/kyc_info/document/identity_data/none {at}}}")).collect();
    json!({"requestBody": pointers})
}

fn overrides() -> Value {
    let states: Vec<Value> = (0..2_000)
        .map(|at| json!({"country": "GB", "state": format!("Nowhere in particular {at}"), "minimumAge": 21}))
        .collect();
    json!({"kycSettings": {"identityProof": {"minimumAgeSettings": {"locationOverrides": states}}}})
}

fn pointer() -> Value {
    json!({"evidence": {"claims": {"postalCode": {"pointer": format!("/kyc_info/list/{}", MOST_FIELDS - 1)}}}})
}

fn image(size: usize) -> String {
    let image = "/9j/4AAQSkZJRgABAQ==".repeat(size / 20);
    let fields = r#","identity_data":{"Surname":"BRIVKALNE","Given name(s)":"MAIRA","Date of birth":"1991-03-17"}"#;
    payload(&format!(r#"{fields},"document_info":{{"document_images":{{"portrait_image":"{image}"}}}}"#), "")
}

fn near_names(size: usize) -> Body {
    data(&items(size, MOST_FIELDS, 40, |at, spare| {
        format!(r#""Surname and given nam{at:05}{}":"a""#, "x".repeat(spare))
    }))
}

/// Names as long as are read, of nothing but this after their number.
fn long_names(size: usize, filling: &str) -> Body {
    data(&items(size, MOST_FIELDS, 40, |at, spare| {
        let name = filling.repeat(spare.min(240) / filling.len());
        format!(r#""{at:05}{name}":"{}""#, "x".repeat(spare - name.len()))
    }))
}

fn escaped_names(size: usize) -> Body {
    let members = items(size, MOST_FIELDS, 40, |at, _| format!(r#""\u0069dentity_dat{at:05}":"x""#));
    Body::Plain(payload(&format!(r#",{members},"identity_data":{{"Surname":"A"}}"#), ""))
}

fn details(size: usize) -> Body {
    let entries = items(size, MOST_FIELDS / 6, 110, |at, spare| {
        format!(
            r#"{{"field_name":"Surname and given nam{at:05}","field_details":{{"field_value":"{}","field_source_and_values":{{"M":"a"}}}}}}"#,
            "x".repeat(spare)
        )
    });
    Body::Plain(payload(&format!(r#","identity_data_details":{{"0":[{entries}]}}"#), ""))
}

fn locales(size: usize) -> Body {
    let locales = items(size, MOST_FIELDS, 40, |at, spare| format!(r#""\u0030{at:05}{}":[]"#, "0".repeat(spare)));
    Body::Plain(payload(&format!(r#","identity_data_details":{{{locales}}}"#), ""))
}

fn nested(size: usize) -> Body {
    let deep = format!("{}{}", "[".repeat(60), "]".repeat(60));
    let many = items(size, MOST_FIELDS / 60, deep.len() + 1, |_, spare| format!("{deep}{}", " ".repeat(spare)));
    Body::Plain(payload("", &format!(r#","deep":[{many}]"#)))
}

fn escapes(size: usize) -> Body {
    let text = r"\u0041".repeat(size / 18);
    data(&format!(r#""Surname":"{text}","Given names":"{text}","Address":"{text}""#))
}

fn numbers(size: usize) -> Body {
    let digits = "9".repeat(size / 4);
    let face = format!(
        r#","face_matcher_result":{{"score":{digits}.{digits}e1}},"liveness_check":{{"liveness_result":{{"score":0.{digits}{digits}}}}}"#
    );
    Body::Plain(payload("", &face))
}

fn type_codes(size: usize) -> Body {
    let codes = items(size, MOST_FIELDS, 2, |_, spare| "9".repeat(spare.max(1)));
    let names = items(1, 1, 1, |_, _| r#""x""#.to_owned());
    Body::Plain(payload(
        &format!(r#","document_info":{{"document_type_code":[{codes}],"document_type":[{names}]}}"#),
        "",
    ))
}

fn type_names(size: usize) -> Body {
    let names =
        items(size, MOST_FIELDS, 30, |at, spare| format!(r#""Driving Licens{at:05}{}""#, "é".repeat(spare / 2)));
    Body::Plain(payload(&format!(r#","document_info":{{"document_type":[{names}]}}"#), ""))
}

fn checks(size: usize) -> Body {
    let entries = items(size, MOST_FIELDS / 3, 60, |at, spare| {
        format!(r#"{{"element":"black and whit{at:05}{}","status":"OK"}}"#, "p".repeat(spare))
    });
    Body::Plain(payload(&format!(r#","document_status":{{"checks_performed":[{{"check_detail":[{entries}]}}]}}"#), ""))
}

fn errors(size: usize) -> Body {
    let errors =
        items(size, MOST_FIELDS, 30, |at, spare| format!(r#""electronic devic{at:05}{}""#, "É".repeat(spare / 2)));
    Body::Plain(payload(&format!(r#","document_status":{{"error_list":[{errors}]}}"#), ""))
}

/// Texts for every name and address, and for each of 16 sources of them.
fn sources(size: usize, text: &str) -> Body {
    let fields =
        ["Surname", "Given names", "Middle name", "Second surname", "Address", "Address: street", "Address: city"];
    sourced(size, &fields, |_| text.to_owned())
}

/// Texts for these fields, and for each of 16 sources of them.
fn sourced(size: usize, fields: &[&str], text: impl Fn(usize) -> String) -> Body {
    let letters: Vec<String> =
        (0..16).map(|at| format!(r#""{}{at}":"{}""#, if at == 0 { "M" } else { "V" }, text(at))).collect();
    let entries: Vec<String> = fields
        .iter()
        .map(|field| {
            format!(
                r#"{{"field_name":"{field}","field_details":{{"field_value":"{}","field_source_and_values":{{{}}}}}}}"#,
                text(0),
                letters.join(",")
            )
        })
        .collect();
    let entries = entries.join(",");
    let fill = " ".repeat(size.saturating_sub(entries.len()));
    let proof = format!(r#""identity_data_details":{{"0":[{entries}]}}"#);
    Body::Plain(payload(&format!(",{proof}"), &format!(r#","address_document":{{{proof}}}{fill}"#)))
}

/// Sources of which all but the last one agree, so that each is compared with each.
fn countries(size: usize) -> Body {
    let fields = ["Issuing state code", "Nationality code", "Issuing state name", "Nationality"];
    sourced(size, &fields, |at| if at == 15 { "Zambia" } else { "Zimbabwe" }.to_owned())
}

fn document_numbers(size: usize) -> Body {
    sourced(size, &["Document number"], |at| format!("{}{}", "é".repeat(size / 70), at / 15))
}

fn dates(size: usize) -> Body {
    sourced(size, &["Date of birth", "Date of expiry", "Date of issue"], |at| {
        format!("{}{}", "1".repeat(size / 105), at / 15)
    })
}

fn many_words(size: usize) -> Body {
    sources(size, &"Щёголев ".repeat(32))
}

fn one_word(size: usize) -> Body {
    sources(size, &"Щ".repeat(64))
}

fn arabic(size: usize) -> Body {
    sources(size, &"عبدالرحمن ".repeat(27))
}

fn expanding(size: usize) -> Body {
    sources(size, &"\u{fdfa}".repeat(170))
}

/// Sources of which all but the last one agree, in letters with many spellings.
fn disagreeing(size: usize) -> Body {
    sourced(size, &["Surname", "Given names", "Sex"], |at| "Ö0ßÄÜØ ".repeat(if at == 15 { 30 } else { 31 }))
}

fn marks(size: usize) -> Body {
    sources(size, &format!("a{}", "\u{301}".repeat(250)))
}

fn long_word(size: usize) -> Body {
    sources(size, &"a".repeat(510))
}

fn zone(size: usize) -> Body {
    data(&format!(r#""MRZ strings":"{}""#, "P<^".repeat(size / 3)))
}

fn array(size: usize) -> Body {
    let list = items(size, MOST_FIELDS, 2, |_, spare| format!("1{}", " ".repeat(spare)));
    Body::Plain(payload("", &format!(r#","list":[{list}]"#)))
}

fn state(size: usize) -> Body {
    data(&format!(
        r#""Issuing state code":"GBR","Date of birth":"1991-03-17","Address: state":"Somewhere","x":"{}""#,
        "x".repeat(size)
    ))
}

fn short_errors(size: usize) -> Body {
    let errors: Vec<String> = (0..64).map(|at| format!(r#""{at:02}{}""#, "e".repeat(1000))).collect();
    let text = format!(r#","document_status":{{"error_list":[{}]}}"#, errors.join(","));
    Body::Plain(payload(&text, &format!(r#","x":"{}""#, "x".repeat(size.saturating_sub(text.len())))))
}

fn spaced(body: &[u8]) -> Vec<u8> {
    body.iter().flat_map(|byte| [*byte, b' ']).collect()
}

fn spelled(body: &[u8]) -> Vec<u8> {
    let spelled: Vec<u8> =
        body[1..body.len() - 1].iter().flat_map(|byte| format!("\\u{byte:04x}").into_bytes()).collect();
    [&b"\""[..], &spelled, b"\""].concat()
}

/// The first two are honest.
pub const CASES: &[Case] = &[
    Case { name: "honest: one image", body: |size| Body::Plain(image(size)), config: plain },
    Case {
        name: "honest: the same, GCM",
        body: |size| Body::Sealed(image(size * 3 / 4), <[u8]>::to_vec),
        config: sealed,
    },
    Case { name: "base64 parted by spaces", body: |size| Body::Sealed(image(size * 3 / 8), spaced), config: sealed },
    Case {
        name: "base64 in JSON escapes",
        body: |size| Body::Sealed(image(size / 8), spelled),
        config: || sealed_as("jsonString"),
    },
    Case { name: "10,000 names like a known one", body: near_names, config: claims },
    Case { name: "10,000 names of punctuation, 1,000 macros", body: |size| long_names(size, "«"), config: macros },
    Case { name: "10,000 names of capitals, 1,000 macros", body: |size| long_names(size, "Щ"), config: macros },
    Case { name: "10,000 escaped names", body: escaped_names, config: claims },
    Case { name: "1,600 field details", body: details, config: claims },
    Case { name: "10,000 locales", body: locales, config: claims },
    Case { name: "nesting", body: nested, config: plain },
    Case { name: "escapes everywhere", body: escapes, config: claims },
    Case { name: "numbers of many digits", body: numbers, config: plain },
    Case { name: "10,000 type codes", body: type_codes, config: plain },
    Case { name: "10,000 type names", body: type_names, config: plain },
    Case { name: "3,300 checks", body: checks, config: plain },
    Case { name: "10,000 errors", body: errors, config: plain },
    Case { name: "names of 32 words", body: many_words, config: claims },
    Case { name: "names of one long Cyrillic word", body: one_word, config: claims },
    Case { name: "names of one long Latin word", body: long_word, config: claims },
    Case { name: "Arabic names", body: arabic, config: claims },
    Case { name: "letters that expand", body: expanding, config: claims },
    Case { name: "marks without letters", body: marks, config: claims },
    Case { name: "16 sources of countries", body: countries, config: plain },
    Case { name: "16 sources of long numbers", body: document_numbers, config: plain },
    Case { name: "16 sources of long dates", body: dates, config: plain },
    Case { name: "machine readable zone", body: zone, config: plain },
    Case { name: "last element of an array", body: array, config: pointer },
    Case { name: "64 rules over 16 sources that disagree", body: disagreeing, config: mentions },
    Case { name: "64 rules over 10,000 errors", body: errors, config: mentions },
    Case { name: "64 rules over 64 errors", body: short_errors, config: rules },
    Case { name: "1,000 macros, 10,000 names", body: near_names, config: macros },
    Case { name: "1,000 pointers, 10,000 names", body: near_names, config: pointers },
    Case { name: "2,000 age limits by state", body: state, config: overrides },
];
