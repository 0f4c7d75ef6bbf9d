//! One event, with its time, its parties and its number.

use std::fmt;

use saml_core::base::{EntityId, SamlInstant};

use super::{CorrelationId, Event};

/// An event that took place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Occurrence {
    /// When.
    pub at: SamlInstant,
    /// The number of the exchange. The events of one login at a service provider share it, from start to session.
    pub correlation_id: CorrelationId,
    /// The configured peer; `None` if there is none or it is unknown.
    pub peer: Option<EntityId>,
    /// The network that somebody tried from.
    pub client: Option<String>,
    /// The person, where it is known who it is.
    pub person: Option<Person>,
    /// What happened.
    pub event: Event,
}

impl Occurrence {
    /// This event, with nobody yet.
    #[must_use]
    pub const fn new(event: Event, correlation_id: CorrelationId, at: SamlInstant) -> Self {
        Self { at, correlation_id, peer: None, client: None, person: None, event }
    }

    /// The same, with this peer.
    #[must_use]
    pub fn with(mut self, peer: Option<&EntityId>) -> Self {
        self.peer = peer.cloned();
        self
    }

    /// The same, from this network.
    #[must_use]
    pub fn from_client(mut self, client: &str) -> Self {
        self.client = Some(client.to_owned());
        self
    }

    /// The same, about this person.
    #[must_use]
    pub fn about(mut self, person: Option<Person>) -> Self {
        self.person = person;
        self
    }
}

/// A person, as an audit may name them. `Debug` names nobody.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Person {
    /// All that makes the person this one and no other, as one text: the log has an HMAC of it.
    pub principal: String,
    /// Their user name, at an identity provider.
    pub user_name: Option<String>,
    /// Their name between the two providers, the NameID.
    pub name_id: Option<String>,
    /// Their attributes, by name. The values are there only for a sink that is configured to have them.
    pub attributes: Vec<(String, Vec<String>)>,
}

impl Person {
    /// A person of whom nothing else is told.
    #[must_use]
    pub const fn new(principal: String) -> Self {
        Self { principal, user_name: None, name_id: None, attributes: Vec::new() }
    }

    /// The same, with this user name.
    #[must_use]
    pub fn with_user_name(mut self, user_name: &str) -> Self {
        self.user_name = Some(user_name.to_owned());
        self
    }

    /// The same, with this NameID.
    #[must_use]
    pub fn with_name_id(mut self, name_id: &str) -> Self {
        self.name_id = Some(name_id.to_owned());
        self
    }

    /// The same, with these attributes.
    #[must_use]
    pub fn with_attributes(mut self, attributes: impl IntoIterator<Item = (String, Vec<String>)>) -> Self {
        self.attributes = attributes.into_iter().collect();
        self
    }

    pub(crate) fn without_values(mut self) -> Self {
        for (_, values) in &mut self.attributes {
            values.clear();
        }
        self
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(…)")
    }
}
