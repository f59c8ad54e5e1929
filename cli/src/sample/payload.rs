//! A draft, written as REL-ID's V3 payload (`docs/payload.md`).

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::draft::Draft;

/// A JPEG of one grey pixel, in base64.
const IMAGE: &str = "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP////////////////////////////////////////////////////////////\
                     //////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=";

/// Writes the payload.
pub fn of(draft: &Draft) -> Value {
    let [user_id, app_id, requester_id] = &draft.ids;
    let mut info = json!({
        "liveness_check": {
            "video": {
                "autocapture_result": { "selfie_image": IMAGE },
                "liveness_result": { "score": draft.liveness }
            }
        },
        "face_matcher_result": { "score": draft.face, "score_percent": percent(draft.face) },
        "document": document(draft)
    });
    if let (Some(issued), Some(info)) = (draft.address_proof, info.as_object_mut()) {
        info.insert("address_document".to_owned(), address_document(draft, issued));
    }
    json!({
        "request_info": { "user_id": user_id, "app_id": app_id, "requester_id": requester_id },
        "kyc_info": info
    })
}

/// A percentage as the vendor's samples have it beside a score of the decimal logarithm.
fn percent(score: f64) -> u8 {
    if score >= 1.6 { 99 } else { 0 }
}

fn document(draft: &Draft) -> Value {
    let (code, kind) = draft.paper.kind();
    let fields = Fields::of(draft);
    let names: Vec<&String> = fields.data.keys().collect();
    json!({
        "version": "3.0",
        "document_info": {
            "document_type_code": [code],
            "document_type": [kind],
            "document_names": [format!("{} - {kind}", draft.person.country)],
            "field_sources": draft.paper.sources(),
            "field_locales": { "0": "Latin", draft.person.locale.0: draft.person.locale.1 },
            "field_count": names.len(),
            "field_list": names,
            "document_images": {
                "front_page": IMAGE,
                "portrait_image": IMAGE,
                "portrait_image_source": "V",
                "visualportrait_image": IMAGE,
                "ghostportrait_image": "",
                "signature_image": ""
            }
        },
        "document_status": status(draft),
        "identity_data": fields.data,
        "identity_data_details": { "0": fields.details, draft.person.locale.0: fields.local }
    })
}

fn status(draft: &Draft) -> Value {
    let has_chip = draft.paper.sources().contains(&"R");
    let mut checks = vec![json!({
        "check_name": "Data Consistency",
        "check_category": "Text",
        "check_status": "OK",
        "check_detail": [detail("Surname", "OK"), detail("Date of birth", "OK"), detail("Date of expiry", "OK")]
    })];
    if draft.zone().is_some() {
        checks.push(json!({
            "check_name": "Generic Data Validation",
            "check_category": "Text",
            "check_status": "OK",
            "check_detail": [detail("Document number check digit", "OK"), detail("Final check digit", "OK")]
        }));
    }
    let found = draft.authenticity.iter().any(|(_, status)| *status == "ERROR");
    let authenticity: Vec<Value> = draft.authenticity.iter().map(|(element, status)| detail(element, status)).collect();
    checks.push(json!({
        "check_name": "Authenticity",
        "check_category": "Security",
        "check_status": if found { "ERROR" } else { "OK" },
        "check_detail": authenticity
    }));
    json!({
        "error_list": draft.errors,
        "warning_list": [],
        "checks_performed": checks,
        "is_nfc_document": has_chip,
        "nfc_scan_status": if has_chip { "NFC SCAN SUCCESS" } else { "NOT AVAILABLE" },
        "nfc_scan_status_reason": "",
        "overall_document_status": draft.overall_status
    })
}

fn detail(element: &str, status: &str) -> Value {
    json!({ "element": element, "status": status, "detail": "", "lcidName": "Latin" })
}

/// The fields of a document: their values, and what its sources say of some.
struct Fields {
    data: Map<String, Value>,
    details: Vec<Value>,
    local: Vec<Value>,
}

impl Fields {
    fn of(draft: &Draft) -> Self {
        let mut fields = Self { data: Map::new(), details: Vec::new(), local: Vec::new() };
        let person = draft.person;
        let class = if draft.zone().is_some_and(|zone| zone.starts_with("P<")) { "P" } else { "I" };
        if draft.zone().is_some() {
            fields.plain("Document class code", class);
        }
        fields.plain("Issuing state code", person.code);
        fields.plain("Issuing state name", person.country);
        fields.sourced("Document number", &draft.number, &draft.number, draft);
        fields.sourced("Date of expiry", &draft.expiry.to_string(), &draft.expiry.to_string(), draft);
        fields.plain("Date of issue", &draft.issue.to_string());
        fields.sourced("Date of birth", &draft.birth.to_string(), &draft.birth.to_string(), draft);
        fields.sourced("Surname", person.zone_surname, draft.surname_in_zone, draft);
        fields.sourced("Given name(s)", person.zone_given_names, person.zone_given_names, draft);
        fields.plain("Surname and given names", &format!("{} {}", person.zone_surname, person.zone_given_names));
        fields.plain("Nationality", person.country);
        fields.plain("Nationality code", person.code);
        fields.plain("Sex", person.sex);
        if let Some(zone) = draft.zone() {
            fields.plain("MRZ strings", &zone);
        }
        fields.local = vec![
            entry("Surname", person.surname, [("V", person.surname)]),
            entry("Given name(s)", person.given_names, [("V", person.given_names)]),
        ];
        fields
    }

    fn plain(&mut self, name: &str, value: &str) {
        self.data.insert(name.to_owned(), value.into());
    }

    /// Adds a field that every source carries; the machine readable zone may have another value.
    fn sourced(&mut self, name: &str, value: &str, in_zone: &str, draft: &Draft) {
        self.plain(name, value);
        let sources = draft.paper.sources().iter();
        let sources = sources.map(|letter| (*letter, if *letter == "M" { in_zone } else { value }));
        self.details.push(entry(name, value, sources));
    }
}

fn entry<'e>(name: &str, value: &str, sources: impl IntoIterator<Item = (&'e str, &'e str)>) -> Value {
    let sources: Map<String, Value> =
        sources.into_iter().map(|(letter, value)| (letter.to_owned(), value.into())).collect();
    json!({
        "field_name": name,
        "field_details": { "field_value": value, "field_status": "OK", "field_source_and_values": sources }
    })
}

fn address_document(draft: &Draft, issued: Date) -> Value {
    let person = draft.person;
    json!({
        "document_info": {
            "document_type": ["utility-bill"],
            "document_images": { "front_page": IMAGE }
        },
        "document_status": {
            "error_list": [],
            "checks_performed": [{
                "check_name": "Authenticity",
                "check_category": "Security",
                "check_status": "OK",
                "check_detail": [detail("Extended OCR check", "OK")]
            }],
            "overall_document_status": "OK"
        },
        "identity_data": {
            "Surname": person.surname,
            "Given name(s)": person.given_names,
            "Date of issue": issued.to_string(),
            "Address: street": person.street,
            "Address: city": person.city,
            "Address: postal code": person.postal_code,
            "Phone": "+44 20 7946 0123"
        }
    })
}
