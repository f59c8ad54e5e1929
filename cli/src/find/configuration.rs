//! The plugin configuration itself, in each of the ways in which it can be written.

use std::borrow::Cow;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::source::{self, Dialect, Document, Kind, Node, Text};

/// A plugin configuration, as it is handed to the gate.
pub enum Configuration<'f> {
    /// None is given: the defaults.
    Absent,
    /// A text of JSON.
    Text(Text),
    /// A mapping of which Envoy makes JSON or a `Struct`.
    Struct(&'f Node, Dialect),
    /// Something that the gate can't be handed.
    Unusable {
        /// Where, in the file.
        at: Range<usize>,
        /// What it should be.
        expected: &'static str,
    },
}

const ANY: &str = "an Any: \"@type\" of google.protobuf.StringValue or Struct, and value";

impl<'f> Configuration<'f> {
    /// Reads a `google.protobuf.Any` in its JSON form: a `StringValue`, a `BytesValue` or a `Struct`.
    pub(super) fn any(document: &'f Document, any: Option<&'f Node>) -> Self {
        let Some(any) = any else { return Self::Absent };
        let unusable = || Self::Unusable { at: document.text.span(any.mark()), expected: ANY };
        let value = any.get("value");
        let kind = any.text_of("@type").unwrap_or_default();
        // Envoy takes any domain before the slash, but wants one.
        let is_url = kind.find('/').is_some_and(|at| at > 0);
        let is_known = |name: &str| matches!(name, "@type" | "value" | "<<");
        if !is_url || any.members().iter().any(|(name, _)| !is_known(name)) {
            return unusable();
        }
        match kind.rsplit('/').next().unwrap_or_default() {
            "google.protobuf.StringValue" => value.map_or(Self::Absent, |value| Self::text(document, value)),
            "google.protobuf.BytesValue" => {
                let Some(value) = value else { return Self::Absent };
                let bytes = value.text().and_then(|text| STANDARD.decode(text).ok());
                let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
                text.map_or_else(unusable, |text| Self::Text(document.text.encoded(value.at.clone(), text)))
            }
            "google.protobuf.Struct" => value.map_or(Self::Absent, |value| Self::mapping(document, value)),
            _ => unusable(),
        }
    }

    /// Reads a scalar that holds JSON.
    pub(super) fn text(document: &'f Document, node: &'f Node) -> Self {
        match &node.kind {
            Kind::Scalar(scalar) => Self::Text(document.text.scalar(node.at.clone(), scalar.style, &scalar.text)),
            _ => Self::Unusable { at: document.text.span(node.mark()), expected: "a text of JSON" },
        }
    }

    /// Reads a mapping.
    pub(super) fn mapping(document: &'f Document, node: &'f Node) -> Self {
        let is_kubernetes = document.root.get("apiVersion").is_some();
        Self::Struct(node, if is_kubernetes { Dialect::Kubernetes } else { Dialect::Envoy })
    }

    /// Returns the bytes that the gate is handed.
    #[must_use]
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Absent | Self::Unusable { .. } => Cow::Borrowed(b""),
            Self::Text(text) => Cow::Borrowed(text.as_str().as_bytes()),
            Self::Struct(node, dialect) => Cow::Owned(node.json(*dialect).to_string().into_bytes()),
        }
    }

    /// Returns its values with their positions, where it can be parsed.
    #[must_use]
    pub fn root(&self) -> Option<Cow<'f, Node>> {
        match self {
            Self::Absent | Self::Unusable { .. } => None,
            Self::Text(text) => source::parse_json(text.as_str()).ok().map(Cow::Owned),
            Self::Struct(node, _) => Some(Cow::Borrowed(node)),
        }
    }
}
