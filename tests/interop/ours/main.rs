//! Our two servers as the interop suite starts them: `interop-ours idp|sp PORT CONTROL_PORT KEYS`.
//!
//! `POST /prepare` on the control port puts a case in force: the server is built anew with its settings and the
//! partner's metadata, over the memory of the one before.

#![forbid(unsafe_code)]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod case;
mod idp;
mod sp;

use std::error::Error;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpResponse, HttpServer, web};
use case::Case;
use saml_core::crypto::{Certificate, LocalSigner, PrivateKey, SignatureAlgorithm};
use saml_sp::DecryptionKey;
use saml_store::MemoryStore;

pub type Failure = Box<dyn Error + Send + Sync>;

/// What stays while cases come and go.
pub struct Ground {
    pub url: String,
    pub listener: TcpListener,
    pub keys: PathBuf,
    pub store: Arc<MemoryStore>,
}

impl Ground {
    pub fn signer(&self, name: &str) -> Result<LocalSigner, Failure> {
        let signer =
            LocalSigner::new(PrivateKey::from_pem(&self.pem(name, "key")?)?, SignatureAlgorithm::RsaSha256)?;
        Ok(signer.with_certificate(Certificate::from_pem(&self.pem(name, "crt")?)?)?)
    }

    pub fn decryption_key(&self, name: &str) -> Result<DecryptionKey, Failure> {
        Ok(DecryptionKey::from_pem(&self.pem(name, "key")?, &self.pem(name, "crt")?)?)
    }

    fn pem(&self, name: &str, kind: &str) -> std::io::Result<String> {
        std::fs::read_to_string(self.keys.join(format!("{name}.{kind}")))
    }
}

struct Control {
    role: String,
    ground: Ground,
    running: Mutex<Option<ServerHandle>>,
}

#[actix_web::main]
async fn main() -> Result<(), Failure> {
    tracing_subscriber::fmt().with_ansi(false).init();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [role, port, control_port, keys] = arguments.as_slice() else {
        return Err("usage: interop-ours idp|sp PORT CONTROL_PORT KEYS".into());
    };
    let ground = Ground {
        url: format!("http://127.0.0.1:{port}"),
        listener: TcpListener::bind(("127.0.0.1", port.parse::<u16>()?))?,
        keys: Path::new(keys).to_owned(),
        store: Arc::new(MemoryStore::new()),
    };
    let control = web::Data::new(Control { role: role.clone(), ground, running: Mutex::new(None) });
    let app = move || App::new().app_data(control.clone()).route("/prepare", web::post().to(prepare));
    Ok(HttpServer::new(app).workers(1).bind(("127.0.0.1", control_port.parse::<u16>()?))?.run().await?)
}

async fn prepare(control: web::Data<Control>, case: web::Json<Case>) -> HttpResponse {
    let started = match control.role.as_str() {
        "idp" => idp::start(&control.ground, &case),
        _ => sp::start(&control.ground, case.into_inner()),
    };
    match started {
        Ok(server) => {
            let before = control.running.lock().unwrap().replace(server.handle());
            if let Some(before) = before {
                before.stop(false).await;
            }
            actix_web::rt::spawn(server);
            HttpResponse::NoContent().finish()
        }
        Err(error) => HttpResponse::BadRequest().body(chain(&*error)),
    }
}

/// An error with all its causes.
fn chain(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
