//! A server that slow and greedy peers don't exhaust.
//!
//! The framework's own takes 25 000 connections for each worker, reads as many requests from one as there are, and
//! waits for ever for somebody to read the answers: a hundred connections that send requests one behind another and
//! read nothing hold more than a gigabyte. Here each connection has one exchange at a time, and each wait an end.

mod connection;
mod exchange;
mod flow;
mod seats;

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::body::MessageBody;
use actix_http::error::DispatchError;
use actix_http::{HttpServiceBuilder, Request, Response};
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt as _, fn_service, map_config,
};
use actix_web::HttpResponse;
use actix_web::dev::{AppConfig, Server};
use actix_web::rt::net::TcpStream;
use connection::Connection;
use exchange::one_at_a_time;
use seats::{Bounds, Seats};
use socket2::SockRef;

use crate::ClientNetwork;

/// Connections that are served at once. Beyond, the one that has been idle for the longest time ends for a new one.
pub const CONNECTIONS: usize = 1000;

/// Connections of one client that are served at once.
pub const CONNECTIONS_OF_A_CLIENT: usize = 100;

/// How long the head of a request may take, from the opening of the connection or the end of the answer before.
pub const HEAD_DEADLINE: Duration = Duration::from_secs(10);

/// How long a peer has to read [`WRITE_PROGRESS_OCTETS`] of an answer, or the rest of it.
pub const WRITE_DEADLINE: Duration = Duration::from_secs(10);

/// The octets that a peer must read within [`WRITE_DEADLINE`].
pub const WRITE_PROGRESS_OCTETS: usize = 16 * 1024;

/// The octets of an unread answer that the operating system keeps. Its own default is megabytes.
const SEND_BUFFER_OCTETS: usize = 64 * 1024;

const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// Connections for each worker that are taken from the system's queue to wait for a seat, or to end one that is idle.
const WAITING: usize = 32;

/// How long what a peer still sends is thrown away, so that it can read the answer that refused it.
const LINGER: Duration = Duration::from_secs(1);

/// How a server is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerSettings {
    /// Threads that serve, at least one.
    pub workers: usize,
    /// Connections that are served at once, by all of them together; at least one.
    pub connections: usize,
    /// Who connects.
    pub connected_by: ConnectedBy,
    /// Who stops the server.
    pub stopped_by: StoppedBy,
}

/// Who connects to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectedBy {
    /// Clients. Each of them, an IPv4 address or an IPv6 /64, has this many connections at most; at least one. Those
    /// from a loopback address are not counted: there a proxy on this machine connects for everybody.
    Clients {
        /// Connections of each.
        connections_each: usize,
    },
    /// A proxy for everybody. How many connections it has for one client is left to it.
    Proxy,
}

/// Who stops a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoppedBy {
    /// The signals of the system, and the handle of the server.
    Signals,
    /// The handle of the server alone.
    Handle,
}

impl ServerSettings {
    fn bounds(&self) -> Bounds {
        let at_least_one = |bound| NonZeroUsize::new(bound).unwrap_or(NonZeroUsize::MIN);
        let of_a_client = match self.connected_by {
            ConnectedBy::Clients { connections_each } => Some(at_least_one(connections_each)),
            ConnectedBy::Proxy => None,
        };
        Bounds { all: at_least_one(self.connections), of_a_client }
    }
}

impl Default for ServerSettings {
    /// A worker for each processor, [`CONNECTIONS`], and [`CONNECTIONS_OF_A_CLIENT`].
    fn default() -> Self {
        Self {
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            connections: CONNECTIONS,
            connected_by: ConnectedBy::Clients { connections_each: CONNECTIONS_OF_A_CLIENT },
            stopped_by: StoppedBy::Signals,
        }
    }
}

/// Serves an application of the framework over plain HTTP, which whatever ends TLS forwards.
///
/// Guarantees beside what the framework does: the number of connections is bounded, over all workers and for each
/// client, and where the bound is reached, the connection that has waited for a request the longest ends for a new one;
/// a connection has one exchange at a time, and the next request is not read before its answer is on the way; a head
/// that takes longer than [`HEAD_DEADLINE`], and a peer that reads less than [`WRITE_PROGRESS_OCTETS`] of an answer in
/// [`WRITE_DEADLINE`], end their connection.
///
/// Does **not** bound how long a handler takes, nor how long it waits for a body: ours bound it themselves. Where a
/// request is being answered on every connection, a new one waits, or is closed if the client has its share.
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
    let for_each = settings.connections.div_ceil(workers);
    let seats = Arc::new(Seats::new(settings.bounds()));
    let builder =
        Server::build().workers(workers).max_concurrent_connections(for_each.saturating_add(WAITING));
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
        let seats = Arc::clone(&seats);
        fn_service(move |stream: TcpStream| seated(stream, Arc::clone(&seats))).and_then(http)
    })?;
    Ok(builder.run())
}

/// A connection that has a seat.
async fn seated(
    stream: TcpStream,
    seats: Arc<Seats>,
) -> Result<(Connection<TcpStream>, Option<SocketAddr>), DispatchError> {
    let peer = stream.peer_addr()?;
    let Ok(seat) = seats.take(counted_client(peer)).await else {
        let times = seats.count_refused();
        // Seldom enough for a log, however many come.
        if times.is_power_of_two() {
            tracing::warn!(
                times,
                "a client has as many connections as it may have; a proxy needs `ConnectedBy::Proxy`"
            );
        }
        return Err(io::Error::from(io::ErrorKind::ConnectionRefused).into());
    };
    if let Err(error) = SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER_OCTETS) {
        tracing::debug!(%error, "a connection keeps the system's send buffer");
    }
    Ok((Connection::new(stream, seat), Some(peer)))
}

/// By what a connection is counted, if it is.
fn counted_client(peer: SocketAddr) -> Option<ClientNetwork> {
    let address = peer.ip().to_canonical();
    (!address.is_loopback()).then(|| ClientNetwork::of_address(address))
}

#[cfg(test)]
#[path = "server/tests.rs"]
mod tests;
