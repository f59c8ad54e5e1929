//! A sound KYC post to change and judge.

use std::borrow::Cow;

use jiff::civil::{Date, date};
use kyc_gate::payload::{Document, Kyc, Limits};
use kyc_gate::scoring::{
    AddressCheck, Case, CheckId, CheckOutcome, Claim, Claims, Evidence, IdentityCheck, Rule, Settings, Verdict, judge,
};
use serde_json::{Map, Value, json};

const PASSPORT: &str = include_str!("../../data/relid-v3-passport.json");

/// Where the identity document is.
pub const IDENTITY: &str = "/kyc_info/document";
/// Where the address proof is.
pub const ADDRESS: &str = "/kyc_info/address_document";

/// A post and all that its verdict depends on. As it starts, every check of the identity proof passes, except that
/// nothing is known about copies online, and no rule fires.
pub struct Post {
    pub payload: Value,
    pub claims: Vec<(Claim, String)>,
    pub evidence: Evidence,
    pub settings: Value,
    pub rules: Vec<Rule>,
    pub today: Date,
    /// The document that [`Post::field`] and its like change.
    pub document: &'static str,
}

impl Default for Post {
    fn default() -> Self {
        let mut post = Self {
            payload: serde_json::from_str(PASSPORT).unwrap(),
            claims: Vec::new(),
            evidence: Evidence::default(),
            settings: settings(),
            rules: Rule::shipped(),
            today: date(2026, 11, 21),
            document: IDENTITY,
        };
        post.sources("Given name(s)", json!({ "M": "MAIRA ELZA", "V": "MAIRA ELZA" }));
        post.element("Image patterns", "OK");
        post
    }
}

impl Post {
    /// A sound post with a sound address proof, on which the following changes work.
    pub fn with_address() -> Self {
        let mut post = Self { document: ADDRESS, ..Self::default() };
        post.set(
            ADDRESS,
            json!({
                "document_info": { "document_type": ["Utility bill"] },
                "document_status": { "error_list": [], "checks_performed": [{ "check_detail": [
                    { "element": "Image patterns", "status": "OK" }
                ] }] },
                "identity_data": {
                    "Given name": "Maira Elza",
                    "Surname": "Brivkalne",
                    "Address": "Brivibas iela 12-5, Riga, LV-1010",
                    "Address: street": "Brivibas iela 12-5",
                    "Address: city": "Riga",
                    "Address: state": "Riga",
                    "Address: postal code": "LV-1010",
                    "Issuing state code": "LVA",
                    "Date of issue": "2026-10-01",
                    "Phone": "+371 67000000"
                },
                "identity_data_details": { "0": [] }
            }),
        );
        for (claim, text) in [
            (Claim::FirstName, "Maira"),
            (Claim::LastName, "Brīvkalne"),
            (Claim::Line1, "Brīvības iela 12-5"),
            (Claim::City, "Rīga"),
            (Claim::Region, "Rīga"),
            (Claim::PostalCode, "lv1010"),
        ] {
            post.claim(claim, text);
        }
        post
    }

    /// Sets a place in the payload; its parent must be there.
    pub fn set(&mut self, pointer: &str, value: Value) {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = self.payload.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        parent.insert(name.to_owned(), value);
    }

    /// Removes what must be there.
    pub fn remove(&mut self, pointer: &str) {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = self.payload.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        parent.remove(name).unwrap();
    }

    /// Sets a place in the document.
    pub fn document(&mut self, pointer: &str, value: Value) {
        self.set(&format!("{}{pointer}", self.document), value);
    }

    /// Sets a field of `identity_data`, and in all sources that carry it.
    pub fn field(&mut self, name: &str, value: &str) {
        self.data().insert(name.to_owned(), json!(value));
        let details = format!("{}/identity_data_details/0", self.document);
        let entries = self.payload.pointer_mut(&details).and_then(Value::as_array_mut).into_iter().flatten();
        for entry in entries.filter(|entry| entry["field_name"] == name) {
            let sources = entry["field_details"]["field_source_and_values"].as_object_mut().unwrap();
            sources.values_mut().for_each(|source| *source = json!(value));
        }
    }

    /// Removes a field, its details too.
    pub fn without(&mut self, name: &str) {
        self.data().remove(name).unwrap();
        let details = format!("{}/identity_data_details", self.document);
        for locale in self.payload.pointer_mut(&details).unwrap().as_object_mut().unwrap().values_mut() {
            locale.as_array_mut().unwrap().retain(|entry| entry["field_name"] != name);
        }
    }

    /// Sets the only sources of a field, and where there are any, its value to that of the first.
    pub fn sources(&mut self, name: &str, sources: Value) {
        if let Some(first) = sources.as_object().and_then(|sources| sources.values().next()) {
            self.data().insert(name.to_owned(), first.clone());
        }
        let details = format!("{}/identity_data_details", self.document);
        let locales = self.payload.pointer_mut(&details).unwrap().as_object_mut().unwrap();
        for entries in locales.values_mut() {
            entries.as_array_mut().unwrap().retain(|entry| entry["field_name"] != name);
        }
        locales["0"].as_array_mut().unwrap().push(json!({
            "field_name": name,
            "field_details": { "field_value": "", "field_status": "OK", "field_source_and_values": sources }
        }));
    }

    /// Adds a `check_detail` entry.
    pub fn element(&mut self, element: &str, status: &str) {
        let checks = format!("{}/document_status/checks_performed/0/check_detail", self.document);
        let entry = json!({ "element": element, "status": status });
        self.payload.pointer_mut(&checks).unwrap().as_array_mut().unwrap().push(entry);
    }

    /// Leaves these `check_detail` entries alone.
    pub fn elements(&mut self, elements: &[(&str, &str)]) {
        self.document("/document_status/checks_performed", json!([{ "check_detail": [] }]));
        for (element, status) in elements {
            self.element(element, status);
        }
    }

    /// Sets `error_list`.
    pub fn errors(&mut self, errors: &[&str]) {
        self.document("/document_status/error_list", json!(errors));
    }

    /// Claims something, in place of an earlier claim.
    pub fn claim(&mut self, claim: Claim, text: &str) {
        self.claims.retain(|(earlier, _)| *earlier != claim);
        self.claims.push((claim, text.to_owned()));
    }

    /// Changes a setting that is there.
    pub fn setting(&mut self, pointer: &str, value: Value) {
        *self.settings.pointer_mut(pointer).unwrap() = value;
    }

    /// Makes all checks of the identity proof cost nothing, but for one that nothing here fails.
    pub fn weightless(&mut self) {
        let weight = |check: IdentityCheck| u8::from(check == IdentityCheck::IsPublishedOnline);
        let weights = IdentityCheck::ALL.map(|check| (check.as_str().to_owned(), json!(weight(check))));
        self.setting("/identityProof/weights", weights.into_iter().collect());
    }

    pub fn judge(&self) -> Verdict {
        let text = self.payload.to_string();
        let document = Document::scan(text.as_bytes(), Limits::default()).unwrap();
        let mut claims = Claims::default();
        for (claim, text) in &self.claims {
            claims.set(*claim, Cow::Borrowed(text));
        }
        let case = Case {
            kyc: Kyc::read_with_address_at(document.root(), &self.evidence.address_document).unwrap(),
            claims: &claims,
            evidence: &self.evidence,
            settings: &Settings::from_json(&self.settings).unwrap(),
            today: self.today,
            authority: Some("kyc.example.com"),
            path: "/kyc",
        };
        judge(&case, &self.rules)
    }

    /// How one check ends.
    pub fn outcome(&self, check: CheckId) -> CheckOutcome {
        let verdict = self.judge();
        verdict.checks.iter().find(|made| made.check == check).unwrap().outcome
    }

    fn data(&mut self) -> &mut Map<String, Value> {
        let data = format!("{}/identity_data", self.document);
        self.payload.pointer_mut(&data).unwrap().as_object_mut().unwrap()
    }
}

/// Every check weighs 10.
fn settings() -> Value {
    let weights = |keys: &[&str]| -> Value { keys.iter().map(|key| ((*key).to_owned(), json!(10))).collect() };
    json!({
        "identityProof": {
            "weights": weights(&IdentityCheck::ALL.map(IdentityCheck::as_str)),
            "thresholds": { "rejectBelow": 50, "acceptAbove": 80 },
            "minimumAgeSettings": { "defaultMinimumAge": 18, "locationOverrides": [] }
        },
        "addressProof": {
            "weights": weights(&AddressCheck::ALL.map(AddressCheck::as_str)),
            "thresholds": { "rejectBelow": 50, "acceptAbove": 80 }
        }
    })
}
