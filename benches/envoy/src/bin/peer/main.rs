//! The ext_proc peer: what a platform team would run instead of the gate, and a Rust team would be proud of.
//!
//! `peer CONFIGURATION SOCKET` does the gate's job by the gate's own core, compiled natively, so with the processor's
//! AES instructions, and speaks Envoy's external processing protocol over a Unix domain socket and over TCP, on the
//! port that it prints. One thread serves one Envoy worker: there is no hand-over between threads to wait for.

mod gate;
mod post;
mod reply;

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use envoy_types::pb::envoy::service::ext_proc::v3::external_processor_server::{
    ExternalProcessor, ExternalProcessorServer,
};
use envoy_types::pb::envoy::service::ext_proc::v3::{ProcessingRequest, ProcessingResponse};
use futures_core::Stream;
use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tonic::{Request, Response, Status, Streaming};

use gate::Gate;
use post::Post;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Windows that a whole post fits in, so that no sender waits for an update.
const WINDOW: u32 = 64 << 20;
const SEND_BUFFER: usize = 64 << 20;
/// The largest frame that HTTP/2 has.
const FRAME: u32 = (1 << 24) - 1;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [configuration, socket] = arguments.as_slice() else { return Err("peer CONFIGURATION SOCKET".into()) };
    let gate = Gate::load(&std::fs::read(configuration)?)?;
    tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?.block_on(serve(gate, socket))
}

/// Without tonic's own server, whose router costs something for each request and which hides the size of the send
/// buffer: with the default one, an answer of megabytes would go out in many small turns.
async fn serve(gate: Gate, socket: &str) -> Result<(), Box<dyn Error>> {
    let service = ExternalProcessorServer::new(Processor(Arc::new(gate)))
        .max_decoding_message_size(usize::MAX)
        .max_encoding_message_size(usize::MAX);
    let (tcp, unix) = (TcpListener::bind("127.0.0.1:0").await?, UnixListener::bind(socket)?);
    println!("{}", tcp.local_addr()?.port());
    let over_unix = service.clone();
    tokio::spawn(async move {
        while let Ok((connection, _)) = unix.accept().await {
            tokio::spawn(converse(connection, over_unix.clone()));
        }
    });
    loop {
        let (connection, _) = tcp.accept().await?;
        connection.set_nodelay(true)?;
        tokio::spawn(converse(connection, service.clone()));
    }
}

async fn converse(
    connection: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    service: ExternalProcessorServer<Processor>,
) -> hyper::Result<()> {
    let mut http = http2::Builder::new(TokioExecutor::new());
    http.initial_stream_window_size(WINDOW).initial_connection_window_size(WINDOW).max_frame_size(FRAME);
    http.max_send_buf_size(SEND_BUFFER).max_concurrent_streams(None);
    http.serve_connection(TokioIo::new(connection), TowerToHyperService::new(service)).await
}

struct Processor(Arc<Gate>);

#[tonic::async_trait]
impl ExternalProcessor for Processor {
    type ProcessStream = Answers;

    async fn process(&self, request: Request<Streaming<ProcessingRequest>>) -> Result<Response<Answers>, Status> {
        Ok(Response::new(Answers { messages: request.into_inner(), post: Post::new(Arc::clone(&self.0)) }))
    }
}

/// One HTTP request's messages, answered as they come, without a task or a channel in between.
struct Answers {
    messages: Streaming<ProcessingRequest>,
    post: Post,
}

impl Stream for Answers {
    type Item = Result<ProcessingResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(answer) = self.post.answer() {
                return Poll::Ready(Some(Ok(answer)));
            }
            match Pin::new(&mut self.messages).poll_next(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(message)) => {
                    if let Err(status) = message.and_then(|message| self.post.take(message)) {
                        return Poll::Ready(Some(Err(status)));
                    }
                }
            }
        }
    }
}
