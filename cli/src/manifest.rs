//! What a report was made from, so that one who acts on it can tell whether it is about the change at hand.

use serde::{Deserialize, Serialize};

/// `id` of the element of a report that holds its manifest.
const ID: &str = "kyc-gate-manifest";

/// What a report was made from. The same manifest gives the same report, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The program that made it, as `--version` tells.
    pub version: String,
    /// The command, without where its output went.
    pub command: String,
    /// SHA-256 of all that was replayed, in hex.
    pub input_sha256: String,
    /// The policy in force.
    pub baseline: Revisions,
    /// The policy that is proposed.
    pub proposed: Revisions,
}

/// Revisions of a policy, as decision headers and audit lines tell them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revisions {
    /// Of the settings: `x-kyc-settings-revision`.
    pub settings: String,
    /// Of all that decides: `x-kyc-config-revision`.
    pub config: String,
}

impl Manifest {
    /// Returns the element of an HTML report that holds the manifest. It is data: no browser runs it.
    #[must_use]
    pub fn element(&self) -> String {
        let json = serde_json::to_string(self).unwrap_or_default().replace('<', "\\u003c");
        format!("<script type=\"application/json\" id=\"{ID}\">{json}</script>")
    }

    /// Finds the manifest of a report: in an HTML page by its element, in JSON by the member `manifest`. `None` where
    /// there is none.
    ///
    /// ```
    /// use kyc_gate_cli::manifest::{Manifest, Revisions};
    ///
    /// let revisions = |digit: &str| Revisions { settings: digit.repeat(16), config: digit.repeat(16) };
    /// let manifest = Manifest {
    ///     version: "0.1.0".to_owned(),
    ///     command: "replay".to_owned(),
    ///     input_sha256: "0".repeat(64),
    ///     baseline: revisions("a"),
    ///     proposed: revisions("b"),
    /// };
    /// let page = format!("<!doctype html><body>{}</body>", manifest.element());
    /// assert_eq!(Manifest::find(&page), Some(manifest));
    /// ```
    #[must_use]
    pub fn find(report: &str) -> Option<Self> {
        if report.trim_start().starts_with('{') {
            let mut document: serde_json::Value = serde_json::from_str(report).ok()?;
            return serde_json::from_value(document.get_mut("manifest")?.take()).ok();
        }
        let (_, rest) = report.split_once(&format!("<script type=\"application/json\" id=\"{ID}\">"))?;
        let (json, _) = rest.split_once("</script>")?;
        serde_json::from_str(json).ok()
    }
}
