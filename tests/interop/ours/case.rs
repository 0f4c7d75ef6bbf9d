//! The settings of one login, as the driver's `Case` has them.

use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
pub struct Case {
    pub partner: String,
    pub sign_request: bool,
    pub name_id: Option<String>,
    pub passive: bool,
    pub force: bool,
    pub authn_context: Option<String>,
    pub unsolicited: bool,
    pub sign: Signed,
    pub encrypt: bool,
    pub encrypt_name_id: bool,
    /// What this partner needs of us beyond the default, by name.
    pub relaxations: Vec<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Signed {
    Assertion,
    Response,
    Both,
}
