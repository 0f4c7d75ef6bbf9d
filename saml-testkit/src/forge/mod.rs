//! Hostile messages: the attack catalogue as data.
//!
//! A [`Specimen`] is one good Response, made from keys alone or taken from outside. [`attacks_on`] takes it apart and
//! yields every attack of the catalogue that can be expressed on it, each with the code of the verdict that it must
//! get; [`attacks_by_encryption`] adds those that encrypt something to the receiver, [`attacks_on_requests`],
//! [`attacks_on_logout`] and [`attacks_on_metadata`] do the same for an AuthnRequest in a query, for the messages of
//! logout and for signed metadata. [`deliver`] hands a message to the product, [`examine`] any acceptor a whole corpus.
//!
//! Some attacks are signed with the genuine key though no attacker has it: then nothing but the rule under attack can
//! refuse the message, and the code proves that this rule did.

mod attacks;
mod certificate;
mod corpus;
mod deliver;
mod error;
mod examine;
mod gate;
pub mod good;
mod keyring;
mod keys;
mod message;
mod record;
mod scene;
mod seal;
pub(crate) mod sign;
mod specimen;
mod splice;
mod template;
#[cfg(test)]
mod tests;
mod tree;

pub use attacks::{
    Planned, Section, attacks_by_encryption, attacks_in, attacks_on, attacks_on_logout, attacks_on_metadata,
    attacks_on_requests, plan,
};
pub use deliver::{Decision, Identity, decide, deliver};
pub use error::ForgeError;
pub use examine::{Examination, Fault, FaultKind, examine};
pub use good::Signed;
pub use keyring::{DecryptionKeyring, Keyring};
pub(crate) use keyring::{throwaway_recipient, throwaway_signer};
pub use keys::{Keys, Recipients};
pub use message::{Expected, Family, ForgedMessage, Outcome, Receiver, Wire};
pub use record::{PinnedCertificate, ReceiverKeyFiles, Recorded, record};
pub use scene::{Begun, Context, INTRUDER, Scene, Waiting};
pub use specimen::Specimen;
pub use splice::Splice;
pub use template::Template;
pub use tree::Tree;
