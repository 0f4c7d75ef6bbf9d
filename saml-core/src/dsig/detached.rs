//! Floor 4: a signature that stands beside a message, over raw octets.

/// The signature of a Redirect or SimpleSign message as it came: nothing of it is verified yet.
///
/// `octets` are exactly those received on the wire [Bindings §3.4.4.1]; they are never rebuilt from decoded
/// values, because two encoders need not agree (ENTRA-14, ADFS-01).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetachedSignature {
    /// The value of `SigAlg`, an algorithm URI named by the sender.
    pub algorithm: String,
    /// The decoded value of `Signature`.
    pub value: Vec<u8>,
    /// The octets that the signature covers.
    pub octets: Vec<u8>,
}
