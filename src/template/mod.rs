//! Field macros: `requestBody` and `headers[].headerValue` (docs/configuration.md#requestbody).
//!
//! A template is parsed once, when the configuration is read; rendering puts literals and spans of the payload one
//! after the other, in time linear in what it writes, and copies no long span. Values that the template passes on whole
//! keep their bytes: strings their escapes, numbers their digits, objects their white space.
//!
//! ```text
//! text     = *( "$${" / macro / any character )       ; "$${" stands for "${"
//! macro    = "${" source *filter [ ":-" default *filter ] "}"
//! source   = name / "field:" display-name / "claim:" claim / "/" json-pointer / "payload"
//! filter   = "|" ( "upper" / "lower" / "mask" / "sha256" / "date(" strftime ")" )
//! ```
//!
//! Macros work from left to right: filters before the default see the value alone, filters after it see the default
//! as well, so `${sex|lower:-N/A}` may give `N/A` and `${sex:-N/A|lower}` gives `n/a`. A default stands also where
//! `date(…)` can't read the value. White space counts, a macro can't stand inside another, a source
//! ends at the first `|`, `:-` or `}`, a default at the first `|` or `}`.
//!
//! Missing is what the payload lacks, JSON `null`, a field without text, and a date that can't be read; an empty
//! string reached by pointer is a value.

pub mod body_template;
mod error;
mod escape;
pub mod filter;
pub mod header_template;
pub mod macros;
pub mod rendering;
pub mod resolved;
pub mod scope;
pub mod source;

pub use body_template::{Template, TemplateProblem};
pub use error::MacroError;
pub(crate) use escape::quote;
pub use header_template::HeaderTemplate;
pub use rendering::Rendering;
pub use scope::Scope;
