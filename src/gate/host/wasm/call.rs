//! Calls to Envoy's clusters.

use proxy_wasm::hostcalls::dispatch_http_call;
use zeroize::Zeroizing;

use super::abi::{self, Buffer};
use super::header_map::{Map, headers};
use crate::gate::host::{HostError, HostResult};
use crate::http::{MAX_RESPONSE_BYTES, Upstream};

/// What came back for a call.
pub struct CallResponse {
    /// The HTTP status; `None` when there was no response. Envoy itself gives 503 and 504 for a cluster that it can't
    /// reach.
    pub status: Option<u16>,
    /// The body, or the beginning of one that is too large. Wiped on drop: tokens come in such.
    pub body: Zeroizing<Vec<u8>>,
}

impl CallResponse {
    /// Reads the response to the call whose end the current callback tells. `size` is the body's: of one larger than
    /// [`MAX_RESPONSE_BYTES`] so many and one more are copied, enough to see that it is too large.
    pub fn read(size: usize) -> Self {
        let size = size.min(MAX_RESPONSE_BYTES.saturating_add(1));
        let body = Zeroizing::new(abi::buffer(Buffer::CallResponseBody, 0, size).unwrap_or_default());
        Self { status: Self::status(), body }
    }

    /// Reads the status alone.
    pub fn status() -> Option<u16> {
        let headers = headers(Map::CallResponseHeaders).ok()?;
        let (_, status) = headers.iter().find(|(name, _)| *name == b":status")?;
        std::str::from_utf8(status).ok()?.parse().ok()
    }
}

/// Calls a cluster and returns the call's number; the response comes to the context whose callback this is.
///
/// The one call that goes through the SDK, which must know the call to hand the response out. Its wrapper would panic
/// on a status other than OK, bad argument (no such cluster) and internal failure (no host), which Envoy never returns.
pub fn http_call(upstream: &Upstream, headers: Vec<(&str, &str)>, body: Option<&[u8]>) -> HostResult<u32> {
    dispatch_http_call(&upstream.cluster, headers, body, Vec::new(), upstream.timeout())
        .map_err(|status| HostError { call: "proxy_http_call", status: status as u32 })
}
