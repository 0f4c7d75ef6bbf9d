//! The settings of one login, as the driver's `Case` has them.

use saml_core::base::danger::{Relaxation, Relaxations};
use serde::Deserialize;

use crate::Failure;

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

impl Case {
    pub fn relaxations(&self) -> Result<Relaxations, Failure> {
        let unsolicited = self.unsolicited.then_some("unsolicited");
        let names = self.relaxations.iter().map(String::as_str).chain(unsolicited);
        names.map(|name| Ok(name.parse::<Relaxation>()?)).collect()
    }
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Signed {
    Assertion,
    Response,
    Both,
}
