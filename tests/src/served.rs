//! Servers of this process, stopped when the test is over.

use std::future::Future;
use std::net::TcpListener;
use std::thread::JoinHandle;

use actix_web::dev::{Server, ServerHandle};
use saml_cli::demo::Demo;

/// Servers on a thread of their own.
#[derive(Debug)]
pub struct Served {
    handles: Vec<ServerHandle>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    /// Runs these servers.
    #[must_use]
    pub fn start(servers: impl FnOnce() -> Vec<Server> + Send + 'static) -> Self {
        let (served, ()) = Self::run(|| async {
            let servers = servers();
            let handles = servers.iter().map(Server::handle).collect();
            let running: Vec<_> = servers.into_iter().map(actix_web::rt::spawn).collect();
            let end = async {
                for server in running {
                    server.await.unwrap().unwrap();
                }
            };
            (handles, (), end)
        });
        served
    }

    /// Runs the demonstration: the addresses of its identity provider and of its two applications.
    #[must_use]
    pub fn demo() -> (Self, [String; 3]) {
        Self::run(|| async {
            let demo = Demo::start(0).await.unwrap();
            let parties = [&demo.identity_provider, &demo.orchard, &demo.harbour].map(String::clone);
            (demo.handles(), parties, async { demo.serve().await.unwrap() })
        })
    }

    /// Runs what `start` starts on a thread of its own, and returns once it is listening.
    fn run<T, S, R, E>(start: S) -> (Self, T)
    where
        T: Send + 'static,
        S: FnOnce() -> R + Send + 'static,
        R: Future<Output = (Vec<ServerHandle>, T, E)>,
        E: Future<Output = ()>,
    {
        let (sender, receiver) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let (handles, told, end) = start().await;
                sender.send((handles, told)).unwrap();
                end.await;
            });
        });
        let (handles, told) = receiver.recv().unwrap();
        (Self { handles, thread: Some(thread) }, told)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        for handle in &self.handles {
            // The command is sent at once; the future only waits for it to be followed.
            drop(handle.stop(false));
        }
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

/// A socket on a free port, and its port.
///
/// # Panics
/// There is none.
#[must_use]
pub fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}
