//! Calls to Envoy's clusters.

use zeroize::Zeroizing;

use super::abi::Call;
use super::current::{self, ROOT};
use crate::gate::host::HostResult;
use crate::http::Upstream;

/// What came back for a call.
pub struct CallResponse {
    /// The HTTP status; `None` when there was no response. Envoy itself gives 503 and 504 for a cluster that it can't
    /// reach.
    pub status: Option<u16>,
    /// The body, or the beginning of one that is too large. Wiped on drop: tokens come in such.
    pub body: Zeroizing<Vec<u8>>,
}

impl CallResponse {
    /// Takes the response to the call whose end the current hook tells. `_size` is the body's.
    pub fn read(_size: usize) -> Self {
        Self { status: Self::status(), body: current::take_answer_body() }
    }

    /// Reads the status alone.
    pub fn status() -> Option<u16> {
        current::answer_status()
    }
}

/// Calls a cluster and returns the call's number; the response comes to the current context. A stream's call ends with
/// the stream.
pub fn http_call(upstream: &Upstream, headers: Vec<(&str, &str)>, body: Option<&[u8]>) -> HostResult<u32> {
    let call = Call {
        cluster: &upstream.cluster,
        headers: &headers,
        body: body.unwrap_or_default(),
        milliseconds: upstream.timeout_ms.into(),
    };
    let context = current::context()?;
    let id = if context == ROOT { current::scope()?.host.config.call(&call) } else { current::filter()?.call(&call) }?;
    Ok(current::call_began(context, id))
}
