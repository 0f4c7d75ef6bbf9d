//! Session keys under a key that is shared with the sender.

use super::keys::{key_of, with_keys};
use super::*;
use crate::base::EntityId;
use crate::crypto::{KeyName, KeyWrap};

fn shared(fill: u8, octets: usize) -> SharedKey {
    SharedKey::new(Secret::new(vec![fill; octets])).unwrap()
}

fn named(key: SharedKey, name: &str) -> SharedKey {
    key.named(KeyName::try_from(name).unwrap())
}

fn sealed_under(key: &SharedKey) -> String {
    sealed_with(PLAIN.as_bytes(), &EncryptionTarget::sharing(key.clone()))
}

fn opened(xml: &str, keys: &[SharedKey]) -> Result<(String, DecryptionFacts), EncryptionError> {
    open_sharing(xml, &[own_key()], keys, &PeerPolicy::default())
}

fn refusal(xml: &str, keys: &[SharedKey]) -> EncryptionError {
    opened(xml, keys).unwrap_err()
}

/// An `EncryptedAssertion` by hand: this value for the key, the content under that session key.
fn parts(algorithm: &str, wrapped: &[u8], session_key: &Secret) -> String {
    let cipher = ContentCipher::Aes256Gcm;
    let content = cipher.seal(session_key, PLAIN.as_bytes(), &mut Counter(5)).unwrap();
    element(cipher.uri(), algorithm, &base64(wrapped), &base64(&content))
}

fn session_key() -> Secret {
    ContentCipher::Aes256Gcm.generate_key(&mut Counter(3)).unwrap()
}

#[test]
fn what_is_sealed_opens_under_the_same_key_with_every_algorithm() {
    for octets in [16, 24, 32] {
        for cipher in [ContentCipher::Aes128Gcm, ContentCipher::Aes192Gcm, ContentCipher::Aes256Gcm] {
            for key in [shared(1, octets), named(shared(1, octets), "ours & theirs")] {
                let recipient = EncryptionTarget { cipher, ..EncryptionTarget::sharing(key.clone()) };
                let xml = sealed_with(PLAIN.as_bytes(), &recipient);
                let (plain, facts) =
                    open_sharing(&xml, &[], std::slice::from_ref(&key), &PeerPolicy::default()).unwrap();
                assert_eq!(plain, PLAIN);
                assert_eq!((facts.content_cipher, facts.key_encryption), (cipher, key.algorithm().into()));
                assert_eq!(facts.key, OpeningKey::Shared { name: key.name().cloned() });
                assert!(facts.relaxations_used.is_empty());
            }
        }
    }
}

#[test]
fn the_message_names_the_key_and_the_recipient_and_nothing_else_of_them() {
    let key = named(shared(1, 32), "a <key>");
    let name = Some(EntityId::try_from("https://sp.example.com").unwrap());
    let xml =
        sealed_with(PLAIN.as_bytes(), &EncryptionTarget { name, ..EncryptionTarget::sharing(key.clone()) });
    assert!(xml.contains("Recipient=\"https://sp.example.com\""), "{xml}");
    assert!(xml.contains("<ds:KeyName>a &lt;key&gt;</ds:KeyName>"), "{xml}");
    assert!(xml.contains("xmlenc#kw-aes256\"/>"), "no parameters: {xml}");
    assert!(!sealed_under(&shared(1, 32)).contains("KeyName"));
    let (_, facts) = opened(&xml, &[key]).unwrap();
    assert_eq!(facts.to_string(), "Assertion: aes256-gcm, kw-aes256 (shared key \"a <key>\")");
    let (_, facts) = opened(&xml, &[shared(1, 32)]).unwrap();
    assert_eq!(facts.to_string(), "Assertion: aes256-gcm, kw-aes256 (shared key without a name)");
}

#[test]
fn whatever_does_not_open_fails_as_a_wrong_rsa_key_does() {
    let key = shared(1, 32);
    let keys = std::slice::from_ref(&key);
    let session_key = session_key();
    let wrapped = key.wrap_key(&session_key).unwrap();
    let uri = KeyWrap::Aes256.uri();
    let good = parts(uri, &wrapped, &session_key);
    assert_eq!(opened(&good, keys).unwrap().0, PLAIN);

    let stranger = crate::crypto::tests::keys::fresh_rsa(2048).public_key().clone();
    let expected = refusal(&sealed_with(PLAIN.as_bytes(), &EncryptionTarget::new(stranger)), keys);
    let told = |error: &EncryptionError| {
        let texts = (error.to_string(), error.code().as_str(), error.expected(), error.found(), error.hint());
        (format!("{error:?}"), texts)
    };
    let assert_uniform = |title: &str, xml: &str| {
        let refused = refusal(xml, keys);
        assert_eq!(told(&refused), told(&expected), "{title}");
    };
    assert_eq!(expected.code().as_str(), "decryption.failed");
    assert_uniform("another key", &sealed_under(&shared(2, 32)));
    for position in 0..wrapped.len() {
        let mut changed = wrapped.clone();
        changed[position] ^= 1;
        assert_uniform("a flipped bit", &parts(uri, &changed, &session_key));
        assert_uniform("cut", &parts(uri, &wrapped[..position], &session_key));
        assert_uniform("cut in front", &parts(uri, &wrapped[position + 1..], &session_key));
    }
    for more in [1, 7, 8, 16, 4096] {
        let longer = [wrapped.clone(), vec![0; more]].concat();
        assert_uniform("extended", &parts(uri, &longer, &session_key));
    }
    let swapped = [&wrapped[8..16], &wrapped[..8], &wrapped[16..]].concat();
    assert_uniform("blocks exchanged", &parts(uri, &swapped, &session_key));
    for octets in [16, 24, 40] {
        let other = key.wrap_key(&Secret::new(vec![9; octets])).unwrap();
        assert_uniform("a session key of another length", &parts(uri, &other, &session_key));
    }
    let other = key.wrap_key(&Secret::new(vec![9; 32])).unwrap();
    assert_uniform("another session key", &parts(uri, &other, &session_key));
    // Under the right key, with a tag that holds, it is another matter.
    let content = refusal(&sealed_with(b"<x/>", &EncryptionTarget::sharing(key.clone())), keys);
    assert_eq!(content.code().as_str(), "decryption.content_refused");
    assert_eq!(content.found().unwrap(), "an element of another name: x");
    let transport = KeyTransport::oaep_for_any_peer();
    let by_rsa = transport.wrap_key(rsa(2048).public_key(), &session_key).unwrap();
    assert_uniform("RSA under the name of key wrap", &parts(uri, &by_rsa, &session_key));
    assert_uniform("key wrap under the name of RSA", &parts(transport.uri(), &wrapped, &session_key));
}

/// A key name is a hint. A message with another name, or a false one, is neither refused nor helped by it.
#[test]
fn a_key_name_orders_the_keys_and_takes_none_away() {
    let [one, two] = [named(shared(1, 32), "one"), named(shared(2, 32), "two")];
    let keys = [one.clone(), two.clone()];
    for sealing in [&one, &two] {
        for told in [Some("one"), Some("two"), Some("another"), None] {
            let key = shared(if *sealing == one { 1 } else { 2 }, 32);
            let xml = sealed_under(&told.map_or(key.clone(), |name| named(key.clone(), name)));
            let (plain, facts) = opened(&xml, &keys).unwrap();
            assert_eq!(plain, PLAIN);
            assert_eq!(facts.key, OpeningKey::Shared { name: sealing.name().cloned() }, "{told:?}");
        }
    }
    // With a single try left, the name decides which key gets it.
    let tried = |xml: &str| {
        let document = Document::parse(xml.as_bytes().to_vec(), &Limits::MESSAGE).unwrap();
        let mut budget = Budget::for_message();
        for _ in 1..Budget::KEY_UNWRAPS {
            budget.spend_key_unwrap().unwrap();
        }
        let mut opener = Opener {
            keys: &[own_key()],
            shared_keys: &keys,
            recipient: "https://sp.example.com",
            policy: &PeerPolicy::default(),
            limits: &Limits::MESSAGE,
            budget: &mut budget,
        };
        opener.open(document.root(), saml::ASSERTION).map(|_| ())
    };
    assert!(tried(&sealed_under(&two)).is_ok());
    let spent = tried(&sealed_under(&shared(2, 32))).unwrap_err();
    assert_eq!(spent.code().as_str(), "encryption.too_many_keys");
}

#[test]
fn keys_of_another_length_are_not_tried() {
    let xml = sealed_under(&shared(1, 32));
    let long = shared(1, 32);
    let document = Document::parse(xml.into_bytes(), &Limits::MESSAGE).unwrap();
    let mut budget = Budget::for_message();
    for _ in 1..Budget::KEY_UNWRAPS {
        budget.spend_key_unwrap().unwrap();
    }
    let mut opener = Opener {
        keys: &[own_key()],
        shared_keys: &[shared(1, 16), shared(1, 24), long],
        recipient: "https://sp.example.com",
        policy: &PeerPolicy::default(),
        limits: &Limits::MESSAGE,
        budget: &mut budget,
    };
    assert!(opener.open(document.root(), saml::ASSERTION).is_ok());
}

#[test]
fn without_a_shared_key_that_fits_there_is_none_to_decrypt_with() {
    for octets in [16, 24, 32] {
        let key = shared(1, octets);
        let others: Vec<SharedKey> =
            [16, 24, 32].into_iter().filter(|other| *other != octets).map(|other| shared(1, other)).collect();
        for keys in [&[][..], &others] {
            let refused = refusal(&sealed_under(&key), keys);
            assert_eq!(refused.code().as_str(), "decryption.no_key");
            assert_eq!(
                refused.expected().unwrap(),
                format!("a key of {octets} octets that is shared with the peer")
            );
            assert_eq!(refused.found().unwrap(), key.algorithm().uri());
            assert!(refused.hint().unwrap().contains("shared with this peer"));
        }
    }
    let none = open_sharing(&sealed_under(&shared(1, 16)), &[], &[], &PeerPolicy::default()).unwrap_err();
    assert!(matches!(none, EncryptionError::NoKey));
    // And the other way round: a shared key alone opens nothing that travels by RSA.
    let rsa_only = open_sharing(&sealed(PLAIN), &[], &[shared(1, 16)], &PeerPolicy::default()).unwrap_err();
    assert!(matches!(rsa_only, EncryptionError::NoKey));
}

/// [XMLEnc §3.5]: a name alone would mean that the content is encrypted under the shared key itself.
#[test]
fn content_under_the_shared_key_itself_is_refused() {
    let key = named(shared(1, 32), "shared");
    for name in ["shared", "another"] {
        let xml = with_keys(&[], &format!("<ds:KeyName>{name}</ds:KeyName>"), &[]);
        assert!(matches!(refusal(&xml, std::slice::from_ref(&key)), EncryptionError::NoKey));
    }
}

#[test]
fn any_of_several_keys_opens() {
    let session_key = session_key();
    let uri = KeyWrap::Aes256.uri();
    let wrapped_by = |key: &SharedKey| {
        key_of(&parts(key.algorithm().uri(), &key.wrap_key(&session_key).unwrap(), &session_key)).to_owned()
    };
    let transport = KeyTransport::oaep_for_any_peer();
    let good = parts(
        transport.uri(),
        &transport.wrap_key(rsa(2048).public_key(), &session_key).unwrap(),
        &session_key,
    );
    let by_rsa = key_of(&good).to_owned();
    let (ours, short) = (shared(1, 32), shared(1, 16));
    let with = |keys: &[&String]| {
        good.replacen(&by_rsa, &keys.iter().map(|key| key.as_str()).collect::<String>(), 1)
    };
    let (wrapped, by_short, strange) = (wrapped_by(&ours), wrapped_by(&short), wrapped_by(&shared(2, 32)));
    let policy = PeerPolicy::default();
    for keys in [[&by_rsa, &wrapped], [&wrapped, &by_rsa]] {
        let xml = with(&keys);
        for (own, shared_keys) in [
            (&[own_key()][..], std::slice::from_ref(&ours)),
            (&[own_key()], &[]),
            (&[], std::slice::from_ref(&ours)),
            (&[decrypter(rsa(3072))], std::slice::from_ref(&ours)),
            (&[own_key()], &[shared(2, 32)]),
        ] {
            assert_eq!(open_sharing(&xml, own, shared_keys, &policy).unwrap().0, PLAIN);
        }
        let neither = open_sharing(&xml, &[], &[shared(2, 16)], &policy).unwrap_err();
        assert_eq!(neither.code().as_str(), "decryption.no_key");
    }
    let keys = [short, ours];
    for order in [[&strange, &by_short], [&by_short, &strange]] {
        assert_eq!(opened(&with(&order), &keys).unwrap().0, PLAIN);
    }
    // A key that the policy refuses doesn't matter beside a permitted one. Alone, it is the reason for the refusal.
    let weak = by_rsa.replace("rsa-oaep-mgf1p", "rsa-1_5");
    assert_eq!(opened(&with(&[&weak, &by_short]), &keys).unwrap().0, PLAIN);
    assert_eq!(refusal(&with(&[&weak, &wrapped]), &[]).code().as_str(), "encryption.algorithm_refused");
    assert!(good.contains(transport.uri()) && !good.contains(uri));
}

#[test]
fn key_wrap_has_no_parameters_but_its_own_size() {
    const DS: &str = "xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"";
    for octets in [16, 24, 32] {
        let key = shared(1, octets);
        let xml = sealed_under(&key);
        let bare = format!("{}\"/>", key.algorithm().uri());
        let having = |content: &str| {
            assert!(xml.contains(&bare), "{xml}");
            let full = format!("{}\">{content}</xenc:EncryptionMethod>", key.algorithm().uri());
            xml.replacen(&bare, &full, 1)
        };
        let keys = std::slice::from_ref(&key);
        let size = format!("<xenc:KeySize>{}</xenc:KeySize>", octets * 8);
        assert_eq!(opened(&having(&size), keys).unwrap().0, PLAIN);
        for refused in [
            "<xenc:KeySize>512</xenc:KeySize>".to_owned(),
            format!("<xenc:KeySize>{octets}</xenc:KeySize>"),
            "<xenc:KeySize/>".to_owned(),
            "<xenc:OAEPparams>AAAA</xenc:OAEPparams>".to_owned(),
            "<xenc:OAEPparams/>".to_owned(),
            format!("<ds:DigestMethod {DS} Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\"/>"),
            "<x:MGF xmlns:x=\"http://www.w3.org/2009/xmlenc11#\" Algorithm=\"http://www.w3.org/2009/xmlenc11#mgf1sha1\"/>"
                .to_owned(),
            "<x xmlns=\"urn:x\"/>".to_owned(),
            format!("{size}{size}"),
        ] {
            // Whether or not we could have opened it.
            for keys in [keys, &[]] {
                assert_eq!(refusal(&having(&refused), keys).code().as_str(), "encryption.malformed", "{refused}");
            }
        }
    }
}

#[test]
fn a_key_name_that_is_no_text_names_nothing() {
    let key = named(shared(1, 32), "shared");
    let xml = sealed_under(&key);
    for content in ["<ds:KeyName/>", "<!-- -->shared", "<x xmlns=\"urn:x\"/>"] {
        let odd = xml.replace("<ds:KeyName>shared<", &format!("<ds:KeyName>{content}<"));
        assert_ne!(odd, xml);
        assert_eq!(opened(&odd, std::slice::from_ref(&key)).unwrap().0, PLAIN, "{content}");
    }
    for hints in ["<ds:KeyName></ds:KeyName>", "<ds:KeyName>a</ds:KeyName><ds:KeyName>b</ds:KeyName>"] {
        let odd = xml.replace("<ds:KeyName>shared</ds:KeyName>", hints);
        assert_eq!(opened(&odd, std::slice::from_ref(&key)).unwrap().0, PLAIN, "{hints}");
    }
}
