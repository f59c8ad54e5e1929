//! One HTTP request of Envoy's: its messages in, our answers out.

use std::collections::VecDeque;
use std::sync::Arc;

use envoy_types::pb::envoy::config::core::v3::HeaderValue;
use envoy_types::pb::envoy::extensions::filters::http::ext_proc::v3::processing_mode::BodySendMode;
use envoy_types::pb::envoy::service::ext_proc::v3::processing_request::Request;
use envoy_types::pb::envoy::service::ext_proc::v3::{HttpBody, HttpHeaders, ProcessingRequest, ProcessingResponse};
use kyc_gate::exchange::{Body, Command, Exchange, Ruling};
use send_wrapper::SendWrapper;
use tonic::Status;

use crate::gate::Gate;
use crate::reply;

/// A request on its way through.
pub struct Post {
    gate: Arc<Gate>,
    /// Envoy sends chunks and takes the headers' answer after them (FULL_DUPLEX_STREAMED), or sends the whole body once
    /// the headers are answered (BUFFERED).
    duplex: bool,
    exchange: SendWrapper<Option<Exchange>>,
    /// The client's decision headers, to be removed along with whatever else changes.
    forged: Vec<String>,
    /// The body as it came, where it may have to go on so.
    original: Vec<Vec<u8>>,
    answers: VecDeque<ProcessingResponse>,
}

impl Post {
    /// A request of which nothing is known yet.
    pub fn new(gate: Arc<Gate>) -> Self {
        Self {
            gate,
            duplex: false,
            exchange: SendWrapper::new(None),
            forged: Vec::new(),
            original: Vec::new(),
            answers: VecDeque::new(),
        }
    }

    /// The next answer that is due.
    pub fn answer(&mut self) -> Option<ProcessingResponse> {
        self.answers.pop_front()
    }

    /// Takes Envoy's next message in.
    pub fn take(&mut self, message: ProcessingRequest) -> Result<(), Status> {
        if let Some(protocol) = message.protocol_config {
            self.duplex = protocol.request_body_mode == BodySendMode::FullDuplexStreamed as i32;
        }
        match message.request {
            Some(Request::RequestHeaders(headers)) => self.open(&headers),
            Some(Request::RequestBody(body)) => self.body(body),
            _ => return Err(Status::unimplemented("a message that the bench doesn't cause")),
        }
        Ok(())
    }

    fn open(&mut self, headers: &HttpHeaders) {
        let pairs = headers.headers.as_ref().map(|map| map.headers.as_slice()).unwrap_or_default();
        let request_head = self.gate.read(pairs.iter().map(pair));
        self.forged = request_head.forged;
        let Some(head) = request_head.kyc else { return self.pass_headers() };
        match self.gate.open(head) {
            Ok(exchange) => {
                *self.exchange = Some(exchange);
                if headers.end_of_stream {
                    self.finish();
                } else if !self.duplex {
                    self.pass_headers();
                }
            }
            Err(ruling) => {
                self.gate.record(&ruling, 0);
                self.obey(*ruling);
            }
        }
    }

    fn pass_headers(&mut self) {
        let forged = std::mem::take(&mut self.forged);
        self.answers.push_back(reply::to_headers(reply::mutation(Vec::new(), forged)));
    }

    fn body(&mut self, chunk: HttpBody) {
        let Some(exchange) = self.exchange.as_mut() else { return self.pass_body(chunk) };
        if let Err(code) = exchange.take(&chunk.body) {
            if let Some(exchange) = self.take_exchange() {
                let ruling = exchange.abandon(code);
                self.gate.record(&ruling, 0);
                self.obey(ruling);
            }
            return;
        }
        if self.duplex && exchange.keeps_original() {
            self.original.push(chunk.body);
        }
        if chunk.end_of_stream {
            self.finish();
        }
    }

    fn pass_body(&mut self, chunk: HttpBody) {
        self.answers.push_back(if self.duplex {
            reply::streamed(chunk.body, chunk.end_of_stream)
        } else {
            reply::to_body(Default::default(), None)
        });
    }

    fn take_exchange(&mut self) -> Option<Exchange> {
        (*self.exchange).take()
    }

    fn finish(&mut self) {
        if let Some(exchange) = self.take_exchange() {
            let ruling = self.gate.finish(exchange);
            self.obey(ruling);
        }
    }

    fn obey(&mut self, ruling: Ruling) {
        let forward = match ruling.command {
            Command::LocalReply(reply) => return self.answers.push_back(reply::immediate(reply)),
            Command::Forward(forward) => forward,
        };
        let mut removed = std::mem::take(&mut self.forged);
        removed.extend(forward.remove.iter().map(|&name| name.to_owned()));
        let body = match forward.body {
            Body::Original => None,
            Body::Replace(pieces) => Some(pieces.concat()),
        };
        let mutation = reply::mutation(forward.set, removed);
        if !self.duplex {
            return self.answers.push_back(reply::to_body(mutation, body));
        }
        self.answers.push_back(reply::to_headers(mutation));
        let chunks = body.map_or_else(|| std::mem::take(&mut self.original), |body| vec![body]);
        let last = chunks.len().saturating_sub(1);
        let chunks = chunks.into_iter().enumerate();
        self.answers.extend(chunks.map(|(at, chunk)| reply::streamed(chunk, at == last)));
    }
}

/// Envoy sends the value as bytes, unless it was told to send text.
fn pair(header: &HeaderValue) -> (&[u8], &[u8]) {
    let value = if header.raw_value.is_empty() { header.value.as_bytes() } else { &header.raw_value };
    (header.key.as_bytes(), value)
}
