//! Requests that wait in vain for their bodies, because Envoy doesn't deliver any to a filter that holds the headers.
//! Only a Wasm host may do that.

use crate::exchange::refusal::ErrorCode;
use crate::settings_api::response::{self, RequestError};

use super::host::HostResult;
use super::stream::Stream;
use super::stream_state::StreamState;

impl Stream {
    /// Tells whether the stream is held until more of its body comes.
    pub fn awaits_body(&self) -> bool {
        self.shared.with(|state| {
            matches!(
                state,
                StreamState::BufferingRequest(_) | StreamState::Authorizing(_) | StreamState::BufferingSettings(_)
            )
        })
    }

    /// Ends a request that waits in vain for its body. The stream must be the effective context.
    pub fn end_stuck(&self) -> HostResult<()> {
        match self.shared.abandon(ErrorCode::HeaderHoldMissing) {
            Some(ruling) => {
                self.carry_out(ruling, 0);
                self.release()
            }
            None => self.end_stuck_settings(),
        }
    }

    fn end_stuck_settings(&self) -> HostResult<()> {
        let request = self.shared.take_settings_request();
        request.map_or(Ok(()), |_| self.reply(&response::error(RequestError::HeaderHoldMissing)))
    }
}
