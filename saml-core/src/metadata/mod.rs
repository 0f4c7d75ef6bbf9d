//! Floor 5: the types of the SAML metadata schema. May import `base`, `xml`, `assertion` and the data types of `dsig` and `enc`.
//!
//! Plain data, as [Metadata §2] names it: nothing here judges. A descriptor that was read has the order and the
//! cardinality that the schema asks for; whether it may be believed is for `trust` to say.
//!
//! Open on purpose, since every federation extends metadata: attributes that a type doesn't know are passed over, roles
//! of other protocols are kept as they were. Elements with neither content nor attributes are neither read nor written
//! (ADFS-06).

mod additional_metadata_location;
mod attribute_consuming_service;
mod cache_duration;
mod contact_person;
mod display_name;
mod empty_part;
mod encryption_method;
mod endpoint;
mod entities_descriptor;
mod entity_descriptor;
mod extensions;
mod idp_sso_descriptor;
mod indexed_endpoint;
mod key_descriptor;
mod key_value;
mod localized;
mod organization;
mod outgoing;
mod role;
mod role_descriptor;
mod sp_sso_descriptor;
mod sso_descriptor;

pub use additional_metadata_location::AdditionalMetadataLocation;
pub use attribute_consuming_service::{AttributeConsumingService, RequestedAttribute};
pub(crate) use cache_duration::cache_duration;
pub use cache_duration::{CacheDuration, InvalidCacheDuration};
pub use contact_person::{ContactPerson, ContactType};
pub use empty_part::EmptyPart;
pub use encryption_method::EncryptionMethod;
pub use endpoint::Endpoint;
pub use entities_descriptor::{EntitiesDescriptor, EntitiesMember};
pub use entity_descriptor::{EntityContent, EntityDescriptor};
pub use extensions::Extensions;
pub use idp_sso_descriptor::IdpSsoDescriptor;
pub use indexed_endpoint::IndexedEndpoint;
pub use key_descriptor::{KeyDescriptor, KeyUse};
pub use key_value::KeyValue;
pub use localized::Localized;
pub use organization::Organization;
pub use role::Role;
pub use role_descriptor::RoleDescriptor;
pub use sp_sso_descriptor::SpSsoDescriptor;
pub use sso_descriptor::SsoDescriptor;

#[cfg(test)]
mod tests;
