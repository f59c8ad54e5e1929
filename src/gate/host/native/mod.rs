//! Envoy's dynamic modules: ABI 0.2.0, of Envoy 1.40.

mod abi;
mod body;
mod call;
mod current;
mod exports;
mod header_map;
pub mod hooks;
mod imports;
mod metric;
mod shared_table;
mod stream;
mod table;
mod timer;
mod vault;

pub use body::BodyBuffer;
pub use call::{CallResponse, http_call};
pub use current::{Answer, Host, ROOT, Scope, admit, call_ended, enter, forget, give_up};
pub(crate) use exports::export_hooks;
pub use header_map::{HeaderMap, Map, headers, remove_header, set_header};
pub use metric::{Counter, Gauge, Histogram};
pub use shared_table::SharedTable;
pub use stream::*;
pub use vault::Values;
