//! actix-web handlers: the only place that knows of HTTP.
//!
//! [`configure`] mounts the endpoints, [`require_sign_in`] closes a scope to strangers, [`SignedInUser`] hands a
//! handler the person.

mod cookie;
mod guard;
mod handlers;
mod kept_form;
mod logout;
pub mod pages;
mod problem;
mod reply;
mod routes;
mod signed_in_user;

use actix_web::web;
pub use guard::{Guarded, SignInGuard, optional_sign_in, require_sign_in};
pub use handlers::{browser, start_login};
pub use kept_form::{KEPT_FORM_FIELDS, KEPT_FORM_LIFETIME, KEPT_FORM_OCTETS};
pub use routes::ROUTES;
pub use saml_provider::web::{
    CONNECTIONS, CONNECTIONS_OF_A_CLIENT, ConnectedBy, Mount, MountError, Operated, ServerSettings,
    StoppedBy, operation, route, serve, together,
};
pub use signed_in_user::{NotSignedIn, SignedInUser};

use crate::ServiceProvider;

impl ServiceProvider {
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

/// Mounts metadata, login, assertion consumer service and local logout below the site's
/// [mount](crate::Site::mount). On the `App` itself, not within a scope: the path of the public URL is the site's.
///
/// A program with several providers mounts them [`together`].
///
/// ```no_run
/// # async fn demo(sp: saml_sp::ServiceProvider) -> std::io::Result<()> {
/// use actix_web::{App, web};
/// use saml_sp::web::{ServerSettings, SignedInUser, configure, require_sign_in, serve};
///
/// let app = move || {
///     App::new().configure(configure(sp.clone())).service(
///         web::scope("")
///             .wrap(require_sign_in(&sp))
///             .route("/", web::get().to(|user: SignedInUser| async move { user.idp.to_string() })),
///     )
/// };
/// // Bounded connections; `HttpServer` of the framework works too.
/// serve(app, std::net::TcpListener::bind("127.0.0.1:8080")?, ServerSettings::default())?.await
/// # }
/// ```
pub fn configure(sp: ServiceProvider) -> impl FnOnce(&mut web::ServiceConfig) + Clone {
    move |config| {
        routes::mount(&sp, config);
    }
}

/// The endpoints of a service provider, to be mounted [`together`] with those of others in one `App`.
#[must_use]
pub fn mount(sp: ServiceProvider) -> Mount {
    Mount::new(&sp.config().site, move |config| routes::mount(&sp, config))
}
