//! Answers in Envoy's words.

use envoy_types::pb::envoy::config::core::v3::header_value_option::HeaderAppendAction;
use envoy_types::pb::envoy::config::core::v3::{HeaderValue, HeaderValueOption};
use envoy_types::pb::envoy::service::ext_proc::v3::body_mutation::Mutation;
use envoy_types::pb::envoy::service::ext_proc::v3::processing_response::Response;
use envoy_types::pb::envoy::service::ext_proc::v3::{
    BodyMutation, BodyResponse, CommonResponse, HeaderMutation, HeadersResponse, ImmediateResponse, ProcessingResponse,
    StreamedBodyResponse,
};
use envoy_types::pb::envoy::r#type::v3::HttpStatus;
use kyc_gate::http::LocalReply;

/// Headers to set and to remove.
pub fn mutation(set: Vec<(String, String)>, removed: Vec<String>) -> HeaderMutation {
    let set_headers = set.into_iter().map(|(key, value)| HeaderValueOption {
        header: Some(HeaderValue { key, value: String::new(), raw_value: value.into_bytes() }),
        append_action: HeaderAppendAction::OverwriteIfExistsOrAdd.into(),
        ..Default::default()
    });
    HeaderMutation { set_headers: set_headers.collect(), remove_headers: removed }
}

/// The answer to the headers.
pub fn to_headers(mutation: HeaderMutation) -> ProcessingResponse {
    respond(Response::RequestHeaders(HeadersResponse { response: Some(common(mutation, None)) }))
}

/// The answer to the whole body; without a new one, the old one goes on.
pub fn to_body(mutation: HeaderMutation, body: Option<Vec<u8>>) -> ProcessingResponse {
    let body = body.map(Mutation::Body);
    respond(Response::RequestBody(BodyResponse { response: Some(common(mutation, body)) }))
}

/// A piece of the new body, in the duplex mode.
pub fn streamed(body: Vec<u8>, end_of_stream: bool) -> ProcessingResponse {
    let piece = Mutation::StreamedResponse(StreamedBodyResponse { body, end_of_stream, ..Default::default() });
    let common = CommonResponse { body_mutation: Some(BodyMutation { mutation: Some(piece) }), ..Default::default() };
    respond(Response::RequestBody(BodyResponse { response: Some(common) }))
}

/// An answer of our own.
pub fn immediate(reply: LocalReply) -> ProcessingResponse {
    let mut headers = vec![("content-type".to_owned(), reply.content_type.to_owned())];
    headers.extend(reply.headers);
    respond(Response::ImmediateResponse(ImmediateResponse {
        status: Some(HttpStatus { code: i32::try_from(reply.status).unwrap_or(500) }),
        headers: Some(mutation(headers, Vec::new())),
        body: reply.body,
        details: reply.details.to_owned(),
        ..Default::default()
    }))
}

fn common(mutation: HeaderMutation, body: Option<Mutation>) -> CommonResponse {
    CommonResponse {
        // As the gate does: a route may match on the decision.
        clear_route_cache: !mutation.set_headers.is_empty(),
        header_mutation: Some(mutation),
        body_mutation: body.map(|mutation| BodyMutation { mutation: Some(mutation) }),
        ..Default::default()
    }
}

fn respond(response: Response) -> ProcessingResponse {
    ProcessingResponse { response: Some(response), ..Default::default() }
}
