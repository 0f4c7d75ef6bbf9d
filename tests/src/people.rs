//! The people who may sign in at the identity providers of a world.

use std::sync::OnceLock;

use saml_core::base::Secret;

/// The password of everybody.
pub const PASSWORD: &str = "correct horse";
/// A person with a mail address.
pub const ADA: &str = "ada";
/// A person without one.
pub const BOB: &str = "bob";

/// Hashing is slow on purpose, so it is done once.
pub(crate) fn users() -> &'static str {
    static USERS: OnceLock<String> = OnceLock::new();
    USERS.get_or_init(|| {
        let hash = saml_idp::hash_password(&Secret::new(PASSWORD.as_bytes().to_vec())).unwrap();
        format!(
            "[users.{ADA}]\npassword = \"{hash}\"\n[users.{ADA}.attributes]\n\
             displayName = [\"Ada Lovelace\"]\nmail = [\"ada@example.org\"]\neduPersonAffiliation = [\"member\", \"staff\"]\n\
             [users.{BOB}]\npassword = \"{hash}\"\n"
        )
    })
}
