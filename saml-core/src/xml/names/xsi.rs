//! Floor 2: attributes of XML Schema instances. Imports nothing of this crate.

use super::XSI;
use crate::xml::QName;

/// `xsi:type`.
pub const TYPE: QName<'static> = QName::new("xsi", XSI, "type");
/// `xsi:nil`.
pub const NIL: QName<'static> = QName::new("xsi", XSI, "nil");
