//! The backend's answer: whatever it says, REL-ID gets its own user id back unless it was told to take another one, and
//! a result that the backend has given.

use arbitrary::Arbitrary;
use kyc_gate::confirmation::{Confirmed, Expectation, Locators, OnMismatch, ResponseError};
use kyc_gate::payload::{Document, Kyc, Limits, Locator};
use serde_json::{Value, json};

const LIMITS: Limits = Limits { max_depth: 64, max_fields: 1000 };
const PLACES: [&str; 8] = ["result", "user_id", "reference_number", "a.b", "/a/b", "list.1", "/list/0", "absent"];

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    on_mismatch: u8,
    /// Whether the posted ids are written in escapes.
    is_escaped: bool,
    /// Numbers of [`PLACES`], or beyond them `place`, for the result, the reference number and the user id.
    places: [u8; 3],
    place: &'a str,
    user_id: &'a str,
    requester_id: &'a str,
    /// What stands in a made answer, by [`Input::value`].
    values: [u8; 7],
    text: &'a str,
    /// The answer instead, unless it is empty.
    answer: &'a [u8],
}

/// Reads one answer, and compares with what `serde_json` finds there.
pub fn run(data: &[u8]) {
    let Some(input) = super::read::<Input<'_>>(data) else { return };
    let posted = input.posted();
    let document = Document::scan(posted.as_bytes(), Limits::default()).unwrap();
    let Ok(kyc) = Kyc::read(document.root()) else { return };
    let on_mismatch = [OnMismatch::Block, OnMismatch::Flag, OnMismatch::Allow][usize::from(input.on_mismatch) % 3];
    let [result, reference_number, user_id] =
        input.places.map(|place| PLACES.get(usize::from(place)).copied().unwrap_or(input.place));
    let Ok(located) = Locator::parse(result) else { return };
    let optional = |place: &str| Locator::parse(place).ok();
    let locators = Locators {
        result: located,
        reference_number: optional(reference_number),
        user_id: optional(user_id),
        on_mismatch,
    };
    let answer = input.answer();
    let read = Expectation::of(&kyc).confirm(&locators, &answer, LIMITS);
    let Ok(json) = serde_json::from_slice::<Value>(&answer) else {
        // Numbers beyond its own are no fault of the answer.
        let is_json = Document::scan(&answer, LIMITS).is_ok();
        assert!(is_json || matches!(read, Err(ResponseError::Empty | ResponseError::NotJson)));
        return;
    };
    let found = |place: &str, is_used: bool| if is_used { find(&json, place) } else { None };
    let result = found(result, true);
    let reference_number = found(reference_number, locators.reference_number.is_some());
    let user_id = found(user_id, locators.user_id.is_some());
    match read {
        Ok((told, how)) => {
            let text = std::str::from_utf8(&told).unwrap();
            let told: Value = serde_json::from_str(text).unwrap();
            assert!(told.as_object().unwrap().keys().eq(["result", "reference_number", "user_id"]));
            assert_eq!(Some(&told["result"]), result);
            match reference_number {
                Some(number) => assert!(says(&told["reference_number"], number)),
                None => assert!(text.contains(&format!(r#""reference_number": {}, "#, kyc.requester_id().raw()))),
            }
            let is_posted = user_id.is_none_or(|told| says(&input.user_id.into(), told));
            if how == Confirmed::Renamed {
                assert!(on_mismatch == OnMismatch::Allow && says(&told["user_id"], user_id.unwrap()));
                assert_ne!(told["user_id"], input.user_id);
            } else {
                assert!(text.ends_with(&format!(r#""user_id": {}}}"#, kyc.user_id().raw())), "{text}");
                assert!(is_posted || (how == Confirmed::Flagged && on_mismatch == OnMismatch::Flag));
            }
        }
        Err(ResponseError::Empty) => panic!("{json} is nothing"),
        Err(ResponseError::NotJson) => assert!(Document::scan(&answer, LIMITS).is_err()),
        Err(ResponseError::Result) => assert!(!result.is_some_and(Value::is_boolean)),
        Err(ResponseError::ReferenceNumber) => assert!(reference_number.is_some_and(|value| !is_id(value))),
        Err(ResponseError::UserId) => assert!(user_id.is_some_and(|value| !is_id(value))),
        Err(ResponseError::OtherUser) => {
            let told = user_id.unwrap();
            assert!(on_mismatch == OnMismatch::Block && told.as_str() != Some(input.user_id));
        }
        Err(fault) => panic!("{fault:?} is no fault of a body"),
    }
}

impl Input<'_> {
    fn posted(&self) -> String {
        let written = |id: &str| {
            let escaped: String = id.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
            if self.is_escaped { format!("\"{escaped}\"") } else { Value::from(id).to_string() }
        };
        let [user_id, requester_id] = [self.user_id, self.requester_id].map(written);
        format!(
            r#"{{"request_info": {{"user_id": {user_id}, "requester_id": {requester_id}}}, "kyc_info": {{"document": {{"version": "3.0"}}}}}}"#
        )
    }

    fn answer(&self) -> Vec<u8> {
        if !self.answer.is_empty() {
            return self.answer.to_vec();
        }
        let [result, user_id, reference_number, below, first, second, other] =
            self.values.map(|value| self.value(value));
        let mut answer = json!({"result": result, "user_id": user_id, "reference_number": reference_number,
            "a": {"b": below}, "list": [first, second]});
        answer[self.text] = other;
        answer.to_string().into_bytes()
    }

    fn value(&self, choice: u8) -> Value {
        match choice % 9 {
            0 => true.into(),
            1 => false.into(),
            2 => self.user_id.into(),
            3 => self.text.into(),
            4 => Value::Null,
            5 => choice.into(),
            6 => json!(f64::from(choice) / 7.0),
            7 => json!([self.text]),
            _ => json!({"b": self.user_id}),
        }
    }
}

/// Where a locator points, if that isn't `null`.
fn find<'j>(json: &'j Value, place: &str) -> Option<&'j Value> {
    let pointer = if place.starts_with('/') {
        place.to_owned()
    } else {
        place.split('.').map(|name| format!("/{}", name.replace('~', "~0").replace('/', "~1"))).collect()
    };
    json.pointer(&pointer).filter(|value| !value.is_null())
}

fn is_id(value: &Value) -> bool {
    value.is_string() || value.is_number()
}

/// Whether a string is what was found: the same string, or the number in quotes.
fn says(told: &Value, found: &Value) -> bool {
    let text = told.as_str().unwrap();
    match found.as_f64() {
        Some(number) => text.parse() == Ok(number),
        None => found.as_str() == Some(text),
    }
}
