//! A server that slow and greedy peers don't exhaust.
//!
//! The framework's own takes 25 000 connections for each worker, reads as many requests from one as there are, and
//! waits for ever for somebody to read the answers: a hundred connections that send requests one behind another and
//! read nothing hold more than a gigabyte. Here each connection has one exchange at a time, and each wait an end.

mod connection;
mod exchange;
mod flow;

use std::fmt;
use std::io;
use std::net::TcpListener;
use std::rc::Rc;
use std::time::Duration;

use actix_http::body::MessageBody;
use actix_http::{HttpServiceBuilder, Request, Response};
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt as _, fn_service, map_config,
};
use actix_web::HttpResponse;
use actix_web::dev::{AppConfig, Server};
use actix_web::rt::net::TcpStream;
use connection::Connection;
use exchange::one_at_a_time;
use socket2::SockRef;

/// Connections that are served at once. Others wait in the system's queue.
pub const CONNECTIONS: usize = 1000;

/// How long the head of a request may take, from the opening of the connection or the end of the answer before.
pub const HEAD_DEADLINE: Duration = Duration::from_secs(10);

/// How long a peer has to read [`WRITE_PROGRESS_OCTETS`] of an answer, or the rest of it.
pub const WRITE_DEADLINE: Duration = Duration::from_secs(10);

/// The octets that a peer must read within [`WRITE_DEADLINE`].
pub const WRITE_PROGRESS_OCTETS: usize = 16 * 1024;

/// The octets of an unread answer that the operating system keeps. Its own default is megabytes.
const SEND_BUFFER_OCTETS: usize = 256 * 1024;

const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// How long further octets of a refused peer are discarded, so that it can read the refusal.
const LINGER: Duration = Duration::from_secs(1);

/// How a server is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerSettings {
    /// Threads that serve, at least one.
    pub workers: usize,
    /// Connections that are served at once, by all of them together; at least one by each.
    pub connections: usize,
    /// Who stops the server.
    pub stopped_by: StoppedBy,
}

/// Who stops a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoppedBy {
    /// The signals of the system, and the handle of the server.
    Signals,
    /// The handle of the server alone.
    Handle,
}

impl Default for ServerSettings {
    /// A worker for each processor, and [`CONNECTIONS`].
    fn default() -> Self {
        Self {
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            connections: CONNECTIONS,
            stopped_by: StoppedBy::Signals,
        }
    }
}

/// Serves an application of the framework over plain HTTP, which whatever ends TLS forwards.
///
/// Guarantees beside what the framework does: the number of connections is bounded over all workers; a connection has
/// one exchange at a time, and the next request is not read before its answer is on the way; a head that takes longer
/// than [`HEAD_DEADLINE`], and a peer that reads less than [`WRITE_PROGRESS_OCTETS`] of an answer in
/// [`WRITE_DEADLINE`], end their connection.
///
/// Does **not** bound how long a handler takes, nor how long it waits for a body: ours bound it themselves.
/// The framework's `AppConfig` has its default values.
///
/// # Errors
/// The listener can't be used.
pub fn serve<F, I, S, B>(app: F, listener: TcpListener, settings: ServerSettings) -> io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<actix_web::Error> + 'static,
    S::InitError: fmt::Debug,
    S::Response: Into<Response<B>> + 'static,
    <S::Service as Service<Request>>::Future: 'static,
    S::Service: 'static,
    B: MessageBody + 'static,
{
    let workers = settings.workers.max(1);
    let for_each = settings.connections.checked_div(workers).unwrap_or(1).max(1);
    let builder = Server::build().workers(workers).max_concurrent_connections(for_each);
    let builder = match settings.stopped_by {
        StoppedBy::Signals => builder,
        StoppedBy::Handle => builder.disable_signals(),
    };
    let draining = builder.graceful_shutdown_signal();
    let address = listener.local_addr()?;
    let name = format!("saml-{address}");
    let builder = builder.listen(name, listener, move || {
        let to_answer = |error: S::Error| -> HttpResponse {
            let error: actix_web::Error = error.into();
            error.error_response()
        };
        let app = map_config(app().into_factory().map_err(to_answer), |()| AppConfig::default());
        let draining = draining.clone();
        let http = HttpServiceBuilder::default()
            .graceful_shutdown_signal(move || {
                let draining = draining.clone();
                async move { draining.notified().await }
            })
            .keep_alive(KEEP_ALIVE)
            .client_request_timeout(HEAD_DEADLINE)
            .client_disconnect_timeout(LINGER)
            .local_addr(address)
            .on_connect_ext(|connection: &Connection<TcpStream>, data| {
                data.insert(Rc::clone(connection.flow()));
            })
            .h1(one_at_a_time::<_, B>(app));
        fn_service(|stream: TcpStream| async move {
            let peer = stream.peer_addr().ok();
            if let Err(error) = SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER_OCTETS) {
                tracing::debug!(%error, "a connection keeps the system's send buffer");
            }
            Ok((Connection::new(stream), peer))
        })
        .and_then(http)
    })?;
    Ok(builder.run())
}
