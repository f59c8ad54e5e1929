//! Envoy's Wasm host: proxy-wasm ABI 0.2.1.

mod abi;
mod body;
mod call;
mod header_map;
mod metric;
mod shared_table;
mod stream;
mod watchdog;

pub use body::BodyBuffer;
pub use call::{CallResponse, http_call};
pub use header_map::{HeaderMap, Map, headers, remove_header, set_header};
pub use metric::{Counter, Gauge, Histogram};
pub use shared_table::SharedTable;
pub use stream::*;
pub use watchdog::Watchdog;
