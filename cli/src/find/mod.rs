//! Finds the gate's configurations in whatever holds them: a plugin configuration by itself, Envoy's bootstraps and
//! discovery files, Istio's and Envoy Gateway's objects, ConfigMaps, lists of those, several documents in one file.

mod configuration;
mod file;
mod gate;
mod walk;

pub use configuration::Configuration;
pub use file::{File, ReadError, is_bare as is_certain};
pub use gate::{Gate, Host, Shape};
pub use walk::{MAX_GATES, gates, message};
