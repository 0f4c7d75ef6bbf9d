//! Attacks 129, 133 and 134: how the session key travels.

use openssl::rsa::Padding;
use saml_core::base::Relaxation;
use saml_core::crypto::{CipherMode, ContentCipher, DigestAlgorithm, KeyTransport};
use saml_core::xml::{QName, XmlElement, names};

use super::{Desk, Edit};
use crate::forge::corpus::Corpus;
use crate::forge::seal::{Seal, Sealed, algorithm, raw_rsa, wrap};
use crate::forge::{Context, ForgeError, Tree};

pub(super) fn forge(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    pkcs1(desk, corpus)?;
    relabelled(desk, corpus)?;
    oaep_parameters(desk, corpus)?;
    oaep_grammar(desk, corpus)?;
    key_lengths(desk, corpus)
}

const FAILED: &str = "decryption.failed";
const MALFORMED: &str = "encryption.malformed";
const REFUSED: &str = "encryption.algorithm_refused";

/// The genuine assertion, sealed so.
fn sealed(desk: &Desk<'_>, seal: &Seal<'_>) -> Result<Sealed, ForgeError> {
    seal.seal(&desk.plaintext()?)
}

/// Attack 129: wrong padding must look like every other failure.
fn pkcs1(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let good = sealed(desk, &desk.seal().with_transport(KeyTransport::Rsa15))?;
    let tree = desk.response([good.assertion()])?;
    corpus.attack(129, "RSA PKCS#1 v1.5").refused(REFUSED, tree.clone())?;
    corpus
        .attack(129, "RSA PKCS#1 v1.5 where another weakness is conceded")
        .when(|context| context.relaxations = Relaxation::AesCbc.into())
        .refused(REFUSED, tree.clone())?;
    let conceded = |context: &mut Context| context.relaxations = Relaxation::Rsa15.into();
    corpus.attack(129, "RSA PKCS#1 v1.5, by concession").when(conceded).decoy(tree)?;
    let key = good.session_key.expose();
    let padded = |first: [u8; 2], padding: usize, key: &[u8]| {
        let mut block = first.to_vec();
        block.extend(std::iter::repeat_n(0xA5, padding));
        block.push(0);
        block.extend_from_slice(key);
        block.resize(256, 0x5A);
        block
    };
    let fill = |key: &[u8]| 253_usize.saturating_sub(key.len());
    let short = key.split_last().map_or(key, |(_, rest)| rest);
    let long = [key, &[7]].concat();
    let blocks = [
        ("of block type 1", padded([0, 1], fill(key), key)),
        ("that does not begin with nought", padded([1, 2], fill(key), key)),
        ("that is too short", padded([0, 2], 7, key)),
        ("that does not end", [vec![0, 2], vec![0xA5; 254]].concat()),
        ("before a key that is too short", padded([0, 2], fill(short), short)),
        ("before a key that is too long", padded([0, 2], fill(&long), &long)),
        ("before no key", padded([0, 2], 253, &[])),
        ("of noughts", vec![0; 256]),
    ];
    for (title, block) in blocks {
        let mut bad = good.clone();
        bad.wrapped = raw_rsa(desk.to.receiver, &block, Padding::NONE)?;
        let tree = desk.response([bad.assertion()])?;
        corpus.attack(129, format!("PKCS#1 padding {title}")).when(conceded).refused(FAILED, tree)?;
    }
    for length in [0, 1, 128, 255, 257, 512] {
        let mut bad = good.clone();
        bad.wrapped.resize(length, 1);
        let tree = desk.response([bad.assertion()])?;
        corpus
            .attack(129, format!("a wrapped key of {length} octets under PKCS#1"))
            .when(conceded)
            .refused(FAILED, tree)?;
    }
    let other = sealed(desk, &Seal::plain(desk.to.stranger).with_transport(KeyTransport::Rsa15))?;
    let tree = desk.response([other.assertion()])?;
    corpus.attack(129, "PKCS#1 for somebody else").when(conceded).refused(FAILED, tree)
}

/// Attack 133: one algorithm was used and another one is named.
fn relabelled(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let weak = |context: &mut Context| {
        context.relaxations =
            [Relaxation::Rsa15, Relaxation::AesCbc, Relaxation::TripleDesCbc].into_iter().collect();
    };
    let good = sealed(desk, &desk.seal())?;
    let mut as_pkcs1 = good.clone();
    as_pkcs1.transport = KeyTransport::Rsa15;
    let tree = desk.response([as_pkcs1.assertion()])?;
    corpus.attack(133, "OAEP named PKCS#1").refused(REFUSED, tree.clone())?;
    corpus.attack(133, "OAEP named PKCS#1, where that is conceded").when(weak).refused(FAILED, tree)?;
    let mut as_oaep = sealed(desk, &desk.seal().with_transport(KeyTransport::Rsa15))?;
    as_oaep.transport = KeyTransport::oaep_for_any_peer();
    let tree = desk.response([as_oaep.assertion()])?;
    corpus.attack(133, "PKCS#1 named OAEP").refused(FAILED, tree)?;
    for made in ContentCipher::ALL {
        let good = sealed(desk, &desk.seal().with_cipher(made))?;
        for named in ContentCipher::ALL.into_iter().filter(|named| *named != made) {
            let mut bad = good.clone();
            bad.cipher = named;
            let tree = desk.response([bad.assertion()])?;
            let title = format!("{made} named {named}");
            if named.mode() == CipherMode::Cbc {
                corpus.attack(133, title.clone()).refused(REFUSED, tree.clone())?;
                corpus
                    .attack(133, format!("{title}, where that is conceded"))
                    .when(weak)
                    .refused(FAILED, tree)?;
            } else {
                corpus.attack(133, title).refused(FAILED, tree)?;
            }
        }
    }
    Ok(())
}

/// Attack 134: OAEP with other parameters than it says.
fn oaep_parameters(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let (sha1, sha256) = (DigestAlgorithm::Sha1, DigestAlgorithm::Sha256);
    let first = |digest, label: &[u8]| KeyTransport::RsaOaepMgf1p { digest, label: label.to_vec() };
    let second = |digest, mask, label: &[u8]| KeyTransport::RsaOaep { digest, mask, label: label.to_vec() };
    for (title, made, named) in [
        ("another digest", first(sha1, b""), first(sha256, b"")),
        ("another digest the other way round", first(sha256, b""), first(sha1, b"")),
        ("another mask", second(sha256, sha1, b""), second(sha256, sha256, b"")),
        ("another mask the other way round", second(sha256, sha256, b""), second(sha256, sha1, b"")),
        ("digest and mask exchanged", second(sha256, sha1, b""), second(sha1, sha256, b"")),
        ("a label that is not told", first(sha1, b"label"), first(sha1, b"")),
        ("a label that is not there", first(sha1, b""), first(sha1, b"label")),
        ("another label", second(sha256, sha256, b"label"), second(sha256, sha256, b"Label")),
        ("the mask of the first form", second(sha256, sha256, b""), first(sha256, b"")),
    ] {
        let mut bad = sealed(desk, &desk.seal().with_transport(made))?;
        bad.transport = named;
        let tree = desk.response([bad.assertion()])?;
        corpus.attack(134, format!("OAEP: {title}")).refused(FAILED, tree)?;
    }
    Ok(())
}

/// Attack 134: parameters of OAEP that contradict each other, or that nobody knows.
fn oaep_grammar(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let (sha1, sha256) = (DigestAlgorithm::Sha1, DigestAlgorithm::Sha256);
    let method = |edit: Edit<'_>| {
        desk.tampered(&|encrypted| {
            edit(encrypted.part_mut(names::xenc::ENCRYPTED_KEY)?.part_mut(names::xenc::ENCRYPTION_METHOD)?)
        })
    };
    let mask = |uri: &str| algorithm(names::xenc11::MGF, uri);
    let mask_of = |digest| mask(KeyTransport::mask_uri(digest));
    let foreign_mask = QName::new("xenc", names::XENC, "MGF");
    let label = |text: &str| XmlElement::new(names::xenc::OAEP_PARAMS).saying(text);
    let append = |element: XmlElement| {
        method(&|method| {
            method.append(element.clone());
            Ok(())
        })
    };
    for (title, code, tree) in [
        ("a mask for rsa-oaep-mgf1p", MALFORMED, append(mask_of(sha256))?),
        ("two digests", MALFORMED, append(algorithm(names::ds::DIGEST_METHOD, sha256.uri()))?),
        ("an unknown mask", REFUSED, append(mask("http://www.w3.org/2009/xmlenc11#mgf2"))?),
        ("a mask in another namespace", MALFORMED, append(algorithm(foreign_mask, ""))?),
        ("a label after the digest", MALFORMED, append(label("bGFiZWw="))?),
        ("foreign content", MALFORMED, append(XmlElement::new(QName::new("x", "urn:x", "x")))?),
        (
            "a label that is not Base64",
            MALFORMED,
            method(&|method| {
                method.prepend(label("*"));
                Ok(())
            })?,
        ),
        (
            "an unknown digest",
            REFUSED,
            method(&|method| {
                let md5 = "http://www.w3.org/2001/04/xmldsig-more#md5";
                method.part_mut(names::ds::DIGEST_METHOD)?.set("Algorithm", md5);
                Ok(())
            })?,
        ),
        (
            "a digest without a name",
            MALFORMED,
            method(&|method| {
                method.part_mut(names::ds::DIGEST_METHOD)?.unset("Algorithm");
                Ok(())
            })?,
        ),
    ] {
        corpus.attack(134, format!("OAEP: {title} in the message")).refused(code, tree)?;
    }
    corpus.attack(134, "OAEP: the mask that rsa-oaep-mgf1p has anyway").decoy(append(mask_of(sha1))?)?;
    let untold = method(&|method| {
        method.children.clear();
        Ok(())
    })?;
    corpus.attack(134, "OAEP: a digest that is not told").decoy(untold)
}

/// Attack 129: a session key of another length than the cipher's.
fn key_lengths(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let good = sealed(desk, &desk.seal())?;
    for length in [0, 1, 8, 16, 24, 31, 33, 48, 64] {
        let mut key = good.session_key.expose().to_vec();
        key.resize(length, 7);
        let mut bad = good.clone();
        bad.wrapped = wrap(desk.to.receiver, &good.transport, &key)?;
        let tree = desk.response([bad.assertion()])?;
        corpus.attack(129, format!("a session key of {length} octets for AES-256")).refused(FAILED, tree)?;
    }
    for length in [0, 1, 16, 128, 255, 257, 512] {
        let mut bad = good.clone();
        bad.wrapped.resize(length, 1);
        let tree = desk.response([bad.assertion()])?;
        corpus.attack(129, format!("a wrapped key of {length} octets")).refused(FAILED, tree)?;
    }
    for position in [0, 1, 100, 254, 255] {
        let mut bad = good.clone();
        if let Some(octet) = bad.wrapped.get_mut(position) {
            *octet ^= 1;
        }
        let tree = desk.response([bad.assertion()])?;
        corpus.attack(129, format!("octet {position} of the wrapped key changed")).refused(FAILED, tree)?;
    }
    Ok(())
}
