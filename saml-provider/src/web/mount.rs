//! Where the endpoints of several sites stand in one program.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use actix_web::guard::{self, GuardContext};
use actix_web::http::header::HOST;
use actix_web::{Scope, web};
use saml_core::base::EntityId;

use crate::{HostRule, Site};

/// The scope of a site: its path, and its host if its rule says so.
#[must_use]
pub fn scope(site: &Site) -> Scope {
    let scope = web::scope(&site.served_at());
    match site.host {
        HostRule::Any => scope,
        HostRule::Own => {
            let authority = site.public_url.authority().to_owned();
            scope.guard(guard::fn_guard(move |context| is_for(context, &authority)))
        }
    }
}

/// Whether a request names this host. The names of hosts have no case [RFC 9110 §4.2.3].
fn is_for(context: &GuardContext<'_>, authority: &str) -> bool {
    let head = context.head();
    let host = match head.headers().get(HOST) {
        Some(host) => host.to_str().ok(),
        // HTTP/2 has the host in the address.
        None => head.uri.authority().map(|authority| authority.as_str()),
    };
    host.is_some_and(|host| host.eq_ignore_ascii_case(authority))
}

/// The endpoints of one entity, to be mounted beside those of others.
#[derive(Clone)]
pub struct Mount {
    entity_id: EntityId,
    path: String,
    host: Option<String>,
    register: Arc<dyn Fn(&mut web::ServiceConfig) + Send + Sync>,
}

impl Mount {
    /// What `register` mounts for an entity at `site`.
    pub fn new(site: &Site, register: impl Fn(&mut web::ServiceConfig) + Send + Sync + 'static) -> Self {
        Self {
            entity_id: site.entity_id.clone(),
            path: site.served_at(),
            host: match site.host {
                HostRule::Any => None,
                HostRule::Own => Some(site.public_url.authority().to_ascii_lowercase()),
            },
            register: Arc::new(register),
        }
    }

    /// Whether some request would be for both.
    fn overlaps(&self, other: &Self) -> bool {
        let hosts_differ = matches!((&self.host, &other.host), (Some(ours), Some(theirs)) if ours != theirs);
        !hosts_differ && (is_within(&self.path, &other.path) || is_within(&other.path, &self.path))
    }
}

impl fmt::Debug for Mount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mount")
            .field("entity_id", &self.entity_id)
            .field("path", &self.path)
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

fn is_within(path: &str, other: &str) -> bool {
    path.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Mounts several entities in one `App`, by path or by host.
///
/// ```no_run
/// # fn two(north: saml_provider::web::Mount, south: saml_provider::web::Mount)
/// #     -> Result<(), saml_provider::web::MountError> {
/// let endpoints = saml_provider::web::together([north, south])?;
/// let app = move || actix_web::App::new().configure(endpoints.clone());
/// # let _app = app; Ok(()) }
/// ```
///
/// # Errors
/// [`MountError`]: two of them would answer at one address, or have one entity ID. Nothing is mounted then.
pub fn together(
    mounts: impl IntoIterator<Item = Mount>,
) -> Result<impl FnOnce(&mut web::ServiceConfig) + Clone + Send, MountError> {
    let mounts: Vec<Mount> = mounts.into_iter().collect();
    let mut by_name: HashMap<&EntityId, &Mount> = HashMap::new();
    for (position, mount) in mounts.iter().enumerate() {
        if by_name.insert(&mount.entity_id, mount).is_some() {
            return Err(MountError::SameEntity(mount.entity_id.clone()));
        }
        if let Some(other) = mounts.iter().take(position).find(|other| other.overlaps(mount)) {
            return Err(MountError::SamePlace {
                first: other.entity_id.clone(),
                second: mount.entity_id.clone(),
                path: mount.path.clone(),
            });
        }
    }
    let mounts: Arc<[Mount]> = mounts.into();
    Ok(move |config: &mut web::ServiceConfig| {
        for mount in mounts.iter() {
            (mount.register)(config);
        }
    })
}

/// Why entities can't stand in one program as they are configured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MountError {
    /// One of them would answer for the other.
    #[error(
        "{first} and {second} would both answer at {path}: give one of them another mount, or each its own host \
         (HostRule::Own)"
    )]
    SamePlace {
        /// The entity that would answer.
        first: EntityId,
        /// The one that would be silent.
        second: EntityId,
        /// Where.
        path: String,
    },
    /// What one of them remembers would be the other's.
    #[error("two entities are called {0}")]
    SameEntity(EntityId),
}

#[cfg(test)]
#[path = "mount/tests.rs"]
mod tests;
