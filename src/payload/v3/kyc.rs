//! A KYC post as a whole.

use super::super::document::Value;
use super::super::fact::Fact;
use super::super::node::Kind;
use super::super::pointer::Pointer;
use super::error::{DocumentRole, NotV3};
use super::proof::Proof;
use super::scalar::{self, Score};

/// The `kyc_info.document.version` that is read.
const VERSION: &str = "3.0";

/// Most bytes of an id, decoded.
const MAX_ID_BYTES: usize = 1024;

/// Where the address proof is unless `evidence.addressDocument` says otherwise.
const ADDRESS: [&str; 2] = ["kyc_info", "address_document"];

/// A V3 KYC post. Clones share what was read.
#[derive(Clone)]
pub struct Kyc<'d> {
    root: Value<'d>,
    user_id: Value<'d>,
    requester_id: Value<'d>,
    identity: Proof<'d>,
    address: Option<Proof<'d>>,
    liveness_score: Fact<Score<'d>>,
    face_score: Fact<Score<'d>>,
    face_score_percent: Fact<Score<'d>>,
}

impl<'d> Kyc<'d> {
    /// Reads a payload as V3, its address proof at `/kyc_info/address_document`.
    ///
    /// ```
    /// use kyc_gate::payload::field::Field;
    /// use kyc_gate::payload::{Document, Fact, Kyc, Limits};
    ///
    /// let payload = br#"{
    ///     "request_info": { "user_id": "maira.b@example.test", "requester_id": "b7b9b0a4" },
    ///     "kyc_info": {
    ///         "face_matcher_result": { "score": " 4.67 " },
    ///         "document": { "version": "3.0", "identity_data": { "Family name": "BRIVKALNE", "Sex": [] } }
    ///     }
    /// }"#;
    /// let document = Document::scan(payload, Limits::default()).unwrap();
    /// let kyc = Kyc::read(document.root()).unwrap();
    /// assert_eq!(kyc.face_score().readable().map(|score| score.number), Some(4.67));
    /// assert_eq!(kyc.identity().field(Field::Surname).as_deref(), Some("BRIVKALNE"));
    /// assert_eq!(kyc.identity().fact(Field::Sex), Fact::Unreadable);
    /// assert_eq!(kyc.identity().fact(Field::Phone), Fact::Absent);
    /// ```
    ///
    /// # Errors
    /// See [`NotV3`].
    pub fn read(root: Value<'d>) -> Result<Self, NotV3> {
        Self::read_with_address_at(root, &Pointer::along(&ADDRESS))
    }

    /// Reads a payload as V3, its address proof where `address` leads (`evidence.addressDocument`).
    ///
    /// # Errors
    /// See [`NotV3`].
    pub fn read_with_address_at(root: Value<'d>, address: &Pointer) -> Result<Self, NotV3> {
        let request = scalar::at(root, &["request_info"]).readable();
        let user_id = request.and_then(|request| id(request, "user_id")).ok_or(NotV3::UserId)?;
        let requester_id = request.and_then(|request| id(request, "requester_id")).ok_or(NotV3::RequesterId)?;
        let info = scalar::at(root, &["kyc_info"]);
        let of_info = |name| info.and_then(|info| scalar::at(info, &[name]));
        let document = of_info("document").readable().ok_or(NotV3::Document(DocumentRole::Identity))?;
        let version = document.get("version").and_then(Value::as_str);
        if document.kind() == Kind::Object && version.as_deref() != Some(VERSION) {
            return Err(NotV3::Version);
        }
        let identity = Proof::read(document, DocumentRole::Identity)?;
        let address = root.pointer(address).filter(|document| !scalar::text(*document).is_absent());
        let address = address.map(|document| Proof::read(document, DocumentRole::Address)).transpose()?;
        let face = of_info("face_matcher_result");
        let face = |name| face.and_then(|face| scalar::at(face, &[name])).and_then(scalar::score);
        Ok(Self {
            root,
            user_id,
            requester_id,
            identity,
            address,
            liveness_score: liveness_score(of_info("liveness_check")),
            face_score: face("score"),
            face_score_percent: face("score_percent"),
        })
    }

    /// Returns the whole payload.
    #[must_use]
    pub fn root(&self) -> Value<'d> {
        self.root
    }

    /// Returns `request_info.user_id` as it was sent: a string value whose `raw()` is what goes back to REL-ID.
    #[must_use]
    pub fn user_id(&self) -> Value<'d> {
        self.user_id
    }

    /// Returns `request_info.requester_id`, a string value.
    #[must_use]
    pub fn requester_id(&self) -> Value<'d> {
        self.requester_id
    }

    /// Returns `request_info.app_id`, where sent, a string value.
    #[must_use]
    pub fn app_id(&self) -> Option<Value<'d>> {
        let app_id = scalar::at(self.root, &["request_info", "app_id"]).readable();
        app_id.filter(|value| value.kind() == Kind::String)
    }

    /// Returns `kyc_info.document`.
    #[must_use]
    pub fn identity(&self) -> &Proof<'d> {
        &self.identity
    }

    /// Returns the address proof, where the payload has one.
    #[must_use]
    pub fn address(&self) -> Option<&Proof<'d>> {
        self.address.as_ref()
    }

    /// Returns the liveness score, 0 to 100, or below 0 where the engine couldn't tell.
    ///
    /// REL-ID sends it as `liveness_result.score`, inside `video` or beside it. The one inside counts if it is there at
    /// all, readable or not.
    #[must_use]
    pub fn liveness_score(&self) -> Fact<Score<'d>> {
        self.liveness_score
    }

    /// Returns `kyc_info.face_matcher_result.score`.
    #[must_use]
    pub fn face_score(&self) -> Fact<Score<'d>> {
        self.face_score
    }

    /// Returns `kyc_info.face_matcher_result.score_percent`.
    #[must_use]
    pub fn face_score_percent(&self) -> Fact<Score<'d>> {
        self.face_score_percent
    }
}

fn liveness_score(check: Fact<Value<'_>>) -> Fact<Score<'_>> {
    let score = |path: &[&str]| check.and_then(|check| scalar::at(check, path)).and_then(scalar::score);
    match score(&["video", "liveness_result", "score"]) {
        Fact::Absent => score(&["liveness_result", "score"]),
        inside => inside,
    }
}

/// Returns an id of `request_info` if it is a string of a legal length that isn't blank.
fn id<'d>(request: Value<'d>, name: &str) -> Option<Value<'d>> {
    let id = scalar::at(request, &[name]).readable()?;
    // No escape spends more than six bytes on one of the text.
    let may_fit = id.raw().len() <= 6 * MAX_ID_BYTES + 2 && id.has_text();
    let fits = may_fit && id.as_str().is_some_and(|text| text.len() <= MAX_ID_BYTES);
    fits.then_some(id)
}
