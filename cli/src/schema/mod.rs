//! The JSON Schemas (2020-12) of what goes into the gate and comes out of it.
//!
//! They say what [`Config::parse`](kyc_gate::config::Config::parse) and [`Kyc::read`](kyc_gate::payload::Kyc::read)
//! accept, as far as a schema can: `cli/tests/schemas.rs` compares both, and lists what no schema can tell. Words come
//! from the core's own sets, so that none can be missing.

mod access_token;
mod audit;
mod authorization;
mod case;
mod config;
mod encryption;
mod evidence;
mod payload;
mod profiles;
mod responses;
mod settings;
mod value;

use serde_json::{Value, json};

/// The things that have a schema.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Subject {
    /// The plugin configuration.
    Config,
    /// The V3 KYC payload, as REL-ID posts it.
    Payload,
    /// The audit line.
    Audit,
    /// A file of cases.
    Case,
}

impl Subject {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Config, Self::Payload, Self::Audit, Self::Case];

    /// Returns the file in `schema/` that it is published as.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Config => "config.schema.json",
            Self::Payload => "payload.schema.json",
            Self::Audit => "audit.schema.json",
            Self::Case => "case.schema.json",
        }
    }

    /// Returns the schema.
    #[must_use]
    pub fn schema(self) -> Value {
        let mut schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": format!("urn:kyc-gate:schema:{}", self.file().split('.').next().unwrap_or_default()),
        });
        let body = match self {
            Self::Config => config::schema(),
            Self::Payload => payload::schema(),
            Self::Audit => audit::schema(),
            Self::Case => case::schema(),
        };
        if let (Some(schema), Value::Object(body)) = (schema.as_object_mut(), body) {
            schema.extend(body);
        }
        schema
    }
}
