//! Payloads to look at: any text, or a V3 payload made of any parts.

use arbitrary::Arbitrary;
use serde_json::{Map, Value, json};

/// Stands in everything that is identity data, when a payload is asked for with it.
pub const MARK: &str = "Zq7Xmark";

/// Display names, known ones and others.
const NAMES: [&str; 28] = [
    "Surname",
    "Given name(s)",
    "Middle name",
    "Second surname",
    "Surname and given names",
    "Date of birth",
    "Date of expiry",
    "Date of issue",
    "Document number",
    "Nationality",
    "Nationality code",
    "Issuing state code",
    "Issuing state name",
    "Sex",
    "Age",
    "MRZ strings",
    "Address",
    "Address: street",
    "Address: city",
    "Address: state",
    "Address: jurisdiction code",
    "Address: postal code",
    "Phone",
    "Document class code",
    // Other spellings of some.
    "Family name",
    "Birth date",
    "Expiry date",
    "Surname & given names",
];
const LETTERS: [&str; 6] = ["M", "V", "R", "B", "m", "X"];

#[derive(Arbitrary, Debug)]
pub enum Payload<'a> {
    Made(Made<'a>),
    Text(&'a [u8]),
}

#[derive(Arbitrary, Debug)]
pub struct Made<'a> {
    user_id: &'a str,
    requester_id: &'a str,
    app_id: Option<&'a str>,
    status: &'a str,
    type_code: i64,
    type_name: &'a str,
    error: &'a str,
    element: &'a str,
    element_status: &'a str,
    face: f64,
    liveness: f64,
    has_address: bool,
    is_pretty: bool,
    shapes: Shapes,
    fields: Vec<Field<'a>>,
}

/// In which of [`SHAPES`] each of these is sent.
#[derive(Arbitrary, Debug)]
struct Shapes {
    face: u8,
    liveness: u8,
    type_code: u8,
    status: u8,
    error: u8,
    element_status: u8,
}

/// How something may be sent: as it should be, and as it shouldn't.
const SHAPES: [fn(Value) -> Value; 8] = [
    |value| value,
    |value| value.as_str().map_or_else(|| value.to_string(), str::to_owned).into(),
    |value| value.as_str().and_then(|text| text.trim().parse().ok()).map_or(value.clone(), |number: i32| number.into()),
    |_| Value::Null,
    |_| Value::Bool(true),
    |value| json!([value]),
    |value| json!({ "a": value }),
    |_| json!(0),
];

fn shaped(shape: u8, value: impl Into<Value>) -> Value {
    // Half of all are what they should be.
    SHAPES.get(usize::from(shape)).map_or_else(|| SHAPES[0], |shape| *shape)(value.into())
}

#[derive(Arbitrary, Debug)]
struct Field<'a> {
    /// A number of [`NAMES`], or beyond them `other`.
    name: u8,
    other: &'a str,
    is_plain: bool,
    shape: u8,
    letters: [u8; 2],
    value: &'a str,
    values: [&'a str; 2],
}

impl Payload<'_> {
    /// The bytes of the payload. With a mark, identity data carries it, if the payload was made.
    pub fn bytes(&self, is_marked: bool) -> Vec<u8> {
        match self {
            Self::Made(made) => made.bytes(is_marked),
            Self::Text(text) => text.to_vec(),
        }
    }

    /// Whether [`MARK`] can stand in the payload.
    pub fn is_made(&self) -> bool {
        matches!(self, Self::Made(_))
    }
}

impl Made<'_> {
    /// As [`Payload::bytes`].
    pub fn bytes(&self, is_marked: bool) -> Vec<u8> {
        let text = |text: &str| if is_marked { format!("{text}{MARK}") } else { text.to_owned() };
        let document = self.document(&text);
        let mut payload = json!({
            "request_info": {"user_id": self.user_id, "requester_id": self.requester_id, "claimed": {"dob": text(self.error)}},
            "kyc_info": {
                "face_matcher_result": {"score": shaped(self.shapes.face, self.face), "score_percent": self.face},
                "liveness_check": {"video": {"liveness_result": {"score": shaped(self.shapes.liveness, self.liveness)}}, "selfie_image": text("/9j/")},
                "document": document,
            },
        });
        if let Some(app_id) = self.app_id {
            payload["request_info"]["app_id"] = app_id.into();
        }
        if self.has_address {
            payload["kyc_info"]["address_document"] = document;
        }
        if self.is_pretty { serde_json::to_vec_pretty(&payload) } else { serde_json::to_vec(&payload) }.unwrap()
    }

    fn document(&self, text: &impl Fn(&str) -> String) -> Value {
        let mut plain = Map::new();
        let mut details = Vec::new();
        for field in self.fields.iter().take(64) {
            let name = NAMES.get(usize::from(field.name)).copied().unwrap_or(field.other);
            if field.is_plain {
                plain.insert(name.to_owned(), shaped(field.shape, text(field.value)));
            } else {
                let source = |at: usize| LETTERS[usize::from(field.letters[at]) % LETTERS.len()];
                let mut sources = Map::new();
                for at in [0, 1] {
                    sources.insert(source(at).to_owned(), text(field.values[at]).into());
                }
                let found =
                    json!({"field_value": shaped(field.shape, text(field.value)), "field_source_and_values": sources});
                details.push(json!({"field_name": name, "field_details": found}));
            }
        }
        json!({
            "version": "3.0",
            "document_info": {
                "document_type_code": [shaped(self.shapes.type_code, self.type_code)],
                "document_type": [text(self.type_name)],
                "document_names": [text(self.type_name)],
                "document_images": {"portrait_image": text("/9j/")},
            },
            "document_status": {
                "overall_document_status": shaped(self.shapes.status, self.status),
                "error_list": [shaped(self.shapes.error, text(self.error))],
                "checks_performed": [{"check_detail": [{"element": text(self.element), "status": shaped(self.shapes.element_status, text(self.element_status))}]}],
            },
            "identity_data": plain,
            "identity_data_details": {"0": details, "1062": details},
        })
    }
}
