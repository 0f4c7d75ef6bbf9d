//! Who is signed in.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use saml_core::assertion::{
    Assertion, AttributeValue, AuthnContextClassRef, NameId, NameIdFormat, SubjectIdentifier,
};
use saml_core::base::{ClockSkew, EntityId, SamlInstant};
use saml_core::validation::Accepted;
use saml_provider::event::Person;
use serde::{Deserialize, Serialize};

mod record;

pub(crate) use record::SessionRecord;

/// A person who signed in, as the identity provider described them.
///
/// The account key is the pair of `idp` and `name_id`: the same name from another provider is another person
/// (attack 191). Values are as they came, never trimmed or folded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Session {
    /// The identity provider that vouches.
    pub idp: EntityId,
    /// The person's name there; `None` only for a peer whose policy allows it.
    pub name_id: Option<SessionNameId>,
    /// The attributes, in the order of the assertion. Those of one name and format are joined (KC-01).
    pub attributes: Vec<SessionAttribute>,
    /// The provider's name of its session, needed for single logout.
    pub session_index: Option<String>,
    /// How the person authenticated.
    pub authn_context: Option<AuthnContextClassRef>,
    /// When the person authenticated.
    pub authn_instant: SamlInstant,
    /// When this session began.
    pub created_at: SamlInstant,
    /// When it ends at the latest, exclusive. It ends earlier if it is not used for
    /// [`Lifetimes::idle`](crate::config::Lifetimes::idle).
    pub expires_at: SamlInstant,
}

/// A `NameID`, byte for byte as it came; logout needs it so (ENTRA-26).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionNameId {
    /// The name.
    pub value: String,
    /// Its kind; absent means unspecified.
    pub format: Option<NameIdFormat>,
    /// The domain of the name.
    pub name_qualifier: Option<String>,
    /// The service provider for which it was made.
    pub sp_name_qualifier: Option<String>,
    /// The alias that a service provider gave it.
    pub sp_provided_id: Option<String>,
}

/// An attribute of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionAttribute {
    /// Its name, which means something only together with its format.
    pub name: String,
    /// How to read the name, a URI.
    pub name_format: Option<String>,
    /// A label for people. Never decide anything by it (attack 196).
    pub friendly_name: Option<String>,
    /// The text values.
    pub values: Vec<String>,
}

impl Session {
    /// The most that is kept of one session, in octets of JSON: some thousand values. It is read with each request of
    /// the person, so a provider that says more about somebody is refused (`session.too_large`).
    pub const MAX_OCTETS: usize = 256 * 1024;

    /// The most that an application keeps beside one session, in octets of JSON.
    pub const MAX_DATA_OCTETS: usize = 64 * 1024;

    /// A session of nobody, without attributes, for tests of an application: its fields can be set. It is stored nowhere,
    /// and no cookie leads to it.
    #[must_use]
    pub const fn new(idp: EntityId, created_at: SamlInstant, expires_at: SamlInstant) -> Self {
        Self {
            idp,
            name_id: None,
            attributes: Vec::new(),
            session_index: None,
            authn_context: None,
            authn_instant: created_at,
            created_at,
            expires_at,
        }
    }

    /// The first value of the attribute of this name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attribute_values(name).next()
    }

    /// All values of the attributes of this name, whatever their format.
    pub fn attribute_values(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.attributes.iter().filter(move |attribute| attribute.name == name);
        named.flat_map(|attribute| attribute.values.iter().map(String::as_str))
    }

    /// The principal of the session as one text; `None` if it is unknown.
    pub(crate) fn principal(&self) -> Option<String> {
        principal(&self.idp, self.name_id.as_ref()?)
    }

    /// The person, as the audit may name them.
    pub(crate) fn person(&self) -> Option<Person> {
        let name = self.name_id.as_ref()?;
        let attributes = self.attributes.iter().map(|one| (one.name.clone(), one.values.clone()));
        Some(Person::new(self.principal()?).with_name_id(&name.value).with_attributes(attributes))
    }

    /// The session that an accepted assertion begins.
    pub(crate) fn of(accepted: &Accepted<Assertion>, longest: Duration, skew: ClockSkew) -> Self {
        let now = accepted.at();
        let statement = accepted.authn_statements().next();
        let stated =
            accepted.authn_statements().filter_map(|statement| statement.session_not_on_or_after).min();
        let end = end_of_session(now, stated, longest, skew);
        Self {
            idp: accepted.issuer().clone(),
            name_id: name_of(accepted).map(SessionNameId::of),
            attributes: attributes_of(accepted),
            session_index: statement.and_then(|s| s.session_index.clone()),
            authn_context: statement.and_then(|s| s.authn_context.class_ref.clone()),
            authn_instant: statement.map_or(now, |s| s.authn_instant),
            created_at: now,
            expires_at: end,
        }
    }
}

/// Who has this name at this identity provider, as one text.
pub(crate) fn principal(idp: &EntityId, name: &SessionNameId) -> Option<String> {
    let format = name.format.as_ref().map(NameIdFormat::uri);
    let whole = (idp.as_str(), &name.value, format, &name.name_qualifier, &name.sp_name_qualifier);
    serde_json::to_string(&whole).ok()
}

/// Our own limit, or the peer's if that comes first. The peer's clock may be off: where the check allowed for that the
/// session must, too, or a login would be accepted into a session that is over.
fn end_of_session(
    now: SamlInstant,
    stated: Option<SamlInstant>,
    longest: Duration,
    skew: ClockSkew,
) -> SamlInstant {
    let ours = now.saturating_add(longest);
    stated.map_or(ours, |stated| stated.saturating_add(skew.as_duration()).min(ours))
}

impl SessionAttribute {
    /// An attribute of this name, with these values.
    pub fn new<V: Into<String>>(name: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        Self { name: name.into(), name_format: None, friendly_name: None, values }
    }
}

impl SessionNameId {
    /// This name, without format and qualifiers.
    pub fn new(value: impl Into<String>) -> Self {
        let value = value.into();
        Self { value, format: None, name_qualifier: None, sp_name_qualifier: None, sp_provided_id: None }
    }

    /// The name for a page, if it is of a kind that people know: a mail address, or one of no stated kind. Persistent
    /// and transient names tell nobody anything, and are not for anybody's eyes.
    #[must_use]
    pub fn readable(&self) -> Option<&str> {
        let is_readable =
            matches!(self.format, None | Some(NameIdFormat::Unspecified | NameIdFormat::EmailAddress));
        is_readable.then_some(&*self.value)
    }

    fn of(name: &NameId) -> Self {
        Self {
            value: name.value.clone(),
            format: name.format.clone(),
            name_qualifier: name.name_qualifier.clone(),
            sp_name_qualifier: name.sp_name_qualifier.clone(),
            sp_provided_id: name.sp_provided_id.clone(),
        }
    }
}

fn name_of(assertion: &Assertion) -> Option<&NameId> {
    match assertion.subject.as_ref()?.identifier.as_ref()? {
        SubjectIdentifier::NameId(name) => Some(name),
        SubjectIdentifier::BaseId(_) | SubjectIdentifier::EncryptedId(_) => None,
    }
}

fn attributes_of(assertion: &Assertion) -> Vec<SessionAttribute> {
    let attributes = assertion.attributes().map(|attribute| {
        let name_format = attribute.name_format.as_ref().map(|format| format.uri());
        let values = attribute.values.iter().filter_map(text_of).collect();
        let session_attribute = SessionAttribute {
            name: attribute.name.clone(),
            name_format: name_format.map(str::to_owned),
            friendly_name: attribute.friendly_name.clone(),
            values,
        };
        ((attribute.name.as_str(), name_format), session_attribute)
    });
    joined(attributes, |first, another| first.values.extend(another.values))
}

/// One for each key, in the order in which the keys come first; `join` adds those that follow to it.
///
/// Each key is looked up once, so that the work grows with the number of them and not with its square.
fn joined<K: Hash + Eq, V>(keyed: impl Iterator<Item = (K, V)>, join: impl Fn(&mut V, V)) -> Vec<V> {
    let mut firsts: Vec<V> = Vec::new();
    let mut places: HashMap<K, usize> = HashMap::new();
    for (key, value) in keyed {
        let place = *places.entry(key).or_insert(firsts.len());
        match firsts.get_mut(place) {
            Some(first) => join(first, value),
            None => firsts.push(value),
        }
    }
    firsts
}

/// The value as text; a value that is XML or nothing has none.
fn text_of(value: &AttributeValue) -> Option<String> {
    match value {
        AttributeValue::Text(text) => Some(text.clone()),
        AttributeValue::Nil | AttributeValue::Xml(_) => None,
    }
}

#[cfg(test)]
mod tests;
