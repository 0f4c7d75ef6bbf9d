//! Attacks 39, 133, 134, 140 and 142: session keys under a key that is shared, or is said to be.

use openssl::rand::rand_bytes;
use saml_core::base::Secret;
use saml_core::crypto::{ContentCipher, KeyTransport, KeyWrap, SharedKey};
use saml_core::trust::SharedKeys;
use saml_core::xml::{QName, XmlElement, names};

use super::Desk;
use super::keys::with_keys;
use crate::forge::corpus::Corpus;
use crate::forge::seal::{Sealed, algorithm, cipher_data, encrypted_key, gcm};
use crate::forge::{Context, ForgeError, Tree};

pub(super) fn forge(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    genuine(desk, corpus)?;
    beside_others(desk, corpus)?;
    by_whoever_shares(desk, corpus)?;
    strange_keys(desk, corpus)?;
    tampered(desk, corpus)?;
    relabelled(desk, corpus)?;
    parameters(desk, corpus)?;
    not_shared(desk, corpus)?;
    too_many(desk, corpus)
}

const FAILED: &str = "decryption.failed";
const MALFORMED: &str = "encryption.malformed";
const REFUSED: &str = "encryption.algorithm_refused";
const NO_KEY: &str = "decryption.no_key";

/// An `EncryptedKey` of these octets.
fn wrapped(uri: &str, octets: &[u8]) -> XmlElement {
    XmlElement::new(names::xenc::ENCRYPTED_KEY)
        .holding(algorithm(names::xenc::ENCRYPTION_METHOD, uri))
        .holding(cipher_data(octets))
}

/// The session key under a shared key, as the peer wraps it.
fn under(key: &SharedKey, session_key: &Secret) -> Result<XmlElement, ForgeError> {
    Ok(wrapped(key.algorithm().uri(), &key.wrap_key(session_key)?))
}

/// The same with hints about the key.
fn hinting(key: &XmlElement, hints: impl IntoIterator<Item = XmlElement>) -> Result<XmlElement, ForgeError> {
    let mut key = key.clone();
    let info = hints.into_iter().fold(XmlElement::new(names::ds::KEY_INFO), Tree::holding);
    key.insert_before(names::xenc::CIPHER_DATA, info)?;
    Ok(key)
}

fn named(name: &str) -> XmlElement {
    XmlElement::new(names::ds::KEY_NAME).saying(name)
}

/// A key of so many octets that nobody has.
fn strange(wrap: KeyWrap) -> Result<SharedKey, ForgeError> {
    let mut octets = vec![0; wrap.key_octets()];
    rand_bytes(&mut octets)?;
    Ok(SharedKey::new(Secret::new(octets))?)
}

/// The Response whose assertion is encrypted, its key in this element.
fn carrying(desk: &Desk<'_>, good: &Sealed, keys: &[XmlElement]) -> Result<XmlElement, ForgeError> {
    desk.response([with_keys(good, &[], keys, &[])?])
}

/// Messages that must be opened: every cipher under each shared key, whatever the key is called.
fn genuine(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    for key in [desk.to.shared, desk.to.short_shared] {
        let wrap = key.algorithm();
        for cipher in [ContentCipher::Aes128Gcm, ContentCipher::Aes192Gcm, ContentCipher::Aes256Gcm] {
            let good = desk.seal().with_cipher(cipher).seal(&desk.plaintext()?)?;
            let tree = carrying(desk, &good, &[under(key, &good.session_key)?])?;
            corpus.attack(140, format!("genuinely wrapped by {wrap} for {cipher}")).decoy(tree)?;
        }
        let good = desk.seal().seal(&desk.plaintext()?)?;
        let ours = under(key, &good.session_key)?;
        let unnamed = hinting(&ours, [XmlElement::new(names::ds::X509_DATA)])?;
        let mut sized = ours.clone();
        let bits = wrap.key_octets().saturating_mul(8).to_string();
        sized
            .part_mut(names::xenc::ENCRYPTION_METHOD)?
            .append(XmlElement::new(names::xenc::KEY_SIZE).saying(&bits));
        for (title, ours) in [
            ("under its name", hinting(&ours, [named("shared")])?),
            ("under the name of another key", hinting(&ours, [named("another")])?),
            ("under two names", hinting(&ours, [named("another"), named("shared")])?),
            ("under an empty name", hinting(&ours, [named("")])?),
            ("without its name", unnamed),
            ("with its own KeySize", sized),
            (
                "for somebody else, it is said",
                ours.clone().with("Recipient", "https://other.example.com/saml"),
            ),
        ] {
            let tree = carrying(desk, &good, &[ours])?;
            corpus.attack(140, format!("{wrap} {title}")).decoy(tree)?;
        }
        let tree = desk.response([with_keys(&good, &[], &[], &[ours])?])?;
        corpus.attack(140, format!("{wrap} beside the data")).decoy(tree)?;
    }
    Ok(())
}

/// Any key that we have opens, whatever stands beside it.
fn beside_others(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let good = desk.seal().seal(&desk.plaintext()?)?;
    let (by_rsa, shared) = (good.key(), under(desk.to.shared, &good.session_key)?);
    let theirs = good.key_for(desk.to.stranger)?;
    let pkcs1 = encrypted_key(&KeyTransport::Rsa15, &good.wrapped);
    let mut others = vec![
        ("by RSA for somebody else".to_owned(), theirs),
        ("by PKCS#1, which is not conceded".to_owned(), pkcs1),
        ("by RSA for another ciphertext".to_owned(), desk.seal().seal(b"")?.key()),
    ];
    for wrap in KeyWrap::ALL {
        others.push((format!("by {wrap} under somebody's key"), under(&strange(wrap)?, &good.session_key)?));
    }
    for (title, other) in others {
        for (own, ours) in [("RSA", &by_rsa), ("key wrap", &shared)] {
            for (place, keys) in
                [("before", [ours.clone(), other.clone()]), ("after", [other.clone(), ours.clone()])]
            {
                let tree = carrying(desk, &good, &keys)?;
                corpus.attack(140, format!("ours by {own} {place} one {title}")).decoy(tree)?;
            }
        }
    }
    let alone = |context: &mut Context| {
        let shared = context.decryption_keys.shared_keys().clone();
        context.decryption_keys = saml_core::trust::DecryptionKeys::NONE.clone().with_shared_keys(shared);
    };
    let tree = carrying(desk, &good, &[by_rsa.clone(), shared.clone()])?;
    corpus.attack(140, "by RSA and by key wrap, where only a key is shared").when(alone).decoy(tree)?;
    let tree = carrying(desk, &good, &[by_rsa.clone(), shared])?;
    corpus.attack(140, "by RSA and by key wrap, where none is shared").when(unshared).decoy(tree)?;
    let tree = carrying(desk, &good, &[by_rsa])?;
    corpus.attack(140, "by RSA, where only a key is shared").when(alone).refused(NO_KEY, tree)
}

fn unshared(context: &mut Context) {
    context.decryption_keys = context.decryption_keys.clone().with_shared_keys(SharedKeys::NONE);
}

/// Attack 39: who has the key is not thereby the peer.
fn by_whoever_shares(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let mut response = desk.s.bare();
    let assertion = response.cut(names::saml::ASSERTION)?;
    let good = desk.seal().seal(&assertion.to_octets()?)?;
    response.append(with_keys(&good, &[], &[under(desk.to.shared, &good.session_key)?], &[])?);
    corpus.attack(39, "an unsigned assertion under the shared key").refused("signature.missing", response)
}

/// Attack 140: keys of the right length that are not ours.
fn strange_keys(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let good = desk.seal().seal(&desk.plaintext()?)?;
    for wrap in KeyWrap::ALL {
        // We share no key of 192 bits.
        let code = if wrap == KeyWrap::Aes192 { NO_KEY } else { FAILED };
        let octets = strange(wrap)?.wrap_key(&good.session_key)?;
        for (title, octets) in [
            ("a key that is not ours", octets.clone()),
            ("a key that is not ours, changed", flipped(&octets, 0)),
            ("noise", vec![0x5A; 40]),
            ("nothing", Vec::new()),
            ("the session key in clear", good.session_key.expose().to_vec()),
            ("what was wrapped by RSA", good.wrapped.clone()),
        ] {
            let key = wrapped(wrap.uri(), &octets);
            corpus
                .attack(140, format!("{wrap} of {title}"))
                .refused(code, carrying(desk, &good, std::slice::from_ref(&key))?)?;
            let key = hinting(&key, [named("shared")])?;
            corpus
                .attack(140, format!("{wrap} of {title}, under the name of ours"))
                .refused(code, carrying(desk, &good, &[key])?)?;
        }
    }
    for uri in [
        "http://www.w3.org/2001/04/xmlenc#kw-tripledes",
        "http://www.w3.org/2009/xmlenc11#kw-aes-128-pad",
        "http://www.w3.org/2001/04/xmlenc#KW-AES256",
        "http://www.w3.org/2001/04/xmlenc#dh",
        "http://www.w3.org/2009/xmlenc11#ECDH-ES",
        "http://www.w3.org/2009/xmlenc11#aes256-gcm",
        "",
    ] {
        let tree = carrying(desk, &good, &[wrapped(uri, &good.wrapped)])?;
        corpus.attack(140, format!("a key wrapped by {uri:?}")).refused(REFUSED, tree)?;
    }
    Ok(())
}

fn flipped(octets: &[u8], position: usize) -> Vec<u8> {
    let mut octets = octets.to_vec();
    if let Some(octet) = octets.get_mut(position) {
        *octet ^= 1;
    }
    octets
}

/// Attack 140: a session key that was wrapped under our key and changed on its way.
fn tampered(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let good = desk.seal().seal(&desk.plaintext()?)?;
    for key in [desk.to.shared, desk.to.short_shared] {
        let wrap = key.algorithm();
        let octets = key.wrap_key(&good.session_key)?;
        let mut failing = |title: String, octets: &[u8]| {
            let tree = carrying(desk, &good, &[wrapped(wrap.uri(), octets)])?;
            corpus.attack(140, format!("{wrap}: {title}")).refused(FAILED, tree)
        };
        for position in [0, 7, 8, 15, 20, 31, 32, 39] {
            failing(format!("octet {position} changed"), &flipped(&octets, position))?;
        }
        for length in [0, 1, 8, 16, 24, 32, 39] {
            failing(format!("cut to {length} octets"), octets.get(..length).unwrap_or_default())?;
            failing(format!("the last {length} octets"), octets.get(40 - length..).unwrap_or_default())?;
        }
        for more in [1, 8, 16, 4096] {
            failing(format!("{more} octets more"), &[octets.clone(), vec![0; more]].concat())?;
        }
        let (first, rest) = octets.split_at_checked(8).unwrap_or_default();
        let (second, rest) = rest.split_at_checked(8).unwrap_or_default();
        failing("two blocks exchanged".to_owned(), &[second, first, rest].concat())?;
        failing("twice".to_owned(), &octets.repeat(2))?;
        for length in [16, 24, 40, 64] {
            let other = key.wrap_key(&Secret::new(vec![7; length]))?;
            failing(format!("a session key of {length} octets for AES-256"), &other)?;
        }
        failing("another session key".to_owned(), &key.wrap_key(&Secret::new(vec![7; 32]))?)?;
    }
    Ok(())
}

/// Attack 133: one algorithm was used and another one is named.
fn relabelled(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let good = desk.seal().seal(&desk.plaintext()?)?;
    for key in [desk.to.shared, desk.to.short_shared] {
        let octets = key.wrap_key(&good.session_key)?;
        let made = key.algorithm();
        for named in KeyWrap::ALL.into_iter().filter(|named| *named != made) {
            let code = if named == KeyWrap::Aes192 { NO_KEY } else { FAILED };
            let tree = carrying(desk, &good, &[wrapped(named.uri(), &octets)])?;
            corpus.attack(133, format!("{made} named {named}")).refused(code, tree)?;
        }
        let tree = carrying(desk, &good, &[encrypted_key(&good.transport, &octets)])?;
        corpus.attack(133, format!("{made} named RSA-OAEP")).refused(FAILED, tree)?;
        let conceded = |context: &mut Context| {
            context.relaxations = saml_core::base::Relaxation::Rsa15.into();
        };
        let tree = carrying(desk, &good, &[encrypted_key(&KeyTransport::Rsa15, &octets)])?;
        corpus.attack(133, format!("{made} named PKCS#1")).refused(REFUSED, tree.clone())?;
        corpus
            .attack(133, format!("{made} named PKCS#1, where that is conceded"))
            .when(conceded)
            .refused(FAILED, tree)?;
        let tree = carrying(desk, &good, &[wrapped(made.uri(), &good.wrapped)])?;
        corpus.attack(133, format!("RSA-OAEP named {made}")).refused(FAILED, tree)?;
    }
    Ok(())
}

/// Attack 134: AES key wrap has no parameters.
fn parameters(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let good = desk.seal().seal(&desk.plaintext()?)?;
    let ours = under(desk.to.shared, &good.session_key)?;
    let sha1 = "http://www.w3.org/2000/09/xmldsig#sha1";
    let size = |text: &str| XmlElement::new(names::xenc::KEY_SIZE).saying(text);
    for (title, parameter) in [
        ("a label of OAEP", XmlElement::new(names::xenc::OAEP_PARAMS).saying("bGFiZWw=")),
        ("an empty label of OAEP", XmlElement::new(names::xenc::OAEP_PARAMS)),
        ("a digest", algorithm(names::ds::DIGEST_METHOD, sha1)),
        ("a mask", algorithm(names::xenc11::MGF, "http://www.w3.org/2009/xmlenc11#mgf1sha1")),
        ("the KeySize of another key", size("128")),
        ("a KeySize in octets", size("32")),
        ("a KeySize that is none", size("x")),
        ("foreign content", XmlElement::new(QName::new("x", "urn:x", "x"))),
    ] {
        for (whose, key) in [
            ("ours", ours.clone()),
            ("somebody's", { under(&strange(KeyWrap::Aes256)?, &good.session_key)? }),
        ] {
            let mut key = key;
            key.part_mut(names::xenc::ENCRYPTION_METHOD)?.append(parameter.clone());
            let tree = carrying(desk, &good, &[key])?;
            corpus.attack(134, format!("kw-aes256 under {whose} with {title}")).refused(MALFORMED, tree)?;
        }
    }
    let hidden = named("shared").holding(XmlElement::new(QName::new("x", "urn:x", "x")));
    let tree = carrying(desk, &good, &[hinting(&ours, [hidden])?])?;
    corpus.attack(134, "kw-aes256 with an element in its name, which then names nothing").decoy(tree)?;
    for (title, hint) in [
        ("a pointer to a key", XmlElement::new(names::ds::RETRIEVAL_METHOD).with("URI", "#_key")),
        ("another wrapped key in it", under(desk.to.short_shared, &good.session_key)?),
    ] {
        let tree = carrying(desk, &good, &[hinting(&ours, [hint])?])?;
        corpus.attack(134, format!("kw-aes256 with {title}")).refused(MALFORMED, tree)?;
    }
    Ok(())
}

/// Attack 140: wrapped keys under keys that nobody shares.
fn not_shared(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let good = desk.seal().seal(&desk.plaintext()?)?;
    for key in [desk.to.shared, desk.to.short_shared] {
        let tree = carrying(desk, &good, &[under(key, &good.session_key)?])?;
        corpus
            .attack(140, format!("{} where no key is shared", key.algorithm()))
            .when(unshared)
            .refused(NO_KEY, tree)?;
    }
    // Not key wrap: the content is encrypted under the shared key itself, which wears the key out.
    let mut vector = [0; 12];
    rand_bytes(&mut vector)?;
    let mut direct = good.clone();
    direct.content = gcm(desk.to.shared_octets, &vector, &desk.plaintext()?, 16)?;
    for name in ["shared", "another"] {
        let tree = desk.response([with_keys(&direct, &[named(name)], &[], &[])?])?;
        corpus
            .attack(140, format!("content under the shared key itself, which is called {name}"))
            .refused(NO_KEY, tree)?;
    }
    let zero = desk.to.shared.wrap_key(&Secret::new(vec![0; 32]))?;
    let tree = desk.response([with_keys(&direct, &[], &[wrapped(KeyWrap::Aes256.uri(), &zero)], &[])?])?;
    corpus.attack(140, "content under the shared key itself, another one wrapped").refused(FAILED, tree)?;
    let itself = desk.to.shared.wrap_key(desk.to.shared_octets)?;
    let tree = desk.response([with_keys(&direct, &[], &[wrapped(KeyWrap::Aes256.uri(), &itself)], &[])?])?;
    corpus.attack(140, "the shared key wrapped under itself").decoy(tree)
}

/// Attack 142: unwrapping is cheap, and bounded all the same.
fn too_many(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let attribute = desk.s.bare().part(names::saml::ATTRIBUTE)?.to_octets()?;
    let good = desk.seal().seal(&attribute)?;
    let theirs = under(&strange(KeyWrap::Aes256)?, &good.session_key)?;
    let keys = [theirs.clone(), theirs.clone(), theirs, under(desk.to.shared, &good.session_key)?];
    for (title, keys, count) in
        [("four keys", &keys[..], 17), ("one key", keys.get(3..).unwrap_or_default(), 65)]
    {
        let mut costly = with_keys(&good, &[], keys, &[])?;
        costly.rename(names::saml::ENCRYPTED_ATTRIBUTE);
        let tree = desk.s.reissued(|response| {
            let statement = response.part_mut(names::saml::ATTRIBUTE_STATEMENT)?;
            (0..count).for_each(|_| statement.append(costly.clone()));
            Ok(())
        })?;
        corpus
            .attack(142, format!("{count} attributes of {title} by key wrap"))
            .refused("encryption.too_many_keys", tree)?;
    }
    Ok(())
}
