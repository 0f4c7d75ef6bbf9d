//! Floor 2: elements of XML Encryption. Imports nothing of this crate.

use super::{XENC, elements};

elements! {
    "xenc", XENC;
    ENCRYPTED_DATA = "EncryptedData",
    ENCRYPTED_KEY = "EncryptedKey",
    ENCRYPTION_METHOD = "EncryptionMethod",
    KEY_SIZE = "KeySize",
    OAEP_PARAMS = "OAEPparams",
    CIPHER_DATA = "CipherData",
    CIPHER_VALUE = "CipherValue",
    CIPHER_REFERENCE = "CipherReference",
    REFERENCE_LIST = "ReferenceList",
    DATA_REFERENCE = "DataReference",
    KEY_REFERENCE = "KeyReference",
    CARRIED_KEY_NAME = "CarriedKeyName",
    ENCRYPTION_PROPERTIES = "EncryptionProperties",
    AGREEMENT_METHOD = "AgreementMethod",
}
