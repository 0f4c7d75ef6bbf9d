//! The parts that the safe wrapper of libxmlsec1 lacks: limits on what a signature may name, and the digested octets.
//!
//! The one module with `unsafe` code in this repository.
#![expect(unsafe_code, reason = "these settings and results have no safe interface")]

use std::ffi::c_int;
use std::slice;
use std::sync::Once;

use libxml::tree::{Document, Node};
use saml_core::crypto::Dissent;
use xmlsec::{XmlSecKey, XmlSecKeyFormat, XmlSecSignatureContext, bindings};

use crate::Unusable;

unsafe extern "C" {
    /// Of `xmlsec/errors.h`, which the wrapper does not bind: whether errors are printed. Writes one flag.
    safe fn xmlSecErrorsDefaultCallbackEnableOutput(enabled: c_int);
}

/// Loads libxmlsec1 and says its version.
pub(crate) fn load() -> Result<String, Unusable> {
    static SILENCE: Once = Once::new();
    // Making a context initialises the library, under a lock of the wrapper.
    drop(XmlSecSignatureContext::new());
    // Its errors quote a stranger's message, which doesn't belong on the terminal.
    SILENCE.call_once(|| xmlSecErrorsDefaultCallbackEnableOutput(0));
    let version =
        [bindings::XMLSEC_VERSION_MAJOR, bindings::XMLSEC_VERSION_MINOR, bindings::XMLSEC_VERSION_SUBMINOR];
    let [major, minor, subminor] = version.map(i32::try_from);
    let (Ok(major), Ok(minor), Ok(subminor)) = (major, minor, subminor) else {
        return Err(Unusable::AnotherVersion);
    };
    let exactly = bindings::xmlSecCheckVersionMode_xmlSecCheckVersionExactMatch;
    // SAFETY: compares four numbers.
    let fits = unsafe { bindings::xmlSecCheckVersionExt(major, minor, subminor, exactly) };
    if fits == 1 { Ok(format!("{major}.{minor}.{subminor}")) } else { Err(Unusable::AnotherVersion) }
}

/// Whether there is a `DOCTYPE`.
pub(crate) fn has_document_type(document: &Document) -> bool {
    // SAFETY: the pointer is that of a document which lives as long as the borrow.
    unsafe { !(*document.doc_ptr()).intSubset.is_null() || !(*document.doc_ptr()).extSubset.is_null() }
}

/// One verification with one key.
pub(crate) struct Verification {
    context: XmlSecSignatureContext,
}

/// What verified.
pub(crate) struct Verified {
    /// The octets of the one reference that were digested.
    pub(crate) octets: Vec<u8>,
}

impl Verification {
    /// With a `SubjectPublicKeyInfo` in DER, and with nothing enabled that the profile has no place for.
    pub(crate) fn new(key: &[u8]) -> Result<Self, Dissent> {
        let key = XmlSecKey::from_memory(key, XmlSecKeyFormat::Der, None)
            .map_err(|_unsupported| Dissent::Unable { reason: "it can't use the key" })?;
        let mut context = XmlSecSignatureContext::new();
        context.insert_key(key);
        // SAFETY: the context is ours and not shared; the classes are static tables of an initialised library.
        let is_confined = unsafe { confine(context.as_ptr()) };
        if is_confined {
            Ok(Self { context })
        } else {
            Err(Dissent::Unable { reason: "it can't be confined to the profile" })
        }
    }

    /// Verifies a signature.
    pub(crate) fn verify(self, signature: &Node) -> Result<Verified, Dissent> {
        match self.context.verify_node(signature) {
            Ok(true) => {}
            Ok(false) => return Err(Dissent::Disagrees { finding: "the signature does not verify" }),
            Err(_unexplained) => {
                return Err(Dissent::Unable {
                    reason: "it knows an algorithm not, or finds the signature malformed",
                });
            }
        }
        // SAFETY: the context has verified a signature and was asked to keep its references; it is ours and not shared.
        let octets = unsafe { digested(self.context.as_ptr()) };
        let octets = octets.ok_or(Dissent::Disagrees { finding: "it finds not exactly one reference" })?;
        Ok(Verified { octets })
    }
}

/// References within the document, enveloped-signature, canonicalisation and SHA; everything else is refused.
///
/// # Safety
/// `context` is a valid context that nobody else uses.
unsafe fn confine(context: *mut bindings::xmlSecDSigCtx) -> bool {
    // SAFETY: as the caller promises; each call returns a static table or adds one to a list in the context.
    unsafe {
        (*context).enabledReferenceUris =
            bindings::xmlSecTransformUriTypeEmpty | bindings::xmlSecTransformUriTypeSameDocument;
        (*context).flags |= bindings::XMLSEC_DSIG_FLAGS_STORE_SIGNEDINFO_REFERENCES;
        let transforms = [
            bindings::xmlSecTransformEnvelopedGetKlass(),
            bindings::xmlSecTransformInclC14NGetKlass(),
            bindings::xmlSecTransformInclC14NWithCommentsGetKlass(),
            bindings::xmlSecTransformInclC14N11GetKlass(),
            bindings::xmlSecTransformInclC14N11WithCommentsGetKlass(),
            bindings::xmlSecTransformExclC14NGetKlass(),
            bindings::xmlSecTransformExclC14NWithCommentsGetKlass(),
            // To libxmlsec1, digests are transforms too. SHA-1 is a matter of the peer's policy, which decided already.
            bindings::xmlSecOpenSSLTransformSha1GetKlass(),
            bindings::xmlSecOpenSSLTransformSha256GetKlass(),
            bindings::xmlSecOpenSSLTransformSha384GetKlass(),
            bindings::xmlSecOpenSSLTransformSha512GetKlass(),
        ];
        transforms
            .into_iter()
            .all(|transform| bindings::xmlSecDSigCtxEnableReferenceTransform(context, transform) == 0)
    }
}

/// The octets that were digested for the only reference; `None` if there is not exactly one reference.
///
/// # Safety
/// `context` is a valid context that nobody else uses, and has verified a signature.
unsafe fn digested(context: *mut bindings::xmlSecDSigCtx) -> Option<Vec<u8>> {
    // SAFETY: as the caller promises. The list owns the reference, which owns the buffer; the octets are copied while
    // the context lives, and each pointer is looked at before it is followed.
    unsafe {
        let references = &raw mut (*context).signedInfoReferences;
        if bindings::xmlSecPtrListGetSize(references) != 1 {
            return None;
        }
        let reference: bindings::xmlSecDSigReferenceCtxPtr =
            bindings::xmlSecPtrListGetItem(references, 0).cast();
        if reference.is_null() {
            return None;
        }
        let buffer = bindings::xmlSecDSigReferenceCtxGetPreDigestBuffer(reference);
        if buffer.is_null() {
            return None;
        }
        let octets = bindings::xmlSecBufferGetData(buffer);
        let length = usize::try_from(bindings::xmlSecBufferGetSize(buffer)).ok()?;
        (!octets.is_null()).then(|| slice::from_raw_parts(octets, length).to_vec())
    }
}
