//! actix-web handlers: the only place that knows of HTTP. [`configure`] mounts them.

mod cookie;
mod login;
pub mod pages;
mod reply;
mod routes;
mod sso;

use actix_web::{HttpRequest, HttpResponse, web};
pub use routes::ROUTES;
pub use saml_provider::web::{
    CONNECTIONS, CONNECTIONS_OF_A_CLIENT, ConnectedBy, Mount, MountError, Operated, ServerSettings,
    StoppedBy, operation, route, serve, together,
};

use crate::IdentityProvider;

impl IdentityProvider {
    /// What whoever runs the program asks about, for [`operation()`].
    #[must_use]
    pub fn operated(&self) -> Operated {
        let now = self.snapshot();
        Operated {
            entity_id: now.config().site.entity_id.clone(),
            counts: now.trace().counts().clone(),
            store: std::sync::Arc::clone(now.store()),
        }
    }
}

/// Mounts metadata, single sign-on, login, home and logout below the site's [mount](crate::Site::mount). On the `App`
/// itself, not within a scope: the path of the public URL is the site's.
///
/// A program with several providers mounts them [`together`].
///
/// ```no_run
/// # async fn demo(idp: saml_idp::IdentityProvider) -> std::io::Result<()> {
/// use actix_web::App;
/// use saml_idp::web::{ServerSettings, configure, serve};
///
/// let app = move || App::new().configure(configure(idp.clone()));
/// // Bounded connections; `HttpServer` of the framework works too.
/// serve(app, std::net::TcpListener::bind("127.0.0.1:8080")?, ServerSettings::default())?.await
/// # }
/// ```
pub fn configure(idp: IdentityProvider) -> impl FnOnce(&mut web::ServiceConfig) + Clone {
    move |config| {
        routes::mount(&idp, config);
    }
}

/// The endpoints of an identity provider, to be mounted [`together`] with those of others in one `App`.
#[must_use]
pub fn mount(idp: IdentityProvider) -> Mount {
    Mount::new(&idp.config().site, move |config| routes::mount(&idp, config))
}

async fn asset(
    idp: web::Data<IdentityProvider>,
    request: HttpRequest,
    file: web::Path<String>,
) -> HttpResponse {
    reply::asset(&reply::asked(&idp, &request), request.headers(), &file)
}
