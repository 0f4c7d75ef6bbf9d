//! `saml idp`: a stand-alone identity provider from one file.

mod build;
mod config;
mod files;
mod finding;
mod name_id_format;
mod peers;
mod state;
#[cfg(test)]
mod tests;
mod texts;
mod watch;

use std::net::TcpListener;
use std::path::PathBuf;

use actix_web::{App, web};
use clap::Args;
use saml_idp::IdentityProvider;
use saml_idp::web::{ConnectedBy, ServerSettings, StoppedBy, operation, serve};
use serde_json::json;

use crate::answer::{Answer, CommandError};
use crate::input;
use crate::screen::{self, STRONG, Screen, styled};

use self::config::Purpose;
use self::finding::{Finding, Severity};
pub use config::{ConfigFile, IdpError};

/// Options of `saml idp`.
#[derive(Args, Clone, Debug)]
pub struct IdpOptions {
    /// The settings, TOML; paths in it are relative to it.
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
    /// Look at the settings, print the metadata, write and serve nothing: exit code 1 if a service provider is left
    /// out, or nobody could sign in to it.
    #[arg(long)]
    pub check: bool,
    /// Print the metadata for this service provider, with the bindings that its settings offer it, and serve nothing.
    #[arg(long, value_name = "ENTITY ID")]
    pub metadata_for: Option<String>,
    /// Print JSON in place of text for people.
    #[arg(long)]
    pub json: bool,
}

/// Serves until it is interrupted.
///
/// # Errors
/// The settings can't be used, or the address is taken.
pub fn run(options: &IdpOptions) -> Result<Answer, CommandError> {
    let file = ConfigFile::read(&options.config)?;
    let now = input::instant_or_now(None)?;
    let only_looks = options.check || options.metadata_for.is_some();
    let purpose = if only_looks { Purpose::Check } else { Purpose::Serve };
    let (idp, findings) = build::identity_provider(&file, purpose, now)?;
    findings.iter().for_each(|finding| screen::remark(&finding.line()));
    if only_looks {
        let metadata = build::metadata(&idp, options.metadata_for.as_deref())?;
        crate::output::deliver(&metadata, None, options.json, crate::output::Readers::Everybody)?;
        return Ok(Answer::of(!findings.iter().any(Finding::is_fault)));
    }
    let listener = bound(&file.settings.listen)?;
    let operated = file.settings.operation_listen.as_deref().map(bound).transpose()?;
    announce(&idp, &listener, operated.as_ref(), &findings, options.json)?;
    watch::begin(idp.clone(), now);
    let asked = vec![idp.operated()];
    let settings = server_settings(&file.settings);
    let app = move || {
        let home = idp.config().site.path(saml_idp::config::HOME_PATH);
        let mark = idp.config().site.path(&format!(
            "{}/{}",
            saml_provider::web::ASSETS_PATH,
            saml_idp::web::pages::MARK.file_name
        ));
        App::new()
            .configure(saml_idp::web::configure(idp.clone()))
            .service(web::redirect("/", home).see_other())
            .service(web::redirect("/favicon.ico", mark).permanent())
    };
    let served = actix_web::rt::System::new().block_on(async move {
        if let Some(listener) = operated {
            let app = move || App::new().configure(operation(asked.clone()));
            // It ends with the program, and nobody waits for its end.
            let _beside = actix_web::rt::spawn(serve(app, listener, OPERATION)?);
        }
        serve(app, listener, settings)?.await
    });
    served.map_err(|source| CommandError::Command(Box::new(IdpError::Serve(source))))?;
    Ok(Answer::Accepted)
}

/// How the listener of those who run it is served: a few of them connect.
const OPERATION: ServerSettings = ServerSettings {
    workers: 1,
    connections: 100,
    connected_by: ConnectedBy::Proxy,
    stopped_by: StoppedBy::Signals,
};

fn bound(address: &str) -> Result<TcpListener, CommandError> {
    let failed = |source| {
        let error = IdpError::Listen { address: address.to_owned(), source };
        CommandError::Command(Box::new(error))
    };
    TcpListener::bind(address).map_err(failed)
}

/// Who sets the header with the client's address is the one that connects: a proxy, for everybody.
fn server_settings(settings: &config::Settings) -> ServerSettings {
    let connected_by = match (&settings.client_address_header, settings.connections_per_client) {
        (Some(_), None) => ConnectedBy::Proxy,
        (None, None) => ServerSettings::default().connected_by,
        (_, Some(connections_each)) => ConnectedBy::Clients { connections_each: connections_each.get() },
    };
    ServerSettings { workers: settings.workers, connected_by, ..ServerSettings::default() }
}

fn announce(
    idp: &IdentityProvider,
    listener: &TcpListener,
    operated: Option<&TcpListener>,
    findings: &[Finding],
    json: bool,
) -> Result<(), CommandError> {
    let config = idp.config();
    let address =
        |listener: &TcpListener| listener.local_addr().map(|address| address.to_string()).unwrap_or_default();
    let (listening, operation) = (address(listener), operated.map(address));
    let metadata = config.site.url(saml_idp::config::METADATA_PATH);
    let services: Vec<String> =
        idp.snapshot().service_providers().all().map(|service| service.entity_id().to_string()).collect();
    let left_out: Vec<&Finding> =
        findings.iter().filter(|finding| finding.severity == Severity::LeftOut).collect();
    if json {
        return screen::print_json(&json!({
            "entityId": config.site.entity_id.to_string(),
            "metadata": metadata,
            "listening": listening,
            "operation": operation,
            "serviceProviders": services,
            "leftOut": left_out.iter().map(|finding| {
                json!({ "entityId": finding.entity, "code": finding.code, "why": finding.text })
            }).collect::<Vec<_>>(),
        }));
    }
    let mut screen = Screen::default();
    screen.line(&styled(STRONG, &screen::plain(&config.site.display_name)));
    screen.fact("entity ID", config.site.entity_id.as_str());
    screen.fact("metadata", &metadata);
    screen.fact("listening on", &listening);
    if let Some(operation) = &operation {
        screen.fact("operation", &format!("http://{operation}/ready, /live, /metrics"));
    }
    for service in &services {
        screen.fact("serves", service);
    }
    if services.is_empty() {
        screen.fact("serves", "nobody yet: add [[service_provider]] with its metadata");
    }
    screen.print()
}
